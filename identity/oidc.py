"""The code flow as a client of somebody's provider, and what its answer is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import jwt
from authlib.oauth2.client import OAuth2Client

from identity import provider_http
from identity.provider_http import ProviderFailed, nonsense
from identity.tokens import same

# The one algorithm that providers must offer; anything else, "none" above all, is refused.
ALGORITHM = "RS256"
REQUIRED = ("iss", "aud", "sub", "exp", "iat")
LEEWAY_SECONDS = 60  # between our clock and theirs
WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """This app as one provider knows it, and where that provider is.

    Without `jwks_url` it is a plain OAuth provider: it signs nothing, so it has to be asked.
    """

    client_id: str
    client_secret: str = field(repr=False)
    authorization_url: str
    token_url: str
    scopes: str
    userinfo_url: str = ""
    issuer: str = ""
    jwks_url: str = ""
    # RFC 6749 2.3.1 wants the header; most of the providers people know want the body.
    secret_in_body: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """What the provider gave for a code; nothing in it has been believed yet."""

    party: RelyingParty
    tokens: Mapping[str, Any] = field(repr=False)
    nonce: str = field(repr=False)

    @property
    def access_token(self) -> str:
        return text(self.tokens, "access_token")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to a provider, and what its word for the address is worth.

    `email_verifying`: it vouches for the address now (5.4). `email_doubted`: it names an address
    that nobody has proven, so that the mailbox has to be. Neither: it has seen a proof once.
    """

    subject: str
    email_address: str
    email_verifying: bool
    name: str = ""
    tenants: tuple[str, ...] = ()
    email_doubted: bool = False


def authorization_url(
    party: RelyingParty,
    *,
    redirect_uri: str,
    state: str,
    nonce: str,
    verifier: str,
    extra: Mapping[str, str],
) -> str:
    """Where to send the browser; PKCE for all, since who doesn't know it has to ignore it."""
    client = OAuth2Client(None, client_id=party.client_id, code_challenge_method="S256")
    proof = {"nonce": nonce} if party.jwks_url else {}
    url, _ = client.create_authorization_url(
        party.authorization_url,
        **{
            **extra,
            **proof,
            "state": state,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
            "scope": party.scopes,
        },
    )
    return str(url)


def redeem(
    party: RelyingParty, *, code: str, redirect_uri: str, verifier: str, nonce: str
) -> Grant:
    """This will trade the code for tokens; raises ProviderFailed."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": party.client_id,
        "code_verifier": verifier,
    }
    basic = None
    if party.secret_in_body:
        fields["client_secret"] = party.client_secret
    else:
        basic = (quote(party.client_id, safe=""), quote(party.client_secret, safe=""))
    tokens = provider_http.post_form(party.token_url, fields, basic=basic)
    if not isinstance(tokens, dict) or not text(tokens, "access_token"):
        raise nonsense("it grants no access token")
    return Grant(party, tokens, nonce)


def claims(grant: Grant, *, email: str = "email") -> dict[str, Any]:
    """The id token's claims, verified; with those of userinfo if the address isn't among them."""
    found = _verified(grant)
    if not text(found, email) and grant.party.userinfo_url:
        more = userinfo(grant)
        if more.get("sub") != found["sub"]:
            raise nonsense("its two accounts of the person differ")
        return {**more, **found}
    return found


def userinfo(grant: Grant) -> dict[str, Any]:
    answer = provider_http.get_json(grant.party.userinfo_url, bearer=grant.access_token)
    if not isinstance(answer, dict):
        raise nonsense("it doesn't say who it is")
    return answer


def metadata(issuer: str) -> dict[str, Any]:
    """What the issuer says of itself (OpenID Connect Discovery 4); raises ProviderFailed."""
    found = provider_http.get_json(issuer.rstrip("/") + WELL_KNOWN)
    if not isinstance(found, dict) or text(found, "issuer").rstrip("/") != issuer.rstrip("/"):
        raise nonsense("its metadata is another issuer's")
    return found


def text(of: Mapping[str, Any], name: str) -> str:
    """A claim as text; whatever isn't text counts as absent."""
    value = of.get(name, "")
    return value if isinstance(value, str) else ""


def _verified(grant: Grant) -> dict[str, Any]:
    """Signature, audience, times, issuer and nonce (OpenID Connect Core 3.1.3.7)."""
    token, party = text(grant.tokens, "id_token"), grant.party
    found = _signed(token, key=_key_of(token, party), audience=party.client_id)
    # Microsoft has an issuer for each tenant and one set of keys for them all.
    expected = party.issuer.replace("{tenantid}", text(found, "tid"))
    if not expected or found["iss"] != expected:
        raise nonsense("another issuer signed it")
    if not same(text(found, "nonce"), grant.nonce):
        raise nonsense("it was made for another sign-in")
    if isinstance(found["aud"], list) and len(found["aud"]) > 1 and _azp(found) != party.client_id:
        raise nonsense("it was made for another app")
    if not text(found, "sub"):
        raise nonsense("it names nobody")
    return found


def _signed(token: str, *, key: jwt.PyJWK, audience: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            leeway=LEEWAY_SECONDS,
            options={"require": list(REQUIRED)},
        )
    except jwt.InvalidTokenError as error:
        raise _forged(error) from error
    return found


def _key_of(token: str, party: RelyingParty) -> jwt.PyJWK:
    """Fetched each time: a sign-in is rare, and a key withdrawn a minute ago is no good."""
    keys = provider_http.get_json(party.jwks_url)
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        ring = jwt.PyJWKSet.from_dict(keys).keys
    except (jwt.PyJWTError, AttributeError, TypeError) as error:
        raise _forged(error) from error
    fitting = [key for key in ring if key.key_type == "RSA" and kid in {None, key.key_id}]
    if len(fitting) != 1:
        raise nonsense("its key is not among the published ones")
    return fitting[0]


def _azp(found: Mapping[str, Any]) -> str:
    return text(found, "azp")


def _forged(error: Exception) -> ProviderFailed:
    return nonsense(f"its id token doesn't verify ({type(error).__name__})")
