"""What the service knows of a member beyond their session: name and metadata.

Each answer about a session brings them along (a sign-in, a switch, a beat), so they are kept from
there; a page that needs them earlier costs one call a session. Kept in the cache, under the session
they were told of, hence never another member's; a change shows with the next beat.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from accounts.client.entities import Member, MemberSession
from accounts.client.outcomes import Authenticated
from accounts.service import identity

# As long as a session can last without telling anything anew; then the service is asked again.
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Profile:
    """`untrusted_metadata` can be written by the member, `trusted_metadata` by backends alone."""

    name: str = ""
    untrusted_metadata: Mapping[str, object] = field(default_factory=dict)
    trusted_metadata: Mapping[str, object] = field(default_factory=dict)


def remember(outcome: Authenticated) -> None:
    """Keep what an answer about a session says of its member, if it does."""
    if outcome.member is not None:
        _keep(outcome.session, outcome.member)


def _keep(session: MemberSession, member: Member) -> Profile:
    told = Profile(member.name, dict(member.untrusted_metadata), dict(member.trusted_metadata))
    lasts = min(session.expires_at - timezone.now(), LONGEST).total_seconds()
    if lasts > 0:
        cache.set(_key(session), asdict(told), timeout=lasts)
    return told


def of(session: MemberSession) -> Profile:
    """What is kept, else the service's word: raises Unavailable or Rejected like any call."""
    kept = cache.get(_key(session))
    if isinstance(kept, dict):
        return Profile(**kept)
    whose = {"organization_id": session.organization_id, "member_id": session.member_id}
    return _keep(session, identity().organizations.members.get(**whose))


def _key(session: MemberSession) -> str:
    whose = f"{session.organization_id} {session.member_id} {session.member_session_id}"
    return f"profile:{hashlib.sha256(whose.encode()).hexdigest()}"
