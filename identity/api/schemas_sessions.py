"""Bodies of the session and discovery endpoints (CONTRACT 2.1, 2.2)."""

from identity.api.schemas import Body, CustomClaims, OtpLocale, SessionDuration
from identity.api.schemas_organizations import DiscoveryOrganization
from identity.operations.authorization import Check
from identity.operations.member_sessions import Terms


class StartsSession(Body):
    """What every call that may end in a session accepts."""

    session_duration_minutes: SessionDuration | None = None
    session_custom_claims: CustomClaims | None = None

    def terms(self) -> Terms:
        return Terms(self.session_duration_minutes, self.session_custom_claims)


class AuthorizationCheck(Body):
    organization_id: str
    resource_id: str
    action: str

    def check(self) -> Check:
        return Check(self.organization_id, self.resource_id, self.action)


class Authenticate(StartsSession):
    session_token: str = ""
    session_jwt: str = ""
    authorization_check: AuthorizationCheck | None = None


class Revoke(Body):
    member_session_id: str = ""
    session_token: str = ""
    session_jwt: str = ""
    member_id: str = ""


class Exchange(StartsSession):
    organization_id: str
    session_token: str = ""
    session_jwt: str = ""
    locale: OtpLocale | None = None


class ListDiscovered(Body):
    intermediate_session_token: str = ""
    session_token: str = ""
    session_jwt: str = ""


class ExchangeIntermediate(StartsSession):
    intermediate_session_token: str
    organization_id: str
    locale: OtpLocale | None = None


class CreateDiscovered(DiscoveryOrganization, StartsSession):
    intermediate_session_token: str

    def organization_fields(self) -> dict[str, object]:
        """Only what was sent, and only what describes the organization."""
        own = DiscoveryOrganization.model_fields
        return {name: value for name, value in self.changes().items() if name in own}
