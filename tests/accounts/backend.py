"""A stand-in for the identity service that keeps sessions in a dict and counts who asks."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.utils import timezone

from accounts.client import parse
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from tests.client import samples, signing

AUTHENTICATE = "/v1/b2b/sessions/authenticate"
REVOKE = "/v1/b2b/sessions/revoke"
RBAC = "/v1/b2b/rbac/"
ACME = samples.ORGANIZATION_ID
GLOBEX = samples.ORGANIZATION_ID.replace("1111", "2222")


@dataclass
class Session:
    session_id: str
    ends: datetime
    organization_id: str = ACME
    roles: tuple[str, ...] = ("stytch_member",)
    alive: bool = True


@dataclass
class Backend(httpx.BaseTransport):
    sessions: dict[str, Session] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    answer: httpx.Response | Exception | None = None  # instead of a session's; keys still come

    def sign_in(self, *, organization_id: str = ACME, **more: Any) -> Authenticated:
        token = secrets.token_urlsafe(33)
        ends = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
        session_id = f"member-session-test-{secrets.token_hex(4)}"
        self.sessions[token] = Session(session_id, ends, organization_id, **more)
        body = self.body(token)
        return Authenticated(
            tokens=Tokens(token, body["session_jwt"], ends),
            session=parse.member_session(body["member_session"]),
            organization=parse.organization(body["organization"]),
        )

    def revoke(self, outcome: Authenticated) -> None:
        self.sessions[outcome.tokens.session_token].alive = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/v1/b2b/sessions/jwks"):
            return httpx.Response(200, json=signing.jwks("jwk-1"))
        if request.url.path.startswith(RBAC):  # a process asks for these once in five minutes
            policy: dict[str, Any] = {"roles": [], "resources": [], "scopes": []}
            return httpx.Response(200, json={"policy": policy, "org_policy": policy})
        self.calls.append(request.url.path)
        if isinstance(self.answer, Exception):
            raise self.answer
        asked = json.loads(request.read())
        if self.answer is None and request.url.path == REVOKE:
            return self.end(asked["session_token"])
        return self.answer or self.authenticate(asked["session_token"])

    def end(self, token: str) -> httpx.Response:
        session = self.sessions.get(token)
        if session is None or not session.alive:
            return no(404, "session_not_found")
        session.alive = False
        return httpx.Response(200, json=samples.ENVELOPE)

    def authenticate(self, token: str) -> httpx.Response:
        session = self.sessions.get(token)
        if session is None or not session.alive or session.ends <= timezone.now():
            return no(404, "session_not_found")
        return httpx.Response(200, json=self.body(token))

    def body(self, token: str) -> dict[str, Any]:
        session = self.sessions[token]
        return {
            **samples.ENVELOPE,
            "member": samples.MEMBER,
            "organization": {
                **samples.ORGANIZATION,
                "organization_id": session.organization_id,
                "organization_name": "Acme" if session.organization_id == ACME else "Globex",
            },
            "member_session": {
                **samples.SESSION,
                "member_session_id": session.session_id,
                "organization_id": session.organization_id,
                "expires_at": session.ends.isoformat().replace("+00:00", "Z"),
            },
            "session_token": token,
            "session_jwt": mint(session),
        }


def mint(session: Session) -> str:
    claims = signing.claims(timezone.now())
    claims["https://stytch.com/session"] |= {
        "id": session.session_id,
        "expires_at": session.ends.isoformat().replace("+00:00", "Z"),
        "roles": list(session.roles),
    }
    claims["https://stytch.com/organization"] |= {"organization_id": session.organization_id}
    return signing.mint(claims)


def no(status: int, error_type: str, **headers: str) -> httpx.Response:
    body = {**samples.ENVELOPE, "status_code": status, "error_type": error_type}
    return httpx.Response(status, json={**body, "error_message": "No."}, headers=headers)
