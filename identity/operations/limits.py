"""How often something may be done: counters in the database, so that all workers share them."""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import F

from identity.errors import ApiError, too_many_requests
from identity.models import RateWindow
from identity.tokens import derived_key

logger = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# Of a limit that all share, when its keeper should hear of it: before people do.
NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class Counter:
    """So many uses of `key` in each window, and how many are taken at once.

    `is_shared` by everybody, and told of at 80 %.
    """

    key: str
    limit: int
    per: timedelta
    is_shared: bool = False
    uses: int = 1


def spend_all(counters: Sequence[Counter], *, is_told: bool = True, now: datetime) -> None:
    """One use of each, or of none: each is a row, so the one that ends that has to come first.

    Raises too_many_requests; `is_told`: the log says so. Call it outside of the operation's own
    transaction.
    """
    with transaction.atomic():
        for each in counters:
            _spend(each, is_told=is_told, now=now)
    for each in counters:
        if each.is_shared:
            tell_if_near(each, now=now)


def spend(key: str, *, limit: int, per: timedelta, now: datetime) -> None:
    """This will count one use of `key`, or raise too_many_requests with the seconds to wait.

    Windows are fixed, so around a border up to twice the limit fits into `per`. Call it outside
    of the operation's own transaction: what that rolls back must stay counted.
    """
    _spend(Counter(key, limit, per), is_told=True, now=now)


def _spend(counter: Counter, *, is_told: bool, now: datetime) -> None:
    started_at = _window(per=counter.per, now=now)
    stored_key = _stored_key(counter.key, per=counter.per)
    with transaction.atomic():
        RateWindow.objects.get_or_create(key=stored_key, started_at=started_at)
        # One conditional UPDATE: two workers can't both take the last use.
        window = RateWindow.objects.filter(key=stored_key, started_at=started_at)
        left = window.filter(count__lte=counter.limit - counter.uses)
        spent = left.update(count=F("count") + counter.uses)
    if not spent:
        raise _reached(counter, is_told=is_told, now=now)


def used(key: str, *, per: timedelta, now: datetime) -> int:
    """This will count one use of `key`, whatever the number; returns how many there are now."""
    started_at, stored_key = _window(per=per, now=now), _stored_key(key, per=per)
    with transaction.atomic():
        RateWindow.objects.get_or_create(key=stored_key, started_at=started_at)
        window = RateWindow.objects.filter(key=stored_key, started_at=started_at)
        window.update(count=F("count") + 1)
        count: int = window.values_list("count", flat=True).get()
    return count


def check_all(counters: Sequence[Counter], *, is_told: bool = True, now: datetime) -> None:
    """This will raise as `spend_all` would, and count nothing."""
    for each in counters:
        started_at = _window(per=each.per, now=now)
        key = _stored_key(each.key, per=each.per)
        window = RateWindow.objects.filter(key=key, started_at=started_at)
        if window.filter(count__gt=each.limit - each.uses).exists():
            raise _reached(each, is_told=is_told, now=now)


def give_back_all(counters: Sequence[Counter], *, now: datetime) -> None:
    for each in counters:
        give_back(each.key, per=each.per, uses=each.uses, now=now)


def give_back(key: str, *, per: timedelta, uses: int = 1, now: datetime) -> None:
    """This will uncount so many uses, for limits that count failures only."""
    window = RateWindow.objects.filter(
        key=_stored_key(key, per=per), started_at=_window(per=per, now=now)
    )
    window.filter(count__gte=uses).update(count=F("count") - uses)


def tell_if_near(counter: Counter, *, now: datetime) -> None:
    """A line of log: once in a window, unless two uses at once pass that number together."""
    stored_key = _stored_key(counter.key, per=counter.per)
    window = RateWindow.objects.filter(key=stored_key, started_at=_window(per=counter.per, now=now))
    if window.filter(count=ceil(counter.limit * NEARLY)).exists():
        logger.warning("limit at %d %%: %s", NEARLY * 100, counter.key)


def _reached(counter: Counter, *, is_told: bool, now: datetime) -> ApiError:
    """A line and no row of the audit log: this can be done all day. Never the key itself."""
    if is_told:
        logger.warning("limit reached: %s", counter.key.partition(":")[0])
    end = _window(per=counter.per, now=now) + counter.per
    return too_many_requests(retry_after=_seconds_left(end, now=now))


def _window(*, per: timedelta, now: datetime) -> datetime:
    return now - (now - EPOCH) % per


def _seconds_left(end: datetime, *, now: datetime) -> int:
    return max(1, ceil((end - now).total_seconds()))


def _stored_key(key: str, *, per: timedelta) -> str:
    """Keyed, because addresses are guessed from a plain hash as fast as they are typed."""
    secret = derived_key("rate-window", settings.SECRET_KEY)
    return hmac.new(secret, f"{per.total_seconds():.0f}:{key}".encode(), hashlib.sha256).hexdigest()
