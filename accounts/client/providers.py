"""Signing in by somebody else's word: OAuth and single sign-on (CONTRACT 2.7, 2.8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack
from urllib.parse import urlencode

from accounts.client import parse, session_fields, wire
from accounts.client._http import Http, given, path
from accounts.client.entities import SsoConnection
from accounts.client.outcomes import AuthOutcome, Discovered, parse_discovered, parse_outcome
from accounts.client.session_fields import SessionFields

# CONTRACT 2.8; the sign-in method is called after them: google_oauth, …
OAUTH = ("google", "microsoft", "github", "slack", "hubspot")
KINDS = ("saml", "oidc", "external")
START = "/v1/b2b/public/oauth/{provider}/start"
DISCOVERY_START = "/v1/b2b/public/oauth/{provider}/discovery/start"
SSO_START = "/v1/public/sso/start"
CONNECTIONS = "/v1/b2b/sso/{organization_id}"


@dataclass(frozen=True, slots=True)
class Providers:
    """Addresses to send a browser to, and what to do with the token it comes back with.

    The addresses are below `public_url`, the service's origin as a browser reaches it; "" makes
    them relative, for a service at this app's own origin. The browser returns to `redirect_url`
    with token and stytch_token_type (oauth, discovery_oauth, sso), or with error.

    Authenticating raises Unavailable, or Rejected: WrongCredentials for a token that is used,
    expired or another browser's, Forbidden where the organization doesn't let the person in.
    """

    http: Http
    clock: Callable[[], datetime]
    public_token: str
    public_url: str

    def oauth_start_url(
        self, provider: str, *, organization_id: str, redirect_url: str, pkce_code_challenge: str
    ) -> str:
        """Where signing in to one organization with one of OAUTH begins."""
        return self._start_url(
            path(START, provider=provider),
            organization_id=organization_id,
            login_redirect_url=redirect_url,
            signup_redirect_url=redirect_url,
            pkce_code_challenge=pkce_code_challenge,
        )

    def discovery_start_url(
        self, provider: str, *, redirect_url: str, pkce_code_challenge: str
    ) -> str:
        """Where signing in with one of OAUTH begins when no organization is chosen yet."""
        return self._start_url(
            path(DISCOVERY_START, provider=provider),
            discovery_redirect_url=redirect_url,
            pkce_code_challenge=pkce_code_challenge,
        )

    def sso_start_url(
        self, connection_id: str, *, redirect_url: str, pkce_code_challenge: str
    ) -> str:
        """Where single sign-on by one of the organization's connections begins."""
        return self._start_url(
            SSO_START,
            connection_id=connection_id,
            login_redirect_url=redirect_url,
            signup_redirect_url=redirect_url,
            pkce_code_challenge=pkce_code_challenge,
        )

    def authenticate_oauth(
        self, token: str, *, pkce_code_verifier: str, **session: Unpack[SessionFields]
    ) -> AuthOutcome:
        return self._authenticate(
            "/v1/b2b/oauth/authenticate",
            given(oauth_token=token, pkce_code_verifier=pkce_code_verifier),
            session,
        )

    def authenticate_discovery_oauth(self, token: str, *, pkce_code_verifier: str) -> Discovered:
        fields = given(discovery_oauth_token=token, pkce_code_verifier=pkce_code_verifier)
        return parse_discovered(
            self.http.post("/v1/b2b/oauth/discovery/authenticate", fields), now=self.clock()
        )

    def authenticate_sso(
        self, token: str, *, pkce_code_verifier: str, **session: Unpack[SessionFields]
    ) -> AuthOutcome:
        """Consume an SSO token; without a verifier, "", only what the provider began itself, which
        Stytch takes and the embedded service refuses.
        """
        return self._authenticate(
            "/v1/b2b/sso/authenticate",
            given(sso_token=token, pkce_code_verifier=pkce_code_verifier),
            session,
        )

    def sso_connections(
        self, organization_id: str, *, acting_session_token: str = ""
    ) -> tuple[SsoConnection, ...]:
        """List all connections, those still pending too; their secrets are not read.

        Who only wants to sign in finds the active ones in Organization.sso_active_connections.
        """
        body = self.http.get(
            path(CONNECTIONS, organization_id=organization_id),
            acting_session_token=acting_session_token,
        )
        return tuple(
            parse.sso_connection(connection, kind=kind)
            for kind in KINDS
            for connection in wire.children(body, f"{kind}_connections", required=True)
        )

    def _start_url(self, start: str, **query: str) -> str:
        return f"{self.public_url}{start}?{urlencode({'public_token': self.public_token, **query})}"

    def _authenticate(
        self, endpoint: str, fields: dict[str, object], session: SessionFields
    ) -> AuthOutcome:
        body = self.http.post(endpoint, {**fields, **session_fields.wire(session)})
        return parse_outcome(body, now=self.clock())
