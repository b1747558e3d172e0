"""The service's public keys: fetched through the client, the last good set kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from accounts.client import wire
from accounts.client.errors import CircuitOpen, Unavailable
from accounts.client.wire import Json

# One fetch for an unknown kid, then none for this long, however many forged ones arrive.
COOL_DOWN = timedelta(seconds=30)
# After a first fetch that failed, so that a start during an outage doesn't queue up every worker.
PAUSE = timedelta(seconds=2)
# Seconds that a thread waits for another's fetch: plenty for keys that are only just being made.
PATIENCE = 3.0
# A set this old is fetched anew, so that a withdrawn key stops being trusted; jose does the same.
MAX_AGE = timedelta(minutes=10)
SMALLEST_KEY = 2048  # bits, RFC 7518 3.3


@dataclass(frozen=True, slots=True)
class KeySet:
    """Public keys by kid, and when they were fetched."""

    keys: dict[str, RSAPublicKey]
    fetched_at: datetime


@dataclass(slots=True)
class Keys:
    """A cache of the service's KeySet, shared by all threads.

    `fetch` returns the JWKS answer (CONTRACT 4.4) or raises Unavailable; `clock` aware UTC.
    """

    fetch: Callable[[], Json]
    clock: Callable[[], datetime]
    _known: KeySet | None = None
    _tried_at: datetime | None = None
    _failed_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def current(self) -> KeySet:
        """Return the set at hand, fetched first when there is none, and anew when it is old."""
        known = self._known
        if known is None:
            return self._first()
        if self.clock() - known.fetched_at > MAX_AGE and self._lock.acquire(blocking=False):
            try:
                return self._refreshed(known)
            finally:
                self._lock.release()
        return known

    def after(self, seen: KeySet) -> KeySet:
        """Return a newer set than `seen` if there may be one: at most one fetch per COOL_DOWN."""
        if not self._lock.acquire(timeout=PATIENCE):
            return self._known or seen
        try:
            known = self._known or seen
            # another thread may have fetched while this one waited
            return self._refreshed(seen) if known is seen else known
        finally:
            self._lock.release()

    def load(self) -> KeySet:
        """Fetch now, whatever is at hand; raises Unavailable."""
        with self._turn():
            return self._fetched()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One thread waits for a silent service, the others don't queue up behind it for long."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise Unavailable("no keys, and somebody is asking for them")
        try:
            yield
        finally:
            self._lock.release()

    def _first(self) -> KeySet:
        with self._turn():
            if self._known is not None:
                return self._known
            if self._is_within(PAUSE, self._failed_at):
                raise Unavailable("no keys, as a moment ago")
            try:
                return self._fetched()
            except Unavailable:
                self._failed_at = self.clock()
                raise

    def _refreshed(self, known: KeySet) -> KeySet:
        if self._is_within(COOL_DOWN, self._tried_at):
            return known
        tried_at, self._tried_at = self._tried_at, self.clock()
        try:
            return self._fetched()
        except CircuitOpen:
            self._tried_at = tried_at  # nothing was tried
            return known
        except Unavailable:
            return known

    def _is_within(self, span: timedelta, since: datetime | None) -> bool:
        # a clock set back must not make the wait longer
        return since is not None and abs(self.clock() - since) < span

    def _fetched(self) -> KeySet:
        fetched_at = self.clock()
        keys = read_keys(self.fetch())
        if not keys:
            raise Unavailable("a key set without a usable key")
        self._known = KeySet(keys, fetched_at)
        return self._known


def read_keys(body: Json) -> dict[str, RSAPublicKey]:
    """Keep the RS256 signing keys of a JWKS body by kid; what is something else is left out."""
    found = ((entry.get("kid"), _rsa(entry)) for entry in wire.children(body, "keys"))
    return {kid: key for kid, key in found if isinstance(kid, str) and kid and key is not None}


def _rsa(entry: Json) -> RSAPublicKey | None:
    if entry.get("kty") != "RSA" or entry.get("alg", "RS256") != "RS256":
        return None
    if entry.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK.from_dict(dict(entry), algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_KEY else None
