"""A member's standing by the service's word of this very moment, whatever a cookie says."""

from dataclasses import dataclass, field, replace
from typing import TypedDict

from accounts import inquiry
from accounts.auth import MemberRequest
from accounts.client.entities import (
    Member,
    MemberSession,
    Organization,
    allowed_mfa_methods,
)
from accounts.client.errors import SessionExpired
from accounts.client.second_factors import MemberStep
from accounts.service import identity


class Whose(TypedDict):
    organization_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class Account:
    session: MemberSession
    member: Member
    organization: Organization
    session_token: str = field(repr=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        return allowed_mfa_methods(self.organization, self.member)

    @property
    def has_app(self) -> bool:
        return bool(self.member.totp_registration_id)

    @property
    def has_phone(self) -> bool:
        return bool(self.member.mfa_phone_number) and self.member.mfa_phone_number_verified

    @property
    def usable(self) -> tuple[str, ...]:
        """The second factors that count here, by method."""
        has = {"totp": self.has_app, "sms_otp": self.has_phone}
        return tuple(method for method in self.allowed if has[method])

    @property
    def is_required(self) -> bool:
        return self.organization.mfa_policy == "REQUIRED_FOR_ALL"

    @property
    def whose(self) -> Whose:
        return {
            "organization_id": self.member.organization_id,
            "member_id": self.member.member_id,
        }

    @property
    def step(self) -> MemberStep:
        """For proving a factor on top of this session, whose end stays where it is."""
        return {
            "organization_id": self.member.organization_id,
            "member_id": self.member.member_id,
            "session_token": self.session_token,
        }


def ask(request: MemberRequest) -> Account:
    """Never from the JWT: it may be minutes old, and a change is decided by what is true now."""
    tokens = request.auth.credentials.session
    if tokens is None:
        raise SessionExpired("session_not_found", status_code=404)
    outcome = inquiry.ask(tokens)
    session = outcome.session
    organization = outcome.organization or identity().organizations.get(session.organization_id)
    member = outcome.member or identity().organizations.members.get(
        organization_id=session.organization_id, member_id=session.member_id
    )
    request.auth.renewed(replace(outcome, organization=organization, member=member))
    request.member = request.auth.member or session
    return Account(session, member, organization, outcome.tokens.session_token)
