"""E-mail factors: send a code or link, and prove it (CONTRACT 2.3, 2.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.client import parse, wire
from accounts.client._http import Http, given
from accounts.client.entities import Member
from accounts.client.outcomes import AuthOutcome, Discovered, parse_discovered, parse_outcome


@dataclass(frozen=True, slots=True)
class Factors:
    """Every method raises Unavailable, or Rejected: WrongCredentials, RateLimited, Forbidden.

    `client_ip` is the visitor's address and `browser` an opaque value of their browser, with
    `known:` before it if the address that is named has signed in there before: for the service's
    limits (a Foyer's; Stytch ignores them); "" when unknown. At most one of
    `session_token` and `intermediate_token` may be given: what is proven is then added to it.
    """

    http: Http
    clock: Callable[[], datetime]

    def send_discovery_code(
        self, email_address: str, *, client_ip: str = "", browser: str = ""
    ) -> None:
        """Mail a six-digit code that names no organization; known or unknown, the same answer."""
        self.http.post(
            "/v1/b2b/otps/email/discovery/send",
            {"email_address": email_address},
            client_ip=client_ip,
            browser=browser,
        )

    def authenticate_discovery_code(
        self, email_address: str, code: str, *, client_ip: str = "", browser: str = ""
    ) -> Discovered:
        body = self.http.post(
            "/v1/b2b/otps/email/discovery/authenticate",
            {"email_address": email_address, "code": code},
            client_ip=client_ip,
            browser=browser,
        )
        return parse_discovered(body, now=self.clock())

    def send_discovery_link(
        self, email_address: str, redirect_url: str, *, client_ip: str = "", browser: str = ""
    ) -> None:
        """Mail a link that ends at `redirect_url` with token and stytch_token_type=discovery."""
        self.http.post(
            "/v1/b2b/magic_links/email/discovery/send",
            {"email_address": email_address, "discovery_redirect_url": redirect_url},
            client_ip=client_ip,
            browser=browser,
        )

    def authenticate_discovery_link(
        self, token: str, *, client_ip: str = "", browser: str = ""
    ) -> Discovered:
        body = self.http.post(
            "/v1/b2b/magic_links/discovery/authenticate",
            {"discovery_magic_links_token": token},
            client_ip=client_ip,
            browser=browser,
        )
        return parse_discovered(body, now=self.clock())

    def send_code(
        self, *, organization_id: str, email_address: str, client_ip: str = "", browser: str = ""
    ) -> Member:
        """Mail a code for one organization; a newcomer it lets in becomes a pending member."""
        body = self.http.post(
            "/v1/b2b/otps/email/login_or_signup",
            {"organization_id": organization_id, "email_address": email_address},
            client_ip=client_ip,
            browser=browser,
        )
        return parse.member(wire.parent(body, "member"))

    def authenticate_code(
        self,
        *,
        organization_id: str,
        email_address: str,
        code: str,
        session_token: str = "",
        intermediate_token: str = "",
        session_duration_minutes: int | None = None,
        client_ip: str = "",
        browser: str = "",
    ) -> AuthOutcome:
        """Prove a code; minutes are 5 to 527040, the service's 60 when None (CONTRACT 6.1)."""
        fields = given(
            organization_id=organization_id,
            email_address=email_address,
            code=code,
            session_token=session_token,
            intermediate_session_token=intermediate_token,
            session_duration_minutes=session_duration_minutes,
        )
        body = self.http.post(
            "/v1/b2b/otps/email/authenticate", fields, client_ip=client_ip, browser=browser
        )
        return parse_outcome({"organization_id": organization_id, **body}, now=self.clock())

    def send_link(
        self,
        *,
        organization_id: str,
        email_address: str,
        redirect_url: str,
        client_ip: str = "",
        browser: str = "",
    ) -> Member:
        """Mail a link for one organization, ending at `redirect_url` for old and new members."""
        body = self.http.post(
            "/v1/b2b/magic_links/email/login_or_signup",
            {
                "organization_id": organization_id,
                "email_address": email_address,
                "login_redirect_url": redirect_url,
                "signup_redirect_url": redirect_url,
            },
            client_ip=client_ip,
            browser=browser,
        )
        return parse.member(wire.parent(body, "member"))

    def authenticate_link(
        self,
        token: str,
        *,
        session_token: str = "",
        intermediate_token: str = "",
        session_duration_minutes: int | None = None,
        client_ip: str = "",
        browser: str = "",
    ) -> AuthOutcome:
        """Consume a link or invitation; minutes as for a code."""
        fields = given(
            magic_links_token=token,
            session_token=session_token,
            intermediate_session_token=intermediate_token,
            session_duration_minutes=session_duration_minutes,
        )
        return parse_outcome(
            self.http.post(
                "/v1/b2b/magic_links/authenticate", fields, client_ip=client_ip, browser=browser
            ),
            now=self.clock(),
        )

    def invite(
        self,
        *,
        organization_id: str,
        email_address: str,
        redirect_url: str = "",
        name: str = "",
        roles: Sequence[str] = (),
        invited_by_member_id: str = "",
        acting_session_token: str = "",
        client_ip: str = "",
    ) -> Member:
        """Mail an invitation, good for a week; with an acting session its roles must allow it."""
        fields = given(
            organization_id=organization_id,
            email_address=email_address,
            invite_redirect_url=redirect_url,
            name=name,
            roles=tuple(roles),
            invited_by_member_id=invited_by_member_id,
        )
        body = self.http.post(
            "/v1/b2b/magic_links/email/invite",
            fields,
            client_ip=client_ip,
            acting_session_token=acting_session_token,
        )
        return parse.member(wire.parent(body, "member"))
