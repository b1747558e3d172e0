"""The mail that sets a password: its links, and what is left of them when it isn't taken."""

from datetime import datetime

from django.db import transaction

from identity import delivery, requested
from identity.delivery import Mail
from identity.models import MagicLink, Member
from identity.operations import letters, link_mail
from identity.operations.link_mail import Draft
from identity.operations.one_time import uncreate, undone_unless_delivered


def post(
    drafts: tuple[Draft, ...], *, to: str, member: Member | None, created: bool, now: datetime
) -> None:
    """A stranger has as many links made as a member, and is mailed the first: equal work."""
    with transaction.atomic():
        made = [link_mail.make(each, email_address=to, member=member, now=now) for each in drafts]
    urls = [url for _, url in made]
    with undone_unless_delivered(lambda: _undo([row for row, _ in made], uncreate_too=created)):
        delivery.send(_mail(drafts[0], urls, to=to, member=member, now=now), now=now)


def _undo(links_made: list[MagicLink], *, uncreate_too: bool) -> None:
    """A member's links go with the member."""
    member = links_made[0].member
    if member and uncreate_too:
        uncreate(member)
    else:
        MagicLink.objects.filter(pk__in=[row.pk for row in links_made]).delete()


def _mail(sketch: Draft, urls: list[str], *, to: str, member: Member | None, now: datetime) -> Mail:
    """The second URL, if there is one, signs a member in without a password."""
    minutes, by = sketch.minutes, requested.of(sketch.visitor, now=now)
    if member is None:
        return letters.link(to=to, link=urls[0], organization=None, minutes=minutes, by=by)
    login_link = "".join(urls[1:])
    return letters.password(
        member=member, link=urls[0], login_link=login_link, minutes=minutes, by=by
    )
