"""Does the time an answer takes tell whether an address, a password or a phone is known?

Each sample is an address that was never asked for before, as whoever searches for accounts would
come, and beside it one of each other kind, in random order, in this process, without network:
nothing hides a difference here that a stranger could see through one.
"""

import gc
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from django.test import Client

from tests.benchmarks import known, report, verdict
from tests.benchmarks.measuring import Call, percentile
from tests.benchmarks.verdict import Difference

SECONDS, ROUNDS, WARM_UP = 60, 100, 5  # as many rounds as fit, and no fewer than that
LOOKS = 5  # a busy machine gets so many times as many, until the answer is clear
# Who searches gets 6 mails an hour for an address (24 from everywhere), 30 guesses. By so few
# answers, each of which varies by a millisecond before any network, less than that can't be told.
TOLERANCE = 0.001  # seconds

Found = dict[tuple[str, str], Difference]  # by a door's name, and the kind of who is asked for

_numbers: Iterator[int] = count()


@dataclass(frozen=True, slots=True)
class Door:
    """A way to ask, and who is asked for; the first kind is what the others are held against."""

    name: str
    kinds: dict[str, Callable[[int], Call]]
    taken: dict[str, list[float]] = field(default_factory=dict)

    def knock(self) -> None:
        """One of each kind, right after one another: verdict.py takes them as pairs."""
        calls = [(kind, prepare(next(_numbers))) for kind, prepare in self.kinds.items()]
        gc.collect()  # of what preparing has left, which is no answer's fault
        for kind, call in random.sample(calls, len(calls)):
            began = perf_counter()
            call()
            self.taken.setdefault(kind, []).append(perf_counter() - began)

    def differences(self, *, looks: int) -> dict[str, Difference]:
        """Of each other kind from the first."""
        first, *others = self.kinds
        baseline = self.taken[first]
        return {kind: verdict.between(baseline, self.taken[kind], looks=looks) for kind in others}


def measure(*, quick: bool) -> None:
    known.found()
    doors = [*mail_doors(), reset_door(), password_door(), phone_door()]
    for door in doors:
        for _ in range(1 if quick else WARM_UP):
            door.knock()
        door.taken.clear()
    gc.collect()
    gc.freeze()  # so that what is loaded by now isn't looked at again before each answer
    if quick:
        knock_in_turns(doors, seconds=0, rounds=3)
        tell(doors, found_at(doors), is_judged=False)
    else:
        tell(doors, clear(doors), is_judged=True)


def clear(doors: list[Door]) -> Found:
    """What is found as soon as it is clear, or at the last look.

    How many looks there may be is set before, and each is the surer for it: who stops when the
    figures please finds what pleases. Further looks are for the doors where it isn't clear yet.
    """
    found: Found = {}
    unclear = doors
    for look in range(LOOKS):
        knock_in_turns(unclear, seconds=SECONDS, rounds=0 if look else ROUNDS)
        found |= found_at(unclear)
        if is_clear(found):
            break
        unclear = [door for door in unclear if not is_clear(of(door, found))]
    return found


def found_at(doors: list[Door]) -> Found:
    return {
        (door.name, kind): difference
        for door in doors
        for kind, difference in door.differences(looks=LOOKS).items()
    }


def of(door: Door, found: Found) -> Found:
    return {name: difference for name, difference in found.items() if name[0] == door.name}


def is_clear(found: Found) -> bool:
    every = found.values()
    is_told = any(each.is_beyond(TOLERANCE) for each in every)
    return is_told or all(each.is_within(TOLERANCE) for each in every)


def knock_in_turns(doors: list[Door], *, seconds: float, rounds: int) -> None:
    began = perf_counter()
    while perf_counter() - began < seconds or rounds > 0:
        rounds -= 1
        for door in random.sample(doors, len(doors)):
            door.knock()


def mail_doors() -> Iterator[Door]:
    for name, path in {
        "code, discovery": "/login",
        "link, discovery": "/login/link",
        "code, organization": "/o/acme/login",
        "link, organization": "/o/acme/login/link",
    }.items():
        kinds = {
            "unknown": asking(path, known.stranger),
            "member": asking(path, known.member),
        }
        yield Door(name, kinds)


def reset_door() -> Door:
    path = "/o/acme/login/forgot"
    kinds = {
        "unknown": asking(path, known.stranger),
        "member": asking(path, known.member),
        "with password": asking(path, known.with_password),
    }
    return Door("password reset", kinds)


def password_door() -> Door:
    path, guess = "/o/acme/login/password", {"password": "not the password at all"}
    kinds = {
        "unknown": asking(path, known.stranger, **guess),
        "without password": asking(path, known.member, **guess),
        "wrong password": asking(path, known.with_password, **guess),
    }
    return Door("password", kinds)


def phone_door() -> Door:
    """For a member who adds a phone: one that nobody has, and one that is somebody else's."""
    return Door(
        "phone", {"unknown": known.adding_fresh_phone, "of somebody else": known.adding_taken_phone}
    )


def asking(path: str, whom: Callable[[int], str], **more: str) -> Callable[[int], Call]:
    def prepare(number: int) -> Call:
        client, form = Client(SERVER_NAME="127.0.0.1"), {"email_address": whom(number), **more}
        return lambda: client.post(path, form)

    return prepare


def tell(doors: list[Door], found: Found, *, is_judged: bool) -> None:
    """Not judged are so few answers that chance alone would look like an answer."""
    report.title("Whether the time of an answer tells who is known")
    rows = [row(door, kind, found.get((door.name, kind))) for door in doors for kind in door.kinds]
    report.table(("", "answers", "p25", "p50", "later than unknown", "99% sure of", "told"), rows)
    report.line("Later: the median of pairs, asked right after one another; so is sure.")
    report.line("Told: how often the slower of a pair is this one; 50 % is a coin.")
    worst = max(found.values(), key=lambda each: each.furthest)
    beyond = [" ".join(name) for name, each in found.items() if each.is_beyond(TOLERANCE)]
    value = f"told: {', '.join(beyond)}" if beyond else f"{worst.furthest * 1e3:.2f} ms at most"
    report.goal(
        "no answer's time tells who is known",
        value=value if is_judged else "not judged, by so few answers",
        wanted=f"surely less than {TOLERANCE * 1e3:.0f} ms",
        is_met=not beyond if is_judged and is_clear(found) else None,
    )


def row(door: Door, kind: str, difference: Difference | None) -> tuple[str, ...]:
    taken = door.taken[kind]
    times = (f"{percentile(taken, share) * 1e3:.2f} ms" for share in (0.25, 0.5))
    name, answers = f"{door.name}, {kind}", str(len(taken))
    if difference is None:
        return name, answers, *times, "", "", ""
    low, high = difference.low * 1e3, difference.high * 1e3
    sure, told = f"{low:+.2f} to {high:+.2f} ms", f"{difference.told:.0%}"
    return name, answers, *times, f"{difference.seen * 1e3:+.2f} ms", sure, told
