"""A sign-in on its way through a provider, from the app's start URL to the callback (CONTRACT 2.8).

Nothing is stored meanwhile: the flow travels sealed in a cookie of the browser that began it, so a
GET that starts one changes nothing here (QUALITY 20), and only that browser can end it (22).
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from cryptography.fernet import InvalidToken

from identity import flow_cookie, oidc
from identity.errors import ApiError, bad_request
from identity.models import ProviderToken
from identity.oidc import RelyingParty
from identity.tokens import new_token, same, sealer

Kind = ProviderToken.Kind
SEALED_FOR = "provider-flow"
# RFC 7636 wants 43 to 128 characters; 48 bytes are 64.
VERIFIER_BYTES = 48
# What the app may not say in our stead by `provider_…`.
OURS = frozenset(
    {
        *("client_id", "client_secret", "redirect_uri", "response_type", "response_mode"),
        *("scope", "state", "nonce", "code", "code_challenge", "code_challenge_method"),
        *("request", "request_uri", "registration"),
    }
)


@dataclass(frozen=True, slots=True)
class Flow:
    """`by` is the provider's name or the connection's id; the two URLs are the app's."""

    kind: str
    by: str
    organization_id: str
    login_url: str
    signup_url: str
    challenge: str
    redirect_uri: str
    expires_at: float
    state: str = field(default_factory=new_token, repr=False)
    nonce: str = field(default_factory=new_token, repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(VERIFIER_BYTES), repr=False)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and what to have it keep."""

    url: str
    sealed: str = field(repr=False)


def begin(flow: Flow, *, party: RelyingParty, scopes: str, passed_on: Mapping[str, str]) -> Begun:
    """`scopes` are asked for besides the usual; of `passed_on` what is ours is left out."""
    wanted = " ".join(dict.fromkeys(f"{party.scopes} {scopes}".split()))
    url = oidc.authorization_url(
        replace(party, scopes=wanted),
        redirect_uri=flow.redirect_uri,
        state=flow.state,
        nonce=flow.nonce,
        verifier=flow.verifier,
        extra={name: value for name, value in passed_on.items() if name not in OURS},
    )
    sealed = sealer(SEALED_FOR).encrypt(json.dumps(asdict(flow)).encode()).decode()
    if len(sealed) > flow_cookie.LONGEST:
        raise bad_request("invalid_redirect_url", "The redirect URLs are too long.")
    return Begun(url, sealed)


def proven(sealed: str, *, kinds: set[str], by: str, state: str, now: datetime) -> Flow:
    """The flow this browser began, if it is the one that is answered; or raise (QUALITY 22).

    A sign-in that the provider starts, from its own list of apps, was begun by nobody here, so it
    is refused: it could as well be somebody else's doing (INFERRED; the contract leaves it open
    for OIDC). Who comes that way begins again at the organization's page, in one press.
    """
    flow = _opened(sealed)
    if flow is None or not same(flow.state, state) or flow.by != by or flow.kind not in kinds:
        raise _not_begun_here()
    if now.timestamp() >= flow.expires_at:
        raise bad_request("oauth_flow_expired", "That took too long. Start again.")
    return flow


def _opened(sealed: str) -> Flow | None:
    try:
        opened = json.loads(sealer(SEALED_FOR).decrypt(sealed.encode()))
    except InvalidToken:
        return None
    return Flow(**opened)


def _not_begun_here() -> ApiError:
    return bad_request(
        "oauth_flow_not_found", "This sign-in was not started in this browser. Start again."
    )
