"""A sign-in on its way through a provider, from the app's start URL to the callback (CONTRACT 2.8).

Nothing is stored meanwhile: the flow travels sealed in a cookie of the browser that began it, so a
GET that starts one changes nothing here (QUALITY 20), and only that browser can end it (22). Two
tabs may be under way at once: the flows stand in the cookie side by side, found by their `state`.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
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
# More tabs at a provider than this nobody has; the oldest gives way, sooner if the cookie is full.
MOST = 5
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


def begin(
    flow: Flow,
    *,
    party: RelyingParty,
    scopes: str,
    passed_on: Mapping[str, str],
    beside: str,
    now: datetime,
) -> Begun:
    """`scopes` are asked for besides the usual; of `passed_on` what is ours is left out.

    `beside` is the browser's cookie, whose flows go on.
    """
    wanted = " ".join(dict.fromkeys(f"{party.scopes} {scopes}".split()))
    url = oidc.authorization_url(
        replace(party, scopes=wanted),
        redirect_uri=flow.redirect_uri,
        state=flow.state,
        nonce=flow.nonce,
        verifier=flow.verifier,
        extra={name: value for name, value in passed_on.items() if name not in OURS},
    )
    sealed = _sealed((*_alive(beside, now=now), flow))
    if not sealed:
        raise bad_request("invalid_redirect_url", "The redirect URLs are too long.")
    return Begun(url, sealed)


def proven(sealed: str, *, kinds: set[str], by: str, state: str, now: datetime) -> Flow:
    """The flow this browser began, if it is the one that is answered; or raise (QUALITY 22).

    A sign-in that the provider starts, from its own list of apps, was begun by nobody here, so it
    is refused: it could as well be somebody else's doing (INFERRED; the contract leaves it open
    for OIDC). Who comes that way begins again at the organization's page, in one press.
    """
    flow = next((each for each in _opened(sealed) if same(each.state, state)), None)
    if flow is None or flow.by != by or flow.kind not in kinds:
        raise _not_begun_here()
    if now.timestamp() >= flow.expires_at:
        raise bad_request("oauth_flow_expired", "That took too long. Start again.")
    return flow


def remaining(sealed: str, *, ended: Flow, now: datetime) -> str:
    """What the browser is to keep once `ended` is answered; "" when nothing is under way."""
    return _sealed(each for each in _alive(sealed, now=now) if not same(each.state, ended.state))


def _alive(sealed: str, *, now: datetime) -> tuple[Flow, ...]:
    return tuple(each for each in _opened(sealed) if now.timestamp() < each.expires_at)


def _sealed(flows: Iterable[Flow]) -> str:
    """The newest of them, as many as the cookie holds; "" when that is none."""
    kept = tuple(flows)[-MOST:]
    while kept:
        packed = json.dumps([asdict(flow) for flow in kept], separators=(",", ":"))
        sealed = sealer(SEALED_FOR).encrypt(packed.encode()).decode()
        if len(sealed) <= flow_cookie.LONGEST:
            return sealed
        kept = kept[1:]
    return ""


def _opened(sealed: str) -> tuple[Flow, ...]:
    """Oldest first; nothing of what isn't ours, or is of another version."""
    try:
        opened = json.loads(sealer(SEALED_FOR).decrypt(sealed.encode()))
        return tuple(Flow(**each) for each in opened)
    except (InvalidToken, TypeError):
        return ()


def _not_begun_here() -> ApiError:
    return bad_request(
        "oauth_flow_not_found",
        "This sign-in was not started in this browser, or newer ones took its place. Start again.",
    )
