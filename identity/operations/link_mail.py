"""A link on its way: what is asked for is checked first, then made and mailed."""

from dataclasses import dataclass
from datetime import datetime

from identity import delivery, requested
from identity.delivery import Mail
from identity.models import MagicLink, Member
from identity.operations import letters, links, redirects
from identity.operations.one_time import undone_unless_delivered
from identity.visitors import Visitor

Purpose = MagicLink.Purpose
# In minutes, where it isn't an hour (CONTRACT 8.1).
LIFETIMES = {Purpose.INVITE: links.WEEK, Purpose.RESET: links.RESET_MINUTES}
# The landing page's `stytch_token_type`; that of passwords is what the SDKs know.
TOKEN_TYPES = {Purpose.DISCOVERY: "discovery", Purpose.RESET: "multi_tenant_passwords"}


@dataclass(frozen=True, slots=True)
class Way:
    """Where a link is to lead and for how long, as asked for; "" and None: the default."""

    redirect_url: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A way that may be taken; `visitor` is who asked, `challenge` PKCE's or ""."""

    purpose: MagicLink.Purpose
    redirect_url: str
    minutes: int
    visitor: Visitor
    challenge: str


def draft(way: Way, *, purpose: Purpose, visitor: Visitor, challenge: str = "") -> Draft:
    """This will raise if the way may not be taken; it writes nothing."""
    default = LIFETIMES.get(purpose, links.DEFAULT_MINUTES)
    minutes = links.checked_minutes(way.minutes, default=default)
    redirect_url = redirects.choose(purpose=purpose, wanted=way.redirect_url)
    return Draft(purpose, redirect_url, minutes, visitor, challenge)


def post(sketch: Draft, *, email_address: str, member: Member | None = None, now: datetime) -> None:
    row, url = make(sketch, email_address=email_address, member=member, now=now)
    with undone_unless_delivered(row.delete):
        delivery.send(_mail(sketch, to=email_address, member=member, url=url, now=now), now=now)


def make(
    sketch: Draft, *, email_address: str, member: Member | None = None, now: datetime
) -> tuple[MagicLink, str]:
    """The link's row, and the URL that goes into the mail and nowhere else."""
    row, token = links.issue(
        purpose=sketch.purpose,
        email_address=email_address,
        minutes=sketch.minutes,
        challenge=sketch.challenge,
        member=member,
        now=now,
    )
    token_type = TOKEN_TYPES.get(sketch.purpose, "multi_tenant_magic_links")
    return row, redirects.link(redirect_url=sketch.redirect_url, token_type=token_type, token=token)


def _mail(sketch: Draft, *, to: str, member: Member | None, url: str, now: datetime) -> Mail:
    if member and sketch.purpose == Purpose.INVITE:
        return letters.invite(to=to, link=url, member=member, minutes=sketch.minutes)
    organization = member.organization if member else None
    by = requested.of(sketch.visitor, now=now)
    return letters.link(to=to, link=url, organization=organization, minutes=sketch.minutes, by=by)
