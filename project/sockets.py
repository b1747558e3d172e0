"""The open sockets of waitress, looked at only when something may have changed.

Waitress asks each connection before each wait whether it wants to read or write. With hundreds that
say nothing this took longer than the answers to the others. Here a connection that rests is asked
again after it was heard of, and the system does the waiting.
"""

from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Any

from waitress import wasyncore


class Sockets(dict[int, Any]):
    """Waitress's map of file descriptors; `turn()` takes the place of its loop."""

    def __init__(self) -> None:
        super().__init__()
        self.selector = DefaultSelector()
        self.lively: set[int] = set()  # those whose wishes may be others than at the last look

    def __setitem__(self, fd: int, found: Any) -> None:
        super().__setitem__(fd, found)
        self.lively.add(fd)

    def __delitem__(self, fd: int) -> None:
        """Still open at this moment, so that the next socket of this number starts afresh."""
        super().__delitem__(fd)
        self.lively.discard(fd)
        self._want(fd, 0)

    def turn(self, seconds: float) -> None:
        """Wait this long for something to read or write, and do it."""
        for fd in tuple(self.lively):
            if fd in self:  # a look at the server may have closed others
                self._look_at(fd)
        for key, events in self.selector.select(seconds):
            if key.fd in self:  # the one before may have closed it
                self.lively.add(key.fd)
            for event, act in ((EVENT_READ, wasyncore.read), (EVENT_WRITE, wasyncore.write)):
                found = self.get(key.fd)
                if events & event and found is not None:
                    act(found)

    def _look_at(self, fd: int) -> None:
        found = self[fd]
        # First: a thread that ends its answer after this finds it looked at once more.
        if self._is_resting(found):
            self.lively.discard(fd)
        wanted = EVENT_READ if found.readable() else 0
        if not found.accepting and found.writable():
            wanted |= EVENT_WRITE
        self._want(fd, wanted)

    def _is_resting(self, found: Any) -> bool:
        """The trigger, by which threads wake this one, never wants anything but to be read."""
        return not hasattr(found, "is_resting") or bool(found.is_resting())

    def _want(self, fd: int, events: int) -> None:
        known = self.selector.get_map().get(fd)
        if known is None and events:
            self.selector.register(fd, events)
        elif known is not None and not events:
            self.selector.unregister(fd)
        elif known is not None and known.events != events:
            self.selector.modify(fd, events)
