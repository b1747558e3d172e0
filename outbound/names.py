"""The addresses behind a name, looked up within the deadline.

The system's resolver can't be told to hurry, so it works in a thread of its own and is left behind
when it takes too long. Who asks for a name that is being looked up waits for the same answer: one
name whose server stays silent holds one of these threads, however often it is asked for.
"""

import socket
from concurrent.futures import Future, TimeoutError as Late
from threading import Lock, Thread

from outbound import deadline

MOST = 32  # look-ups at a time; the system gives up each after half a minute or so
_lock = Lock()
_running: dict[tuple[str, int], "Future[tuple[str, ...]]"] = {}


def addresses(host: str, port: int) -> tuple[str, ...]:
    """Of a name, or of an address in any spelling the system takes; raises OSError."""
    try:
        found = _lookup(host, port).result(timeout=deadline.remaining())
    except Late as error:
        raise TimeoutError("the name was not resolved in time") from error
    except UnicodeError as error:  # what the idna codec thinks of a name too long
        raise OSError("no name") from error
    if not found:
        raise OSError("no address")
    return found


def _lookup(host: str, port: int) -> "Future[tuple[str, ...]]":
    key = (host, port)
    with _lock:
        running = _running.get(key)
        if running is not None:
            return running
        if len(_running) >= MOST:
            raise OSError("too many names are being looked up")
        future = _running[key] = Future()
    # A daemon, so that a silent name server doesn't hold up the end of the process.
    Thread(target=_resolve, args=(key, future), daemon=True, name="look-up").start()
    return future


def _resolve(key: tuple[str, int], future: "Future[tuple[str, ...]]") -> None:
    try:
        found = socket.getaddrinfo(*key, type=socket.SOCK_STREAM)
        future.set_result(tuple(dict.fromkeys(str(each[4][0]) for each in found)))
    except Exception as error:  # noqa: BLE001 whatever it is, the one who waits is told
        future.set_exception(error)
    finally:
        with _lock:
            del _running[key]
