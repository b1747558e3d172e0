"""A POST that came to a gate too early, sealed into the page that asks for the proof.

The page holds it, so that no store, cookie or other request can lose it. It is encrypted (it may be
a new password) and bound: to the member, organization and session that sent it, to its address, to
minutes, and to one use. Whoever is here when it comes back must be the one who sent it.
"""

import re
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.cache import cache
from django.http import HttpRequest

from accounts import sealing
from accounts.client.entities import MemberSession

PURPOSE = "held"
# As long as the mailed code works that may have to be waited for.
HELD_FOR = timedelta(minutes=10)
# Characters; sealed they are a third more, and must fit a form (DATA_UPLOAD_MAX_MEMORY_SIZE).
LONGEST_BODY = 16 * 1024
ELEMENT = re.compile(r"[a-z]+#([A-Za-z][\w-]{0,63})")


class Refusal(StrEnum):
    """Why a held POST is not finished."""

    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Held:
    """`target` is the id of the element that the answer belongs into, "" for none.

    `held_at` is in whole seconds since 1970; `path` has the query, but no script's prefix; `body`
    is as a form sends it.
    """

    member_id: str
    organization_id: str
    member_session_id: str
    path: str
    held_at: int
    body: str = field(repr=False)
    nonce: str = field(repr=False)
    target: str = ""

    def refusal(self, member: MemberSession, *, now: datetime) -> Refusal | None:
        """Why it isn't to be finished for this member now; None: nothing speaks against it."""
        theirs = (self.member_id, self.organization_id, self.member_session_id)
        if theirs != (member.member_id, member.organization_id, member.member_session_id):
            return Refusal.NOT_YOURS
        is_late = now.timestamp() - self.held_at > HELD_FOR.total_seconds()
        return Refusal.TOO_LATE if is_late else None

    def spend(self) -> bool:
        """Whether this was the first time. Every process must share the cache: REDIS_URL."""
        return cache.add(f"held:{self.nonce}", 1, timeout=int(2 * HELD_FOR.total_seconds()))


def hold(request: HttpRequest, member: MemberSession, *, now: datetime) -> str:
    """This will seal the POST, or return "" for what can't wait: files, no form, too long."""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    body = fields.urlencode()
    if request.method != "POST" or not request.POST or request.FILES or len(body) > LONGEST_BODY:
        return ""
    target = ELEMENT.fullmatch(request.headers.get("HX-Target", ""))
    held = Held(
        member_id=member.member_id,
        organization_id=member.organization_id,
        member_session_id=member.member_session_id,
        path=request.get_full_path_info(),
        held_at=int(now.timestamp()),
        body=body,
        nonce=secrets.token_urlsafe(16),
        target=target[1] if target else "",
    )
    return sealing.seal(asdict(held), purpose=PURPOSE)


def unseal(sealed: str) -> Held | None:
    """This will open what `hold` sealed; None for anything else."""
    fields = sealing.unseal(sealed, purpose=PURPOSE)
    try:
        return Held(**fields) if fields is not None else None
    except TypeError:  # sealed by another version
        return None
