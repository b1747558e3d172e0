"""What is said once the server listens: to the person who typed `make run`, or to the log."""

import logging
import socket

from django.conf import settings

logger = logging.getLogger(__name__)

WHOM_TO_TRY = [
    "Whom to try:",
    "  admin@acme.example          admin of Acme, member of Globex and Initech",
    "  member@acme.example         member of Acme alone",
    "  newcomer@umbrella.example   may join Umbrella by e-mail domain",
    "  invited@acme.example        invited to Acme",
    "  anyone@else.example         creates an organization",
]


def tell(listener: socket.socket) -> None:
    url = _url(listener)
    if not settings.DEBUG:
        logger.info("listening at %s", url)
        return
    lines = [f"Foyer is ready: {url}"]
    if settings.IDENTITY_EMBEDDED:
        lines += [f"Its mail arrives at {url}/dev/inbox/", "", *WHOM_TO_TRY, ""]
    print("", *lines, "Ctrl-C ends it.", "", sep="\n", flush=True)  # noqa: T201 said to a terminal


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
