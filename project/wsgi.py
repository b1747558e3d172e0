"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from project.mount import Mounted

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = Mounted(get_wsgi_application(), settings.MOUNT)
