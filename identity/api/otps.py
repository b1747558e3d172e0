"""Codes by e-mail over HTTP (CONTRACT 2.4)."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from identity import visitors
from identity.api import edge, mailed, sign_in, wire
from identity.api.schemas import Body, EmailAddress, OtpLocale
from identity.operations import otps

router = Router(auth=edge.project_auth)

# Not \d: that takes digits of every script.
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class SendDiscovery(Body):
    email_address: EmailAddress
    discovery_expiration_minutes: mailed.Minutes = None
    locale: OtpLocale = "en"


class LoginOrSignup(Body):
    organization_id: str
    email_address: EmailAddress
    login_expiration_minutes: mailed.Minutes = None
    signup_expiration_minutes: mailed.Minutes = None
    locale: OtpLocale = "en"


class AuthenticateDiscovery(Body):
    email_address: EmailAddress
    code: Code


class Authenticate(mailed.Entering):
    organization_id: str
    email_address: EmailAddress
    code: Code
    locale: OtpLocale = "en"


@router.post("/email/discovery/send")
def send_discovery(request: edge.ApiRequest, body: SendDiscovery) -> HttpResponse:
    otps.send_discovery(
        email_address=body.email_address,
        minutes=body.discovery_expiration_minutes,
        visitor=visitors.of(request),
        now=request.now,
    )
    return edge.ok(request, {})


@router.post("/email/discovery/authenticate")
def authenticate_discovery(request: edge.ApiRequest, body: AuthenticateDiscovery) -> HttpResponse:
    found = otps.authenticate_discovery(
        email_address=body.email_address,
        code=body.code,
        visitor=visitors.named(request),
        now=request.now,
    )
    return mailed.recognized(request, found)


@router.post("/email/login_or_signup")
def login_or_signup(request: edge.ApiRequest, body: LoginOrSignup) -> HttpResponse:
    member, created = otps.login_or_signup(
        organization_id=body.organization_id,
        email_address=body.email_address,
        login_minutes=body.login_expiration_minutes,
        signup_minutes=body.signup_expiration_minutes,
        visitor=visitors.of(request),
        now=request.now,
    )
    return edge.ok(request, {**wire.both(member), "member_created": created})


@router.post("/email/authenticate")
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    finished = otps.authenticate(
        organization_id=body.organization_id,
        email_address=body.email_address,
        code=body.code,
        held=body.held(),
        terms=body.terms(),
        visitor=visitors.named(request),
        now=request.now,
    )
    return edge.ok(request, {**sign_in.answer(request, finished), **mailed.of_member(finished)})
