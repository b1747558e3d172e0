"""How waitress serves Foyer: `python -m project.server [--fd N]`, N a socket that listens already.

Waitress, because it reads requests in one thread and hands whole ones to the others: gunicorn's
threads and granian wait for the second half of a request themselves, so that a few sockets with
half of one stopped the app. `make bench` shows what 200 of those do here.
"""

import os
import resource
import signal
import socket
import sys
import time
from types import FrameType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from project import demo_data, environment as env, processes, ready
from project.connections import MOST_CONNECTIONS, Server
from project.sockets import Sockets

GRACE = 10  # seconds for answers on their way: outlasts the slowest call to identity or a provider
TICK = 1.0  # seconds after which a quiet loop looks round
LIMITS = {
    "max_request_header_size": 32 * 1024,  # three cookies of up to 4 KiB, a line of 8,000 octets
    # What is more than 64 KiB the app refuses, in its words; up to here a stranger has our memory.
    "max_request_body_size": 80 * 1024,
    "inbuf_overflow": 128 * 1024,  # so no body is ever written to disk
    "connection_limit": 2 * MOST_CONNECTIONS,  # never reached: connections.py lets go before
    "cleanup_interval": 5,
    "backlog": 1024,
}
SPARE_FILES = 256  # beside the connections: database, mail, providers, the app's own files
FILES_EACH = 2  # of a connection: its socket, and a file on its way to a slow reader


class Running:
    """One process's server, from its first request to its last."""

    def __init__(self, listener: socket.socket) -> None:
        from project.wsgi import application

        self.over = False
        self.sockets = Sockets()
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(env.threads())
        self.server = Server(
            application,
            map=self.sockets,
            _sock=listener,
            dispatcher=dispatcher,
            # Whom to believe about https and addresses is settled in settings.py, once.
            adj=Adjustments(
                threads=env.threads(),
                ident=None,
                clear_untrusted_proxy_headers=False,
                log_socket_errors=False,
                **LIMITS,
            ),
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self.stop)

    def stop(self, signum: int, frame: FrameType | None) -> None:
        self.over = True
        self.server.pull_trigger()

    def serve(self) -> None:
        """Until told to stop; then what is being answered is finished, and nothing new is taken."""
        while not self.over:
            self.sockets.turn(TICK)
        wasyncore.dispatcher.close(self.server)  # the listener alone
        until = time.monotonic() + GRACE
        while self.server.let_go() and time.monotonic() < until:
            self.sockets.turn(0.05)


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    listener = _listener(arguments)
    if settings.WEB_CONCURRENCY > 1 and "--child" not in arguments:
        processes.keep(settings.WEB_CONCURRENCY, listener)
    else:
        _allow_connections()
        running = Running(listener)
        demo_data.refuse()
        if "--child" in arguments:
            processes.end_with_the_first()
        else:
            ready.tell(listener)
        running.serve()


def _listener(arguments: list[str]) -> socket.socket:
    if "--fd" in arguments:
        return socket.socket(fileno=int(arguments[arguments.index("--fd") + 1]))
    host, port = settings.HOST, env.number("PORT", default=8000, most=65_535)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), port), family=family, backlog=LIMITS["backlog"])


def _allow_connections() -> None:
    """Each connection has open files, of which a shell usually allows 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_EACH * MOST_CONNECTIONS + SPARE_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ImproperlyConfigured as refusal:
        sys.exit(f"Foyer doesn't start like this. {refusal}")
    except OSError as error:
        sys.exit(f"Foyer can't listen there: {error.strerror}. HOST and PORT say where.")
