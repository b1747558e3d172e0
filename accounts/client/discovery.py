"""From a proven address to an organization (CONTRACT 2.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.client import parse, wire
from accounts.client._http import Http, given
from accounts.client.entities import DiscoveredOrganization
from accounts.client.outcomes import AuthOutcome, Discovered, parse_outcome
from accounts.client.tokens import Intermediate
from accounts.client.wire import Json

LIST = "/v1/b2b/discovery/organizations"


@dataclass(frozen=True, slots=True)
class Discovery:
    """Every method raises Unavailable or Rejected; an ended step is StepExpired.

    Session durations are minutes, 5 to 527040, the service's 60 when None (CONTRACT 6.1).
    """

    http: Http
    clock: Callable[[], datetime]

    def organizations(
        self, *, intermediate: Intermediate | None = None, session_token: str = ""
    ) -> tuple[DiscoveredOrganization, ...]:
        """List what a person is in (by session) or may also join (by intermediate session).

        Give exactly one of the two; neither is used up by it.
        """
        return parse.discovered_organizations(
            self._list(intermediate.token if intermediate else "", session_token)
        )

    def rediscover(self, intermediate: Intermediate) -> Discovered:
        """List anew for an intermediate session, as the outcome that its sign-in had."""
        body = self._list(intermediate.token, "")
        return Discovered(
            intermediate=intermediate,
            email_address=wire.filled(body, "email_address"),
            organizations=parse.discovered_organizations(body),
        )

    def exchange(
        self,
        intermediate_token: str,
        *,
        organization_id: str,
        session_duration_minutes: int | None = None,
    ) -> AuthOutcome:
        """Enter an organization, accepting its invitation or joining it if need be.

        Raises Forbidden when the person may not join.
        """
        fields = given(
            intermediate_session_token=intermediate_token,
            organization_id=organization_id,
            session_duration_minutes=session_duration_minutes,
        )
        body = self.http.post("/v1/b2b/discovery/intermediate_sessions/exchange", fields)
        return parse_outcome({"organization_id": organization_id, **body}, now=self.clock())

    def create_organization(
        self,
        intermediate_token: str,
        *,
        name: str,
        slug: str = "",
        session_duration_minutes: int | None = None,
    ) -> AuthOutcome:
        """Create an organization with the person as its admin; without slug one is derived.

        Raises Rejected with organization_slug_already_used or invalid_organization_slug.
        """
        fields = given(
            intermediate_session_token=intermediate_token,
            organization_name=name,
            organization_slug=slug,
            session_duration_minutes=session_duration_minutes,
        )
        body = self.http.post("/v1/b2b/discovery/organizations/create", fields)
        return parse_outcome(body, now=self.clock())

    def _list(self, intermediate_token: str, session_token: str) -> Json:
        return self.http.post(
            LIST,
            given(intermediate_session_token=intermediate_token, session_token=session_token),
        )
