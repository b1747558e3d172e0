"""How likely strangers who use up everything they get guess a code: the numbers of SECURITY.md.

Calculated from the settings, so that a setting that is changed changes them, and a test compares
them with what is written there.
"""

from dataclasses import dataclass
from math import ceil

from django.conf import settings

from identity.operations import project_mails
from identity.operations.allowances import CLIENTS, TRIES
from identity.operations.guesses import PASSWORDS
from identity.operations.text_allowances import ORGANIZATIONS, of_day
from identity.tokens import CODE_DIGITS

CODES = 10**CODE_DIGITS
DAYS = 365
# Of an authenticator: the step of now, and one to either side.
RIGHT_AT_ONCE = 3
# What a password takes that zxcvbn finds good enough (strength.py).
PASSWORD_GUESSES = 10**8


@dataclass(frozen=True, slots=True)
class Bound:
    """So many guesses a day, each right with `chance`; `strangers` are blocks of addresses."""

    guesses_a_day: int
    chance: float = 1 / CODES

    @property
    def a_year(self) -> float:
        """The probability that at least one of a year's guesses is right."""
        return float(1 - (1 - self.chance) ** (self.guesses_a_day * DAYS))


def codes_a_day() -> int:
    """That strangers can have mailed to one address, unredeemed."""
    return int(settings.SENDS_PER_ADDRESS) * CLIENTS


def at_one_person() -> Bound:
    """All strangers together, at codes to one address: their own ones' tries, and at others'."""
    at_others = int(settings.GUESSES_PER_ADDRESS) * CLIENTS
    return Bound(codes_a_day() * TRIES + at_others)


def by_one_client() -> Bound:
    """One client, at codes of whomever it likes: each unredeemed one with all its tries."""
    return Bound(int(settings.GUESSES_PER_CLIENT) * TRIES)


def at_passwords_by_one_client() -> Bound:
    """One client, at passwords of whomever it likes, if they are as good as ours have to be."""
    a_day = int(settings.GUESSES_PER_CLIENT) * PASSWORDS * 24
    return Bound(a_day, chance=1 / PASSWORD_GUESSES)


def by_known_browser() -> Bound:
    """Who has copied the cookie of a browser that the person has signed in with: as many again."""
    return at_one_person()


def at_second_factor() -> Bound:
    """Who has somebody's first factor, at their authenticator."""
    return Bound(int(settings.GUESSES_PER_ADDRESS) * CLIENTS, chance=RIGHT_AT_ONCE / CODES)


def passwords_a_day() -> int:
    """All strangers together, at one person's password: its door locks again and again."""
    per_lock = int(settings.MEMBER_LOCK_FAILURES)
    return per_lock * max(1, 24 * 60 // int(settings.MEMBER_LOCK_MINUTES))


def numbers_of_a_country() -> int:
    """Proven numbers that it takes to use up a country's texts of an hour, once a day."""
    return ceil(int(settings.TEXTS_PER_COUNTRY) / (of_day() * ORGANIZATIONS))


def strangers_at_new_people() -> int:
    """Clients that it takes to use up what all new people of an hour share."""
    of_few = project_mails.of_strangers() // 2
    return ceil(of_few / project_mails.FEW)
