"""The ASGI application, for servers that prefer it."""

import os

from django.core.asgi import get_asgi_application

from accounts import checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_asgi_application()
checks.at_start()
