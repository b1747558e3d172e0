"""Who has signed in with this browser before: a new one is worth a mail, a known one has budgets.

It opens nothing and replaces no factor: whoever copies the cookie spares its owner a mail, and has
that browser's few mails and guesses an hour (identity/operations/allowances.py). An organization
may sign in whom it likes as anybody, so a sign-in makes the browser known in that organization
alone. A mailbox proven in this browser makes it known for the address everywhere.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from secrets import token_urlsafe

from accounts import sealing

PURPOSE = "known-browser"
KEPT = timedelta(days=365)  # since the last sign-in; browsers keep no cookie for longer than 400
MOST = 30  # notes of people, the newest; a shared browser's cookie stays far below the 4 KiB
BROWSER_BYTES = 16


@dataclass(frozen=True, slots=True)
class Known:
    """`people` by hash, who signed in last at the end; `seen_on` moves the cookie's own end.

    `browser` is random, and names the browser to the service's limits; "" in cookies of before.
    """

    people: tuple[str, ...] = ()
    seen_on: str = ""
    browser: str = ""

    def knows(self, address: str, organization_id: str) -> bool:
        return self.has_proven(address) or self.has_entered(address, organization_id)

    def has_proven(self, address: str) -> bool:
        return _person(address, "mailbox") in self.people

    def has_entered(self, address: str, organization_id: str) -> bool:
        return _person(address, organization_id) in self.people

    def including(
        self, address: str, *, organization_id: str, has_proven: bool = False, today: date
    ) -> "Known":
        """`has_proven`: by a code or link in that mailbox."""
        whats = (organization_id, "mailbox") if has_proven else (organization_id,)
        new = tuple(_person(address, what) for what in whats)
        others = tuple(each for each in self.people if each not in new)
        return replace(self, people=(*others, *new)[-MOST:], seen_on=today.isoformat())

    def named(self) -> "Known":
        return self if self.browser else replace(self, browser=token_urlsafe(BROWSER_BYTES))


def seal(known: Known) -> str:
    return sealing.seal(asdict(known), purpose=PURPOSE)


def unseal(sealed: str) -> Known:
    """This will know nobody from a cookie that isn't one of ours."""
    noted = sealing.unseal(sealed, purpose=PURPOSE)
    if not noted:
        return Known()
    return Known(tuple(noted["people"]), noted["seen_on"], noted.get("browser", ""))


def _person(address: str, what: str) -> str:
    words = f"foyer {what} {address.casefold()}"
    return hashlib.sha256(words.encode()).hexdigest()[:16]
