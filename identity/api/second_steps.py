"""What the endpoints of second factors have in common: fields (CONTRACT 2.4, 2.5)."""

from dataclasses import replace
from typing import Annotated, Literal

from django.http import HttpRequest
from pydantic import Field

from identity import visitors
from identity.api import mailed
from identity.api.schemas import Body
from identity.models import Member
from identity.operations import members, organizations
from identity.operations.mailbox import Held
from identity.operations.second_factor import Given

Id = Annotated[str, Field(max_length=128)]


class OfMember(Body):
    organization_id: Id
    member_id: Id

    def member(self) -> Member:
        organization = organizations.get(self.organization_id)
        return members.get(organization=organization, identifier=self.member_id)


class Begins(OfMember):
    """Exactly one of the three tokens: stricter than the contract (second_step.permitted)."""

    session_token: mailed.Token = ""
    session_jwt: mailed.Token = ""
    intermediate_session_token: mailed.Token = ""

    def held(self) -> Held:
        return Held(self.session_token, self.session_jwt, self.intermediate_session_token)


class Ends(mailed.Entering, OfMember):
    """A code beside what is presented; exactly one of the three tokens here, too."""

    def given(self, request: HttpRequest, *, code: str) -> Given:
        return Given(
            member=self.member(),
            held=self.held(),
            code=code,
            terms=self.terms(),
            visitor=visitors.named(request),
        )


class Enrols(Ends):
    set_mfa_enrollment: Literal["enroll", "unenroll", ""] = ""
    set_default_mfa: bool = False

    def given(self, request: HttpRequest, *, code: str) -> Given:
        return replace(
            super().given(request, code=code),
            enrollment=self.set_mfa_enrollment,
            make_default=self.set_default_mfa,
        )
