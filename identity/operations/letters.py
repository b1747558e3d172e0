"""What the mails say beyond their templates: subject, names, and times in words."""

from identity.delivery import Mail, harmless, quoted
from identity.models import Member, Organization
from identity.requested import Requested

# Of an organization whose name is no name to put into a mail.
NAMELESS = "your organization"
MINUTES = {"week": 10_080, "day": 1_440, "hour": 60, "minute": 1}


def code(
    *, to: str, code: str, organization: Organization | None, minutes: int, by: Requested
) -> Mail:
    context = {"code": code, **_about(to, organization=organization, minutes=minutes, by=by)}
    return Mail("code", to, _subject("Your sign-in code", organization), context, code=code)


def link(
    *, to: str, link: str, organization: Organization | None, minutes: int, by: Requested
) -> Mail:
    context = {"link": link, **_about(to, organization=organization, minutes=minutes, by=by)}
    return Mail("link", to, _subject("Your sign-in link", organization), context, link=link)


def invite(*, to: str, link: str, member: Member, minutes: int) -> Mail:
    name, inviter = quoted(_name(member.organization)), _inviter(member)
    about = _about(to, organization=member.organization, minutes=minutes, by=Requested())
    subject = (
        f"{quoted(inviter)} invited you to {name}" if inviter else f"You are invited to {name}"
    )
    return Mail("invite", to, subject, {"link": link, "inviter": inviter, **about}, link=link)


def password(*, member: Member, link: str, login_link: str, minutes: int, by: Requested) -> Mail:
    """`link` sets a password, `login_link` signs in without one."""
    to, organization = member.email_address, member.organization
    words = "Set a new password" if member.member_password_id else "Set your password"
    about = _about(to, organization=organization, minutes=minutes, by=by)
    context = {"words": words, "link": link, "login_link": login_link, **about}
    return Mail("password", to, _subject(words, organization), context, link=link)


def notice(*, member: Member, subject: str, what: str) -> Mail:
    """What has happened to the member's own way in; nothing to type and nothing to click."""
    organization = _name(member.organization)
    context = {"subject": subject, "what": what, "organization_name": organization}
    mail = {**context, "address": member.email_address}
    return Mail("notice", member.email_address, f"{subject} at {quoted(organization)}", mail)


def for_admins(*, admin: Member, subject: str, what: str) -> Mail:
    """What has happened to somebody of their organization."""
    organization = _name(admin.organization)
    context = {"subject": subject, "what": what, "organization_name": organization}
    mail = {**context, "address": admin.email_address}
    return Mail("for_admins", admin.email_address, f"{subject} at {quoted(organization)}", mail)


def in_words(minutes: int) -> str:
    """`90 minutes`, `1 hour`, `1 week`: the largest unit that says it exactly."""
    unit = next(name for name, length in MINUTES.items() if minutes % length == 0)
    count = minutes // MINUTES[unit]
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _about(
    to: str, *, organization: Organization | None, minutes: int, by: Requested
) -> dict[str, str]:
    return {
        "address": to,
        "organization_name": _name(organization) if organization else "",
        "expires_in_words": in_words(minutes),
        "when": by.when,
        "device": by.device,
        "where": by.where,
    }


def _subject(words: str, organization: Organization | None) -> str:
    """Never the code itself: subjects end in mail servers' logs and on locked screens."""
    return f"{words} for {quoted(_name(organization))}" if organization else words


def _name(organization: Organization) -> str:
    return harmless(organization.organization_name, instead=NAMELESS)


def _inviter(member: Member) -> str:
    """By address whose name is none; that one is theirs, and no place to go."""
    by = member.invited_by
    return harmless(by.name, instead="") or by.email_address if by else ""
