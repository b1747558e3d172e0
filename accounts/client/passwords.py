"""Passwords of one organization: prove, set, reset, judge (CONTRACT 2.6, 8.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from accounts.client import organizations, parse, session_fields, wire
from accounts.client._http import Http, given, path
from accounts.client.entities import Member
from accounts.client.outcomes import AuthOutcome, parse_outcome
from accounts.client.session_fields import SessionFields
from accounts.client.wire import Json

ALL = "/v1/b2b/passwords"
START = f"{ALL}/email/reset/start"
# by its own id, the member isn't named: CONTRACT 2.9
ONE = f"{organizations.ONE}/members/passwords/{{password_id}}"


@dataclass(frozen=True, slots=True)
class Strength:
    """How a password would be judged; `score` is 0 to 4, of which 3 is enough by default.

    `warning` and `suggestions` are zxcvbn's; a service that counts characters instead says how
    many, and how many kinds of them, are missing.
    """

    valid: bool
    score: int
    warning: str = ""
    suggestions: tuple[str, ...] = ()
    breached: bool = False
    missing_characters: int = 0
    missing_complexity: int = 0


@dataclass(frozen=True, slots=True)
class Passwords:
    """Every method raises Unavailable, or Rejected: WrongCredentials for a wrong password or
    link, MemberLocked, PasswordResetRequired, WeakPassword, RateLimited, Forbidden.

    `client_ip` and `browser` are the visitor's, for the service's limits, as in factors.py.
    """

    http: Http
    clock: Callable[[], datetime]

    def authenticate(
        self,
        *,
        organization_id: str,
        email_address: str,
        password: str,
        client_ip: str = "",
        browser: str = "",
        **session: Unpack[SessionFields],
    ) -> AuthOutcome:
        """Prove a password; raises PasswordResetRequired when it is right but no longer good."""
        fields = {
            "organization_id": organization_id,
            "email_address": email_address,
            "password": password,
            **session_fields.wire(session),
        }
        body = self.http.post(f"{ALL}/authenticate", fields, client_ip=client_ip, browser=browser)
        return self._outcome(body, organization_id=organization_id)

    def start_reset(
        self,
        *,
        organization_id: str,
        email_address: str,
        redirect_url: str,
        login_redirect_url: str,
        pkce_code_challenge: str = "",
        client_ip: str = "",
        browser: str = "",
        for_stranger: bool = False,
    ) -> Member | None:
        """Mail a link, good for 30 minutes, that sets a password and ends at `redirect_url`; its
        letter's other link signs in, at `login_redirect_url`. With `for_stranger` a Foyer mails a
        link of discovery to who may have no password there: None. Other services refuse them.
        """
        fields = given(
            organization_id=organization_id,
            email_address=email_address,
            reset_password_redirect_url=redirect_url,
            login_redirect_url=login_redirect_url,
            code_challenge=pkce_code_challenge,
        )
        by = {"client_ip": client_ip, "browser": browser}
        body = self.http.post(START, fields, for_stranger=for_stranger, **by)
        if for_stranger and "member" not in body:
            return None
        return parse.member(wire.parent(body, "member"))

    def reset_by_email(
        self,
        token: str,
        *,
        password: str,
        pkce_code_verifier: str = "",
        client_ip: str = "",
        browser: str = "",
        **session: Unpack[SessionFields],
    ) -> AuthOutcome:
        """Consume the mailed link; every session of the member ends.

        Raises WeakPassword, and the link stays good for another try.
        """
        fields = {
            "password_reset_token": token,
            "password": password,
            **given(code_verifier=pkce_code_verifier),
            **session_fields.wire(session),
        }
        return self._outcome(
            self.http.post(f"{ALL}/email/reset", fields, client_ip=client_ip, browser=browser)
        )

    def reset_by_existing(
        self,
        *,
        organization_id: str,
        email_address: str,
        existing_password: str,
        new_password: str,
        session_token: str = "",
        session_duration_minutes: int | None = None,
        client_ip: str = "",
    ) -> AuthOutcome:
        """Replace a password by showing it; every session of the member ends."""
        fields = {
            "organization_id": organization_id,
            "email_address": email_address,
            "existing_password": existing_password,
            "new_password": new_password,
            **given(session_token=session_token, session_duration_minutes=session_duration_minutes),
        }
        body = self.http.post(f"{ALL}/existing_password/reset", fields, client_ip=client_ip)
        return self._outcome(body, organization_id=organization_id)

    def reset_by_session(
        self,
        *,
        organization_id: str,
        password: str,
        session_token: str,
        session_duration_minutes: int | None = None,
    ) -> AuthOutcome:
        """Set a password by a factor proven within five minutes; all other sessions end.

        Raises Rejected with session_too_old_to_reset_password after that.
        """
        fields = {
            "organization_id": organization_id,
            "password": password,
            "session_token": session_token,
            **given(session_duration_minutes=session_duration_minutes),
        }
        body = self.http.post(f"{ALL}/session/reset", fields)
        return self._outcome(body, organization_id=organization_id)

    def strength(self, password: str, *, email_address: str = "", client_ip: str = "") -> Strength:
        """Judge a password, which the address must not help to guess; nothing is stored."""
        fields = {"password": password, **given(email_address=email_address)}
        return _strength(self.http.post(f"{ALL}/strength_check", fields, client_ip=client_ip))

    def delete(
        self, *, organization_id: str, password_id: str, acting_session_token: str = ""
    ) -> Member:
        """Take the password away; the member signs in by other means from now on."""
        one = path(ONE, organization_id=organization_id, password_id=password_id)
        body = self.http.delete(one, acting_session_token=acting_session_token)
        return parse.member(wire.parent(body, "member"))

    def _outcome(self, body: Json, **asked: str) -> AuthOutcome:
        return parse_outcome({**asked, **body}, now=self.clock())


def _strength(body: Json) -> Strength:
    zxcvbn = wire.child(body, "zxcvbn_feedback") or {}
    luds = wire.child(body, "luds_feedback") or {}
    breached = wire.flag(body, "breached_password", default=False)
    return Strength(
        valid=wire.flag(body, "valid_password") and not breached,
        score=wire.number(body, "score"),
        warning=wire.text(zxcvbn, "warning", default=""),
        suggestions=wire.texts(zxcvbn, "suggestions"),
        breached=breached,
        missing_characters=wire.number(luds, "missing_characters", default=0),
        missing_complexity=wire.number(luds, "missing_complexity", default=0),
    )
