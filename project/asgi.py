"""The ASGI application, for servers that prefer it."""

import os

from django.core.asgi import get_asgi_application

from accounts import checks
from project import postgres

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_asgi_application()
postgres.serve(keeps=False)  # its threads come and go
checks.at_start()
