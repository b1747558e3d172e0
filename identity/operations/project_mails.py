"""All mails together: what strangers have of them, and what is kept for who is known.

`whose` is a purse of allowances.py: "" is strangers'.
"""

from datetime import datetime
from fractions import Fraction
from math import ceil

from django.conf import settings

from identity import client_address
from identity.operations import limits
from identity.operations.limits import HOUR, Counter
from identity.visitors import Visitor

# The keys of all mails together: to strangers, of whom each is a client, and to who is known.
STRANGERS, KNOWN = "send", "send-known"
# What strangers have of them, so that the rest is left to those who are known.
OF_STRANGERS = Fraction(3, 4)
# Half of that is theirs who come first; of the other half each client has so many. So a handful of
# clients, who have what an office needs, can't take what all new people share.
FEW = 24


def count_known(*, now: datetime) -> None:
    """For a mail to who is known: it goes out whatever strangers have used up, and the other way
    round. The log tells who runs this when the part that is kept for such mails is nearly used up.
    """
    limits.used(KNOWN, per=HOUR, now=now)
    kept = int(settings.MAILS_PER_PROJECT * (1 - OF_STRANGERS))
    limits.tell_if_near(Counter(KNOWN, kept, HOUR), now=now)


def count_strangers(*, now: datetime) -> None:
    """For a mail that strangers bring about, and nobody asked for; raises too_many_requests."""
    limits.spend_all(_first_half(), now=now)


def parts(whose: str, *, visitor: Visitor) -> tuple[tuple[Counter, ...], ...]:
    """Of the project's mails those that may be taken, in this order; nothing limits who is known.

    Not by the address asked for: who is a member would get a mail when others are refused, and so
    be told from them.
    """
    if whose:
        return ((),)
    blocks = client_address.blocks(visitor.address) or (("", 1),)
    few = tuple(Counter(f"send-few::{block}", FEW * n, HOUR) for block, n in blocks)
    return _first_half(), (*few, _of_strangers())


def of_strangers() -> int:
    """Mails in an hour."""
    return ceil(settings.MAILS_PER_PROJECT * OF_STRANGERS)


def _first_half() -> tuple[Counter, Counter]:
    return Counter("send-first", ceil(of_strangers() / 2), HOUR), _of_strangers()


def _of_strangers() -> Counter:
    return Counter(STRANGERS, of_strangers(), HOUR, is_shared=True)
