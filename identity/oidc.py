"""The code flow as a client of somebody's provider, and what its answer is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from authlib.oauth2.client import OAuth2Client

from identity import claim_shapes, provider_http, published_keys, signed_claims, texts
from identity.claim_shapes import said, text
from identity.provider_http import Answered, nonsense
from identity.provider_refusals import refused
from identity.tokens import same

LONGEST_TOKEN = 64 * 1024  # characters; Microsoft's with many groups are a tenth of it
LONGEST_NAME = 256


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
    # Those of its metadata, by which its id tokens may be signed.
    algorithms: tuple[str, ...] = ("RS256",)
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

    What can't be kept never gets this far: a bad `sub` is refused, a name is cleaned.
    """

    subject: str
    email_address: str
    email_verifying: bool
    name: str = ""
    tenants: tuple[str, ...] = ()
    email_doubted: bool = False

    def __post_init__(self) -> None:
        if not claim_shapes.subject(self.subject):
            raise nonsense("it names nobody")
        object.__setattr__(self, "name", texts.cleaned(self.name, longest=LONGEST_NAME))
        plain = (each for each in self.tenants if texts.is_plain(each, longest=LONGEST_NAME))
        object.__setattr__(self, "tenants", tuple(plain))


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
    hidden = (code, verifier, nonce, party.client_secret, quote(party.client_secret, safe=""))
    try:
        tokens = provider_http.post_form(party.token_url, fields, basic=basic)
    except Answered as no:
        raise refused(no.error, no.description, hidden=hidden, status=no.status) from no
    if not isinstance(tokens, dict):
        raise nonsense("it grants no access token")
    if not texts.is_token(text(tokens, "access_token"), longest=LONGEST_TOKEN):
        error, description = text(tokens, "error"), text(tokens, "error_description")
        raise refused(error, description or "no access token", hidden=hidden)
    return Grant(party, tokens, nonce)


def claims(grant: Grant, *, email: str = "email") -> dict[str, Any]:
    """The id token's claims, verified; with those of userinfo if the address isn't among them.

    What is null or empty counts as absent. Userinfo is signed by nobody as a rule, so it only adds.
    """
    published = provider_http.get_json(grant.party.jwks_url)
    found = claim_shapes.present(_verified(grant, published=published))
    if said(found, email) or not grant.party.userinfo_url:
        return found
    more = claim_shapes.present(userinfo(grant, published=published))
    if claim_shapes.subject(more.get("sub")) != found["sub"]:
        raise nonsense("its two accounts of the person differ")
    return {**more, **found}


def userinfo(grant: Grant, *, published: object = None) -> dict[str, Any]:
    """JSON, or a JWT signed with one of the `published` keys (OpenID Connect Core 5.3.2)."""
    answer = provider_http.get_json(grant.party.userinfo_url, bearer=grant.access_token)
    if isinstance(answer, str) and published is not None:
        return _signed_userinfo(answer, grant.party, published=published)
    if not isinstance(answer, dict):
        raise nonsense("it doesn't say who it is")
    return answer


def _signed_userinfo(token: str, party: RelyingParty, *, published: object) -> dict[str, Any]:
    """By any algorithm of ours: the metadata's list for id tokens says nothing of userinfo."""
    found = signed_claims.verified(
        token,
        published=published,
        algorithms=published_keys.ALGORITHMS,
        audience=party.client_id,
        required=("sub",),
    )
    if found.get("iss", party.issuer) != party.issuer:
        raise nonsense("another issuer signed it")
    return found


def _verified(grant: Grant, *, published: object) -> dict[str, Any]:
    """Signature, audience, times, issuer and nonce (OpenID Connect Core 3.1.3.7)."""
    party = grant.party
    found = signed_claims.verified(
        text(grant.tokens, "id_token"),
        published=published,
        algorithms=party.algorithms,
        audience=party.client_id,
    )
    # Microsoft has an issuer for each tenant and one set of keys for them all.
    expected = party.issuer.replace("{tenantid}", text(found, "tid"))
    if not expected or found["iss"] != expected:
        raise nonsense("its id token names another issuer than its metadata")
    if not same(text(found, "nonce"), grant.nonce):
        raise nonsense("it was made for another sign-in")
    several = isinstance(found["aud"], list) and len(found["aud"]) > 1
    if several and text(found, "azp") != party.client_id:
        raise nonsense("it was made for another app")
    return {**found, "sub": _subject(found)}


def _subject(found: Mapping[str, Any]) -> str:
    subject = claim_shapes.subject(found["sub"])
    if not subject:
        raise nonsense("it names nobody")
    return subject
