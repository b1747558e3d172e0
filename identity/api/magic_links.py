"""Links by e-mail over HTTP (CONTRACT 2.3); nothing here answers GET, so no GET uses one up."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from identity import visitors
from identity.api import acting, edge, mailed, sign_in, wire
from identity.api.schemas import Body, EmailAddress, Locale, Metadata
from identity.api.schemas_members import MemberName
from identity.operations import invites, magic_links, organizations
from identity.operations.link_mail import Way

router = Router(auth=edge.project_auth)

# RFC 7636: 32 bytes of SHA-256 in base64url, and what they were made from; "" is not given.
Challenge = Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]{43})?$")]
Verifier = Annotated[str, Field(pattern=r"^([A-Za-z0-9._~-]{43,128})?$")]
# What fits into a mail and a browser's address bar.
RedirectUrl = Annotated[str, Field(max_length=2000)]


class SendDiscovery(Body):
    email_address: EmailAddress
    discovery_redirect_url: RedirectUrl = ""
    discovery_expiration_minutes: mailed.Minutes = None
    pkce_code_challenge: Challenge = ""
    locale: Locale = "en"


class LoginOrSignup(Body):
    organization_id: str
    email_address: EmailAddress
    login_redirect_url: RedirectUrl = ""
    signup_redirect_url: RedirectUrl = ""
    login_expiration_minutes: mailed.Minutes = None
    signup_expiration_minutes: mailed.Minutes = None
    pkce_code_challenge: Challenge = ""
    locale: Locale = "en"


class Invite(Body):
    organization_id: str
    email_address: EmailAddress
    invite_redirect_url: RedirectUrl = ""
    invite_expiration_minutes: mailed.Minutes = None
    invited_by_member_id: str = ""
    name: MemberName = ""
    trusted_metadata: Metadata = Field(default_factory=dict)
    untrusted_metadata: Metadata = Field(default_factory=dict)
    roles: list[str] = Field(default_factory=list)
    locale: Locale = "en"

    def fields(self) -> dict[str, Any]:
        """Of the member; what the caller did not send stays as it is."""
        named = {"name", "trusted_metadata", "untrusted_metadata", "roles"}
        return self.model_dump(include=named, exclude_unset=True)


class AuthenticateDiscovery(Body):
    discovery_magic_links_token: mailed.Token
    pkce_code_verifier: Verifier = ""


class Authenticate(mailed.Entering):
    magic_links_token: mailed.Token
    pkce_code_verifier: Verifier = ""
    locale: Locale = "en"


@router.post("/email/discovery/send")
def send_discovery(request: edge.ApiRequest, body: SendDiscovery) -> HttpResponse:
    magic_links.send_discovery(
        email_address=body.email_address,
        way=Way(body.discovery_redirect_url, body.discovery_expiration_minutes),
        challenge=body.pkce_code_challenge,
        visitor=visitors.of(request),
        now=request.now,
    )
    return edge.ok(request, {})


@router.post("/discovery/authenticate")
def authenticate_discovery(request: edge.ApiRequest, body: AuthenticateDiscovery) -> HttpResponse:
    found = magic_links.authenticate_discovery(
        token=body.discovery_magic_links_token,
        verifier=body.pkce_code_verifier,
        visitor=visitors.named(request),
        now=request.now,
    )
    return mailed.recognized(request, found)


@router.post("/email/login_or_signup")
def login_or_signup(request: edge.ApiRequest, body: LoginOrSignup) -> HttpResponse:
    member, created = magic_links.login_or_signup(
        organization_id=body.organization_id,
        email_address=body.email_address,
        login=Way(body.login_redirect_url, body.login_expiration_minutes),
        signup=Way(body.signup_redirect_url, body.signup_expiration_minutes),
        challenge=body.pkce_code_challenge,
        visitor=visitors.of(request),
        now=request.now,
    )
    return edge.ok(request, {**wire.both(member), "member_created": created})


@router.post("/email/invite", auth=edge.project_or_member_auth)
def invite(request: edge.ApiRequest, body: Invite) -> HttpResponse:
    organization = organizations.get(body.organization_id)
    acting.authorize(
        request,
        organization=organization,
        resource="stytch.member",
        actions=acting.creating_member(request, body.fields()),
    )
    member = invites.invite(
        organization=organization,
        email_address=body.email_address,
        fields=body.fields(),
        invited_by_member_id=body.invited_by_member_id,
        way=Way(body.invite_redirect_url, body.invite_expiration_minutes),
        visitor=visitors.of(request),
        now=request.now,
    )
    return edge.ok(request, wire.both(member))


@router.post("/authenticate")
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    finished = magic_links.authenticate(
        token=body.magic_links_token,
        verifier=body.pkce_code_verifier,
        held=body.held(),
        terms=body.terms(),
        visitor=visitors.named(request),
        now=request.now,
    )
    # `reset_sessions` is deprecated and always false (CONTRACT 2.3).
    of_link = {**mailed.of_member(finished), "reset_sessions": False}
    return edge.ok(request, {**sign_in.answer(request, finished), **of_link})
