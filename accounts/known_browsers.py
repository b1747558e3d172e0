"""Who has signed in with this browser before: told apart by it, a new one is worth a mail.

It opens nothing and replaces no factor: whoever copies the cookie spares its owner a mail, no more.
By the person's address, not by the member: another organization of theirs is no other browser.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from accounts import sealing

PURPOSE = "known-browser"
KEPT = timedelta(days=365)  # since the last sign-in; browsers keep no cookie for longer than 400
MOST = 20  # people, the newest; a shared browser's cookie stays far below the 4 KiB there are


@dataclass(frozen=True, slots=True)
class Known:
    """`people` by hash, who signed in last at the end; `seen_on` moves the cookie's own end."""

    people: tuple[str, ...] = ()
    seen_on: str = ""

    def knows(self, address: str) -> bool:
        return _person(address) in self.people

    def including(self, address: str, *, today: date) -> "Known":
        others = tuple(each for each in self.people if each != _person(address))
        return Known((*others, _person(address))[-MOST:], today.isoformat())


def seal(known: Known) -> str:
    return sealing.seal({"people": known.people, "seen_on": known.seen_on}, purpose=PURPOSE)


def unseal(sealed: str) -> Known:
    """This will know nobody from a cookie that isn't one of ours."""
    noted = sealing.unseal(sealed, purpose=PURPOSE)
    return Known(tuple(noted["people"]), noted["seen_on"]) if noted else Known()


def _person(address: str) -> str:
    return hashlib.sha256(f"foyer {address.casefold()}".encode()).hexdigest()[:16]
