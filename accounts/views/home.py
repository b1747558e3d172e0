"""The signed-in home: who you are, where you are, and this session explained."""

import base64
import json

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import explanation
from accounts.auth import AuthRequest, MemberRequest
from accounts.client.entities import MemberSession
from accounts.navigation import page
from accounts.service import heartbeat, is_demo
from accounts.views import beside


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Everything here is read from the session at hand: no query, no further call."""
    return page(request, "accounts/home.html", describe(request, request.member))


def describe(request: AuthRequest, member: MemberSession) -> dict[str, object]:
    explained = explanation.explain(member, now=timezone.now(), heartbeat=heartbeat())
    return {
        **beside.session(request),
        **beside.step(request),
        "explained": explained,
        "heartbeat_seconds": int(heartbeat().total_seconds()),
        "claims": raw_claims(request) if is_demo() else "",
    }


def raw_claims(request: AuthRequest) -> str:
    """The middle of the JWT that was just verified, and never the signature; "" without one."""
    tokens = request.auth.credentials.session
    if tokens is None or not tokens.session_jwt:
        return ""
    middle = tokens.session_jwt.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(f"{middle}=="))
    return json.dumps(claims, indent=2, ensure_ascii=False)
