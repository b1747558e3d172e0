"""How many mails somebody gets; the same for known and unknown addresses.

Three kinds of visitor, by what they cost the person whose address they type:

- A browser known for the address (visitors.py) has allowances of its own. Nobody else can use them
  up. A place known for it (places.py) has some as well; only neighbours there can use those up, and
  then its people have what all other visitors have.
- Every other visitor shares what the address gets from strangers, and gets a part of that by the
  block of addresses they come from, at several widths. So it takes four blocks to use up all of it,
  and then it only stops those who are not known.
- The browser that asked for a code has that code's tries to itself (codes.py, guesses.py), whatever
  else was used up; so guesses never stop the person they are aimed at, but codes for strangers end.

What all of it comes to, in chances and strangers, stands in SECURITY.md, calculated by odds.py.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.conf import settings

from identity import client_address
from identity.errors import ApiError
from identity.operations import limits, places, project_mails
from identity.operations.limits import DAY, HOUR, Counter
from identity.visitors import Visitor
from outbound.mailboxes import mailbox_of

# How much more an address gets from all strangers together than from one block of them.
CLIENTS = 4
# After these a code is dead even for who knows it; the contract leaves the number open (10.4). The
# browser that asked for a code has so many to itself, and all others have as many together.
TRIES = 5
# How the purse of a known browser begins.
BROWSER = "browser-"


def purses(*, email_address: str, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    """Whose allowances may be taken, in this order: a known browser's, a place's; "" is strangers'.

    A place is shared with neighbours. When they have used it up, who is there is anybody.
    """
    place = places.known(email_address=email_address, visitor=visitor, now=now)
    if visitor.is_known:
        return (f"{BROWSER}{visitor.browser}",)
    return (f"place-{place[:32]}", "") if place else ("",)


def send(*, email_address: str, visitor: Visitor, now: datetime) -> None:
    """This will count one mail, or raise too_many_requests. Call it before any look-up."""

    mailbox = mailbox_of(email_address)

    def counters(whose: str) -> tuple[Counter, ...]:
        return _sends(mailbox, whose, visitor)

    _spend_first(counters, email_address=email_address, visitor=visitor, now=now)


def send_code(*, email_address: str, visitor: Visitor, now: datetime) -> str:
    """The same for a mail with a code; returns the purse it came out of, for `redeemed`.

    A code is something to guess at, so a day has only so many that nobody redeems: for an address,
    and for a client's new browsers, whomever they ask for. Each takes its tries out of the guesses
    of that client beforehand, so that nobody needs to be refused who types a code that was mailed.
    A link can't be guessed: it is mailed when codes are not.
    """

    mailbox = mailbox_of(email_address)

    def counters(whose: str) -> tuple[Counter, ...]:
        own = of_client(visitor, uses=TRIES) if _takes_tries(visitor) else ()
        return (*_sends(mailbox, whose, visitor), _codes(mailbox, whose), *own)

    return _spend_first(counters, email_address=email_address, visitor=visitor, now=now)


def redeemed(
    *, email_address: str, whose: str, asked_by: str, visitor: Visitor, sent_at: datetime
) -> None:
    """The code was used by who could read it: it counts no longer, nor do the tries it took.

    Those go to who redeems it. From wherever that is: who asks in one place and redeems in another
    has taken from one what the other gets, so that two places have no more than two.
    """
    has_taken = bool(asked_by) and not whose.startswith(BROWSER)
    tries = of_client(visitor, uses=TRIES) if has_taken else ()
    limits.give_back_all((_codes(mailbox_of(email_address), whose), *tries), now=sent_at)


def of_client(visitor: Visitor, *, uses: int = 1) -> tuple[Counter, ...]:
    """A day's guesses at codes from one client, at whomever: one client can't guess at everybody.

    All that it can have in a day are unredeemed codes with all their tries.
    """
    tries = settings.GUESSES_PER_CLIENT * TRIES
    return tuple(
        Counter(f"guess::{block}", tries * share, DAY, uses=uses)
        for block, share in client_address.blocks(visitor.address)
    )


def _takes_tries(visitor: Visitor) -> bool:
    """Where no browser is named, nobody has tries of their own: all are counted one by one."""
    return bool(visitor.browser) and not visitor.is_known


def check_send(*, email_address: str, visitor: Visitor, now: datetime) -> None:
    """This will raise as `send` would, and count nothing: for what may be refused before a mail.

    An app that is refused for an address mails it something else, so that strangers see no
    difference (QUALITY 24); counted twice, such an address would be the sooner at its limit.
    """
    whose = purses(email_address=email_address, visitor=visitor, now=now)
    mailbox = mailbox_of(email_address)
    choices = [
        (*_sends(mailbox, each, visitor), *part)
        for each in whose
        for part in project_mails.parts(each, visitor=visitor)
    ]
    _first_left(choices, limits.check_all, now=now)


def _spend_first(
    counters: Callable[[str], tuple[Counter, ...]],
    *,
    email_address: str,
    visitor: Visitor,
    now: datetime,
) -> str:
    """The purse that it came out of, with what `counters` says is counted there."""
    whose = purses(email_address=email_address, visitor=visitor, now=now)
    choices = [
        (each, part) for each in whose for part in project_mails.parts(each, visitor=visitor)
    ]
    taken = _first_left(
        [(*counters(each), *part) for each, part in choices], limits.spend_all, now=now
    )
    purse = choices[taken][0]
    if purse:
        project_mails.count_known(now=now)
    return purse


def _first_left(
    choices: list[tuple[Counter, ...]], take: Callable[..., None], *, now: datetime
) -> int:
    """Which of the choices `take` didn't refuse; raises its last refusal."""
    for number, counters in enumerate(choices[:-1]):
        with suppress(ApiError):
            take(counters, is_told=False, now=now)
            return number
    take(choices[-1], now=now)
    return len(choices) - 1


def sends_to(subject: str, *, visitor: Visitor) -> tuple[Counter, ...]:
    """What a stranger has for an address or number in an hour, and for all of them."""
    blocks = client_address.blocks(visitor.address)
    mails = settings.SENDS_PER_ADDRESS
    return (
        *(Counter(f"send::{block}", settings.SENDS_PER_CLIENT * n, HOUR) for block, n in blocks),
        *(Counter(f"send:{subject}:{block}", mails * n, HOUR) for block, n in blocks),
        Counter(f"send:{subject}", mails * CLIENTS, HOUR),
    )


def _sends(subject: str, whose: str, visitor: Visitor) -> tuple[Counter, ...]:
    if whose:
        key, mails = f"send:{subject}:{whose}", settings.SENDS_PER_ADDRESS
        return Counter(key, mails, HOUR), Counter(f"{key}:day", mails * CLIENTS, DAY)
    return sends_to(subject, visitor=visitor)


def _codes(subject: str, whose: str) -> Counter:
    return Counter(f"code:{subject}:{whose}", settings.SENDS_PER_ADDRESS * CLIENTS, DAY)
