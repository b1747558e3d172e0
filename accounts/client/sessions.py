"""Member sessions: keep, move, end and list them (CONTRACT 2.1, 6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.client import parse, wire
from accounts.client._http import Http, given
from accounts.client.authorization import AuthorizationCheck
from accounts.client.entities import MemberSession
from accounts.client.errors import Unavailable
from accounts.client.outcomes import (
    Authenticated,
    AuthOutcome,
    parse_authenticated,
    parse_outcome,
)
from accounts.client.session_jwt import Verifier
from accounts.client.tokens import Tokens
from accounts.client.wire import Json


@dataclass(frozen=True, slots=True)
class Sessions:
    """Every method raises Unavailable or Rejected; a session that is over is SessionExpired.

    Session durations are minutes, 5 to 527040 (CONTRACT 6.1).
    """

    http: Http
    clock: Callable[[], datetime]
    verifier: Verifier

    def authenticate(
        self,
        tokens: Tokens,
        *,
        session_duration_minutes: int | None = None,
        custom_claims: Mapping[str, object] | None = None,
        authorization_check: AuthorizationCheck | None = None,
    ) -> Authenticated:
        """Ask the service about a session and get a fresh JWT; only a duration moves its end.

        `custom_claims` merge by key, None deletes (CONTRACT 6.3). An `authorization_check` that
        the session's roles of this moment don't pass raises Forbidden (CONTRACT 2.1).
        """
        fields = given(
            session_token=tokens.session_token,
            session_duration_minutes=session_duration_minutes,
            session_custom_claims=custom_claims,
            authorization_check=authorization_check and authorization_check.to_wire(),
        )
        body = self.http.post("/v1/b2b/sessions/authenticate", fields)
        if authorization_check:
            _check_verdict(body)
        return parse_authenticated(body)

    def authenticate_jwt(self, session_jwt: str) -> Authenticated:
        """Ask the service which live session a JWT is of, be the JWT itself expired (CONTRACT 2.1).

        A JWT that isn't one is a Rejected other than SessionExpired.
        """
        fields = {"session_jwt": session_jwt}
        return parse_authenticated(self.http.post("/v1/b2b/sessions/authenticate", fields))

    def exchange(
        self,
        session_token: str,
        *,
        organization_id: str,
        session_duration_minutes: int | None = None,
    ) -> AuthOutcome:
        """Move to another organization; the session at hand stays alive."""
        fields = given(
            session_token=session_token,
            organization_id=organization_id,
            session_duration_minutes=session_duration_minutes,
        )
        body = self.http.post("/v1/b2b/sessions/exchange", fields)
        return parse_outcome({"organization_id": organization_id, **body}, now=self.clock())

    def revoke(
        self,
        *,
        session_token: str = "",
        member_session_id: str = "",
        member_id: str = "",
        acting_session_token: str = "",
    ) -> None:
        """End one session, or with `member_id` all of that member; give exactly one selector.

        A session already over raises SessionExpired. JWTs verify locally until they expire. With
        `acting_session_token` the service asks whether that member may: Forbidden (CONTRACT 3.9).
        """
        fields = given(
            session_token=session_token, member_session_id=member_session_id, member_id=member_id
        )
        self.http.post("/v1/b2b/sessions/revoke", fields, acting_session_token=acting_session_token)

    def list(self, *, organization_id: str, member_id: str) -> tuple[MemberSession, ...]:
        """List a member's live sessions."""
        body = self.http.get(
            "/v1/b2b/sessions", organization_id=organization_id, member_id=member_id
        )
        return tuple(
            map(parse.member_session, wire.children(body, "member_sessions", required=True))
        )

    def verify_jwt(self, session_jwt: str) -> MemberSession:
        """Read a session from its JWT without a call, as a rule (CONTRACT 4).

        Raises JwtInvalid, JwtStale, or Unavailable when there are no keys to judge by.
        """
        return self.verifier.verify(session_jwt)

    def read_jwt(self, session_jwt: str) -> MemberSession:
        """Whose session a JWT of ours is, however old: for telling of it, not for letting in.

        Raises like `verify_jwt`, but for a JWT that is merely past its time.
        """
        return self.verifier.read(session_jwt)


def _check_verdict(body: Json) -> None:
    """A service that passes over the question has not said yes."""
    verdict = wire.parent(body, "verdict")
    if verdict.get("authorized") is not True:
        raise Unavailable("a verdict that says nothing")
