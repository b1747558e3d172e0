"""How many mails, texts and guesses somebody gets; the same for known and unknown addresses.

Three kinds of visitor, by what they cost the person whose address they type:

- A browser known for the address (visitors.py) or a place known for it (places.py) has allowances
  of its own. Nobody else can use them up.
- Every other visitor shares what the address gets from strangers, and gets a part of that by the
  block of addresses they come from, at several widths. So it takes four blocks to use up all of it,
  and then it only stops those who are not known.
- The browser that asked for a code has that code's tries to itself (codes.py), whatever else was
  used up; so guesses never stop the person they are aimed at, but codes mailed to strangers end.

What all of it comes to, in chances and strangers, stands in SECURITY.md, calculated by odds.py.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

from django.conf import settings

from identity import client_address, phones
from identity.errors import ApiError
from identity.operations import limits, places
from identity.operations.limits import Counter
from identity.visitors import Visitor

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# How much more an address gets from all strangers together than from one block of them.
CLIENTS = 4
# A day's wrong guesses from one client, at whomever, in those of an hour.
HOURS_A_DAY = 2


def purse(*, email_address: str, visitor: Visitor, now: datetime) -> str:
    """Whose allowance it is: of a browser or place known for the address; "" is strangers'."""
    place = places.known(email_address=email_address, visitor=visitor, now=now)
    if visitor.is_known:
        return f"browser-{visitor.browser}"
    return f"place-{place[:32]}" if place else ""


def send(*, email_address: str, visitor: Visitor, now: datetime) -> None:
    """This will count one mail, or raise too_many_requests. Call it before any look-up."""
    whose = purse(email_address=email_address, visitor=visitor, now=now)
    limits.spend_all(_sends(email_address, whose, visitor), now=now)


def send_code(*, email_address: str, visitor: Visitor, now: datetime) -> str:
    """The same for a mail with a code; returns the purse it came out of, for `redeemed`.

    A code is something to guess at, so a day has only so many that nobody redeems. A link can't be
    guessed: it is mailed when codes are not.
    """
    whose = purse(email_address=email_address, visitor=visitor, now=now)
    counters = (*_sends(email_address, whose, visitor), _codes(email_address, whose))
    limits.spend_all(counters, now=now)
    return whose


def redeemed(*, email_address: str, whose: str, now: datetime) -> None:
    """The code was used by who could read it: it counts no longer."""
    counter = _codes(email_address, whose)
    limits.give_back(counter.key, per=counter.per, now=now)


def check_send(*, email_address: str, visitor: Visitor, now: datetime) -> None:
    """This will raise as `send` would, and count nothing: for what may be refused before a mail.

    An app that is refused for an address mails it something else, so that strangers see no
    difference (QUALITY 24); counted twice, such an address would be the sooner at its limit.
    """
    whose = purse(email_address=email_address, visitor=visitor, now=now)
    for each in _sends(email_address, whose, visitor):
        limits.check(each.key, limit=each.limit, per=each.per, now=now)


def send_text(
    *, member_id: str, phone_number: str, is_proven: bool, visitor: Visitor, now: datetime
) -> None:
    """The same for a text. Texts cost, so the project and each country have a budget as well.

    A number that the member has proven is behind a proof: strangers who have members of their own
    made, with any numbers, spend the budget of unproven ones, and no number's but from there.
    """
    of_member = Counter(f"text:{member_id}", settings.SENDS_PER_ADDRESS, HOUR)
    of_number = () if is_proven else _sends(phone_number, "", visitor)[:-1]
    limits.spend_all((of_member, *of_number, *_texts(phone_number, is_proven)), now=now)


@contextmanager
def guess(
    *, email_address: str, visitor: Visitor, at_own: bool, at_others: bool, now: datetime
) -> Iterator[bool]:
    """This will count the block as a wrong guess unless it ends well.

    `at_own`: at a code that this very browser asked for; `at_others`: at another's. Yields whether
    the latter may be tried. At neither, no code lives, and there is nothing to count.
    """
    counters = _guesses(email_address, visitor, at_own=at_own) if at_own or at_others else ()
    limits.spend_all(counters, now=now)
    others = _guesses_at_others(email_address, visitor) if at_own and at_others else ()
    may_try = _spend_if_left(others, now=now)
    yield may_try
    _give_back((*counters, *(others if may_try else ())), now=now)


def guess_second(
    *, member_id: str, visitor: Visitor, now: datetime
) -> AbstractContextManager[None]:
    """A guess behind a first proof; there ten in a row lock as well (locks.py)."""
    near = client_address.blocks(visitor.address)[:1]
    by_block = [
        Counter(f"second:{member_id}:{block}", settings.GUESSES_PER_ADDRESS, HOUR)
        for block, _ in near
    ]
    of_day = Counter(f"second:{member_id}", settings.GUESSES_PER_ADDRESS * CLIENTS, DAY)
    return _guessing((*by_block, of_day), now=now)


def guess_password(*, visitor: Visitor, now: datetime) -> AbstractContextManager[None]:
    """A guess at somebody's password by who has proven nothing: one client can't try everybody's.

    How often one address is tried its door says (password_door.py), known browsers' their own.
    """
    counters = () if visitor.is_known else tuple(_of_client("password", visitor))
    return _guessing(counters, now=now)


def judge_strength(*, visitor: Visitor, now: datetime) -> None:
    """This will count one password that is judged, which is work; raises too_many_requests."""
    limits.spend_all(
        [
            Counter(f"strength:{block}", settings.STRENGTHS_PER_CLIENT * share, HOUR)
            for block, share in client_address.blocks(visitor.address)
        ],
        now=now,
    )


@contextmanager
def _guessing(counters: tuple[Counter, ...], *, now: datetime) -> Iterator[None]:
    """Counted before and taken back after, so that guesses made at once can't all slip through."""
    limits.spend_all(counters, now=now)
    yield
    _give_back(counters, now=now)


def _spend_if_left(counters: tuple[Counter, ...], *, now: datetime) -> bool:
    try:
        limits.spend_all(counters, now=now)
    except ApiError:
        return False
    return True


def _give_back(counters: tuple[Counter, ...], *, now: datetime) -> None:
    for counter in counters:
        limits.give_back(counter.key, per=counter.per, now=now)


def _sends(subject: str, whose: str, visitor: Visitor) -> tuple[Counter, ...]:
    mails = settings.SENDS_PER_ADDRESS
    if whose:
        key = f"send:{subject}:{whose}"
        return Counter(key, mails, HOUR), Counter(f"{key}:day", mails * CLIENTS, DAY)
    blocks = client_address.blocks(visitor.address)
    return (
        *(Counter(f"send::{block}", settings.SENDS_PER_CLIENT * n, HOUR) for block, n in blocks),
        *(Counter(f"send:{subject}:{block}", mails * n, HOUR) for block, n in blocks),
        Counter(f"send:{subject}", mails * CLIENTS, HOUR),
        Counter("send", settings.MAILS_PER_PROJECT, HOUR, is_shared=True),
    )


def _codes(subject: str, whose: str) -> Counter:
    return Counter(f"code:{subject}:{whose}", settings.SENDS_PER_ADDRESS * CLIENTS, DAY)


def _texts(phone_number: str, is_proven: bool) -> tuple[Counter, Counter]:
    kind = "text-proven" if is_proven else "text"
    country = phones.country(phone_number)
    return (
        Counter(f"{kind}-{country}", settings.TEXTS_PER_COUNTRY, HOUR, is_shared=True),
        Counter(kind, settings.TEXTS_PER_PROJECT, HOUR, is_shared=True),
    )


def _guesses(subject: str, visitor: Visitor, *, at_own: bool) -> tuple[Counter, ...]:
    if visitor.is_known:
        return (_of_browser("guess", subject, visitor),)
    others = () if at_own else _guesses_at_others(subject, visitor)
    return (*_of_client("guess", visitor), *others)


def _guesses_at_others(subject: str, visitor: Visitor) -> tuple[Counter, ...]:
    if visitor.is_known:
        return ()
    of_day = Counter(f"guess:{subject}", settings.GUESSES_PER_ADDRESS * CLIENTS, DAY)
    return (*_of_blocks("guess", subject, visitor), of_day)


def _of_browser(what: str, subject: str, visitor: Visitor) -> Counter:
    return Counter(f"{what}:{subject}:{visitor.browser}", settings.GUESSES_PER_ADDRESS, HOUR)


def _of_client(what: str, visitor: Visitor) -> list[Counter]:
    """At whomever: one client can't guess at everybody."""
    return [
        Counter(f"{what}::{block}", settings.GUESSES_PER_CLIENT * share * hours, per)
        for block, share in client_address.blocks(visitor.address)
        for hours, per in ((1, HOUR), (HOURS_A_DAY, DAY))
    ]


def _of_blocks(what: str, subject: str, visitor: Visitor) -> list[Counter]:
    return [
        Counter(f"{what}:{subject}:{block}", settings.GUESSES_PER_ADDRESS * share, HOUR)
        for block, share in client_address.blocks(visitor.address)
    ]
