"""What the endpoints of codes and links have in common: fields, and the answer of a discovery."""

from typing import Annotated, Any

from django.http import HttpResponse
from pydantic import Field

from identity.api import edge, wire_sessions
from identity.api.schemas import Body, CustomClaims, SessionDuration
from identity.factors import wire_time
from identity.operations.mailbox import Held, Recognized
from identity.operations.sign_in import Finished, Terms

# Longer than any token of ours (44) and any JWT that a header could carry.
Token = Annotated[str, Field(max_length=8192)]
# Their range is the operation's business; strict, so true and "10" are no minutes.
Minutes = int | None


class Entering(Body):
    """What every call brings that may end in a session (CONTRACT 2, 5.3)."""

    session_token: Token = ""
    session_jwt: Token = ""
    intermediate_session_token: Token = ""
    session_duration_minutes: SessionDuration | None = None
    session_custom_claims: CustomClaims | None = None

    def held(self) -> Held:
        return Held(self.session_token, self.session_jwt, self.intermediate_session_token)

    def terms(self) -> Terms:
        return Terms(self.session_duration_minutes, self.session_custom_claims)


def recognized(request: edge.ApiRequest, found: Recognized) -> HttpResponse:
    return edge.ok(request, recognition(found))


def recognition(found: Recognized) -> dict[str, Any]:
    return {
        "intermediate_session_token": found.intermediate_session_token,
        "intermediate_session_token_expires_at": wire_time(found.expires_at),
        "email_address": found.email_address,
        "discovered_organizations": [
            wire_sessions.discovered(each) for each in found.organizations
        ],
    }


def of_member(finished: Finished) -> dict[str, Any]:
    """Beside the AUTH block: the method is the mailbox (CONTRACT 2.3, 2.4)."""
    return {
        "method_id": finished.member.email_id,
        "organization_id": finished.organization.organization_id,
    }
