"""How gunicorn serves Foyer: `gunicorn -c project/gunicorn.py`."""

import os

from gunicorn.arbiter import Arbiter

from project import environment
from project.environment import number, text
from project.settings import DEBUG, IDENTITY_EMBEDDED, MOUNT

# The settings have read it; gunicorn would refuse each path that comes without it (project.mount).
os.environ.pop("SCRIPT_NAME", None)

wsgi_app = "project.wsgi"
bind = [f"{text('HOST', '127.0.0.1')}:{number('PORT', default=8000, most=65_535)}"]

# Threads, because a page waits for nobody: it verifies its session locally. More than one process
# only with Redis and PostgreSQL; the defaults, memory and SQLite, belong to one.
worker_class = "gthread"
workers = number("WEB_CONCURRENCY", default=1, most=64)
threads = environment.threads()

loglevel = "warning" if DEBUG else "info"  # `make run` says what there is to say itself
timeout = 30  # seconds without a sign of life before a worker is replaced
graceful_timeout = 10  # outlasts the slowest call to identity: 2 s to connect, 5 s to answer
keepalive = 5  # seconds; a page and its assets arrive over one connection
limit_request_field_size = 16_384  # bytes: three cookies of up to 4 KiB share one Cookie header
forwarded_allow_ips = ""  # whom to believe about https is settled in settings.py, once
control_socket_disable = True  # nothing here is administered at run time


def when_ready(server: Arbiter) -> None:
    """Tell the person who typed `make run` where to go and whom to try."""
    if not DEBUG:
        return
    bound = str(server.LISTENERS[0]).replace("0.0.0.0", "127.0.0.1")  # noqa: S104 said, not bound
    url = f"{bound}{MOUNT}"
    lines = [f"Foyer is ready: {url}"]
    if IDENTITY_EMBEDDED:
        lines += [f"Its mail arrives at {url}/dev/inbox/", "", *WHOM_TO_TRY, ""]
    print("", *lines, "Ctrl-C ends it.", "", sep="\n", flush=True)  # noqa: T201 said to a terminal


WHOM_TO_TRY = [
    "Whom to try:",
    "  admin@acme.example          admin of Acme, member of Globex and Initech",
    "  member@acme.example         member of Acme alone",
    "  newcomer@umbrella.example   may join Umbrella by e-mail domain",
    "  invited@acme.example        invited to Acme",
    "  anyone@else.example         creates an organization",
]
