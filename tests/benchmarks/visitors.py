"""Somebody signed in to Acme, by the service itself, and the cookies that say so."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone

from accounts import cookies
from accounts.client.tokens import Tokens
from accounts.cookies import Credentials
from identity import keys
from identity.factors import email_factor
from identity.models import Member, MemberSession
from identity.operations import member_sessions, members, organizations
from identity.operations.member_sessions import Terms

NAME, ADDRESS = "Acme", "ada@acme.example"
MINUTES = 240  # longer than any section takes


@dataclass(frozen=True, slots=True)
class Visitor:
    session: MemberSession
    session_token: str

    def fresh_jwt(self) -> str:
        now = timezone.now()
        return member_sessions.jwt_of(self.session, ring=keys.ring(now=now), now=now)

    def cookies(self) -> dict[str, str]:
        """As the app writes them, with a JWT of this moment: good for five minutes."""
        tokens = Tokens(self.session_token, self.fresh_jwt(), self.session.expires_at)
        held = Credentials(session=tokens, organization_name=NAME, member_address=ADDRESS)
        response = HttpResponse()
        cookies.write(response, Credentials(), held)
        return {name: morsel.value for name, morsel in response.cookies.items()}


def arrive() -> Visitor:
    """An admin of a new organization, an hour into the session's four."""
    now = timezone.now()
    fields = {"organization_name": NAME, "organization_slug": NAME.lower()}
    organization = organizations.create(fields=fields, now=now)
    given = {"email_address": ADDRESS, "name": "Ada Archer", "roles": ["stytch_admin"]}
    member = members.create(organization=organization, fields=given, now=now)
    return sign_in(member)


def sign_in(member: Member) -> Visitor:
    began = timezone.now() - timedelta(hours=1)
    factor = email_factor(
        type="email_otp", email_id=member.email_id, email_address=ADDRESS, now=began
    )
    session, token = member_sessions.start(
        member=member, factors=(factor,), terms=Terms(duration_minutes=MINUTES), now=began
    )
    return Visitor(session, token)


def header(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())
