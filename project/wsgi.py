"""The WSGI application that project/server.py serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from accounts import checks
from project import postgres
from project.mount import Mounted

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

served = get_wsgi_application()
postgres.serve()
checks.at_start()
application = Mounted(served, settings.MOUNT)
