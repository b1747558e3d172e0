"""The OAuth providers: a row each, and how to read from their answer who somebody is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from identity import claim_shapes, oidc, provider_http
from identity.claim_shapes import said, text
from identity.oidc import Grant, Identity
from identity.provider_addresses import named_address, proven_address
from identity.provider_http import nonsense

GITHUB_API = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class Provider:
    """`label` is also the wire's provider_type (CONTRACT 2.7)."""

    label: str
    authorization_url: str
    token_url: str
    scopes: str
    who: Callable[[Grant], Identity]
    userinfo_url: str = ""
    # Both empty for a plain OAuth provider.
    issuer: str = ""
    jwks_url: str = ""


def _google(grant: Grant) -> Identity:
    """With `hd` the organization that owns the domain vouches; without it an old proof does."""
    claims = oidc.claims(grant)
    workspace = text(claims, "hd")
    return Identity(
        subject=claims["sub"],
        email_address=proven_address(
            claims.get("email"), verified=claims.get("email_verified", False)
        ),
        email_verifying=bool(workspace),
        name=said(claims, "name"),
        tenants=_texts([workspace]),
    )


def _microsoft(grant: Grant) -> Identity:
    """An Entra admin can write any address into an account: `xms_edov` says whether they own it.

    Without it the address is only named, and the sign-in goes on by proving the mailbox.
    """
    claims = oidc.claims(grant)
    owned = claim_shapes.flag(claims.get("xms_edov")) is True
    return Identity(
        subject=claims["sub"],
        email_address=named_address(claims.get("email")),
        email_verifying=owned,
        email_doubted=not owned,
        name=said(claims, "name"),
        tenants=_texts([claims.get("tid")]),
    )


def _slack(grant: Grant) -> Identity:
    claims = oidc.claims(grant)
    return Identity(
        subject=claims["sub"],
        email_address=proven_address(
            claims.get("email"), verified=claims.get("email_verified", False)
        ),
        email_verifying=False,
        name=said(claims, "name"),
        tenants=_texts([claims.get("https://slack.com/team_id")]),
    )


def _github(grant: Grant) -> Identity:
    """The primary address, if GitHub has seen it proven; organizations if they're shown."""
    person, token = oidc.userinfo(grant), grant.access_token
    emails = _rows(provider_http.get_json(f"{GITHUB_API}/user/emails", bearer=token))
    primary = next((each for each in emails if each.get("primary") is True), {})
    tenants: list[dict[str, Any]] = []
    if "read:org" in text(grant.tokens, "scope").replace(",", " ").split():
        tenants = _rows(provider_http.get_json(f"{GITHUB_API}/user/orgs", bearer=token))
    return Identity(
        subject=_subject(person.get("id")),
        email_address=proven_address(primary.get("email"), verified=primary.get("verified", False)),
        email_verifying=False,
        name=said(person, "name"),
        tenants=_texts(each.get("id") for each in tenants),
    )


def _hubspot(grant: Grant) -> Identity:
    """Asked by introspection, because HubSpot's other way has the token in the URL.

    It says nowhere that anybody has proven the address, so that is what counts here: an account
    that isn't noted yet has the mailbox proven first, and can't begin without an organization.
    """
    fields = {
        "client_id": grant.party.client_id,
        "client_secret": grant.party.client_secret,
        "token": grant.access_token,
        "token_type_hint": "access_token",
    }
    person = provider_http.post_form(grant.party.userinfo_url, fields)
    if not isinstance(person, dict) or person.get("active") is False:
        raise nonsense("it doesn't say who it is")
    return Identity(
        subject=_subject(person.get("user_id")),
        email_address=named_address(person.get("user")),
        email_verifying=False,
        email_doubted=True,
        tenants=_texts([person.get("hub_id")]),
    )


def _rows(answer: object) -> list[dict[str, Any]]:
    return [each for each in answer if isinstance(each, dict)] if isinstance(answer, list) else []


def _subject(value: object) -> str:
    if not isinstance(value, int | str) or not value:
        raise nonsense("it names nobody")
    return str(value)


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(each) for each in values if each)


PROVIDERS = {
    "google": Provider(
        label="Google",
        authorization_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 an address
        scopes="openid email profile",
        who=_google,
        userinfo_url="https://openidconnect.googleapis.com/v1/userinfo",
        issuer="https://accounts.google.com",
        jwks_url="https://www.googleapis.com/oauth2/v3/certs",
    ),
    "microsoft": Provider(
        label="Microsoft",
        authorization_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106 an address
        scopes="openid email profile",
        who=_microsoft,
        issuer="https://login.microsoftonline.com/{tenantid}/v2.0",
        jwks_url="https://login.microsoftonline.com/common/discovery/v2.0/keys",
    ),
    "github": Provider(
        label="GitHub",
        authorization_url="https://github.com/login/oauth/authorize",
        token_url="https://github.com/login/oauth/access_token",  # noqa: S106 an address
        scopes="read:user user:email",
        who=_github,
        userinfo_url=f"{GITHUB_API}/user",
    ),
    "slack": Provider(
        label="Slack",
        authorization_url="https://slack.com/openid/connect/authorize",
        token_url="https://slack.com/api/openid.connect.token",  # noqa: S106 an address
        scopes="openid email profile",
        who=_slack,
        userinfo_url="https://slack.com/api/openid.connect.userInfo",
        issuer="https://slack.com",
        jwks_url="https://slack.com/openid/connect/keys",
    ),
    "hubspot": Provider(
        label="HubSpot",
        authorization_url="https://app.hubspot.com/oauth/authorize",
        token_url="https://api.hubapi.com/oauth/v3/token",  # noqa: S106 an address
        scopes="oauth",
        who=_hubspot,
        userinfo_url="https://api.hubapi.com/oauth/v3/token/introspect",
    ),
}
