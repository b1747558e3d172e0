"""A link on its way: what is asked for is checked first, then made and mailed."""

from dataclasses import dataclass
from datetime import datetime

from identity import delivery
from identity.delivery import Mail
from identity.models import MagicLink, Member
from identity.operations import letters, links, redirects
from identity.operations.one_time import undone_unless_delivered

Purpose = MagicLink.Purpose


@dataclass(frozen=True, slots=True)
class Way:
    """Where a link is to lead and for how long, as asked for; "" and None: the default."""

    redirect_url: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A way that may be taken; `client` is who asked, `challenge` PKCE's or ""."""

    purpose: MagicLink.Purpose
    redirect_url: str
    minutes: int
    client: str
    challenge: str


def draft(way: Way, *, purpose: MagicLink.Purpose, client: str, challenge: str = "") -> Draft:
    """This will raise if the way may not be taken; it writes nothing."""
    default = links.WEEK if purpose == Purpose.INVITE else links.DEFAULT_MINUTES
    minutes = links.checked_minutes(way.minutes, default=default)
    redirect_url = redirects.choose(purpose=purpose, wanted=way.redirect_url)
    return Draft(purpose, redirect_url, minutes, client, challenge)


def post(sketch: Draft, *, email_address: str, member: Member | None = None, now: datetime) -> None:
    row, token = links.issue(
        purpose=sketch.purpose,
        email_address=email_address,
        minutes=sketch.minutes,
        challenge=sketch.challenge,
        member=member,
        now=now,
    )
    token_type = "multi_tenant_magic_links" if member else "discovery"
    url = redirects.link(redirect_url=sketch.redirect_url, token_type=token_type, token=token)
    with undone_unless_delivered(row.delete):
        delivery.send(_mail(sketch, to=email_address, member=member, url=url), now=now)


def _mail(sketch: Draft, *, to: str, member: Member | None, url: str) -> Mail:
    if member and sketch.purpose == Purpose.INVITE:
        return letters.invite(to=to, link=url, member=member, minutes=sketch.minutes)
    organization = member.organization if member else None
    return letters.link(
        to=to, link=url, organization=organization, minutes=sketch.minutes, by=sketch.client
    )
