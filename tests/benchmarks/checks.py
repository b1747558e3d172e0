"""What it costs to learn who sends a signed-in request: first, again, and beside five others."""

import warnings
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from stytch import B2BClient

from accounts.attendance import AttendedAuth
from accounts.service import identity
from tests.benchmarks import report, visitors
from tests.benchmarks.measuring import Call, Times, in_turns
from tests.benchmarks.peer import visitors as peer_visitors
from tests.benchmarks.visitors import Visitor

RAW, PYJWT, SDK = "raw RSA-2048 verification", "PyJWT", "Stytch's SDK, local check"
DJANGO = "Django's session + user load"
FIRST, AGAIN, JWT_AGAIN = "Foyer, first", "Foyer, repeated", "  of which the JWT"
BY_TOKEN = "Foyer, SESSION_CHECK=token"


def measure(*, quick: bool) -> None:
    visitor = visitors.arrive()
    times = in_turns(rivals(visitor), rounds=3 if quick else 80)
    report.title("Checking a signed-in request")
    report.table(("", "best", "median", "× raw RSA"), [row(name, times) for name in times])
    report.line("Foyer: cookies read, stamp opened, JWT verified or recognized; no query, no call.")
    report.line("By the token: the embedded service is asked, which looks it up and signs a JWT.")
    report.line(
        f"Django: two queries, on {settings.DATABASES['default']['ENGINE'].split('.')[-1]}."
    )
    ratio = times[AGAIN].best / times[RAW].best
    report.goal(
        "a repeated check costs less than one raw RSA-2048 verification",
        value=f"{ratio:.2f} ×",
        wanted="below 1.00 ×",
        is_met=ratio < 1,
    )


def row(name: str, times: dict[str, Times]) -> tuple[str, ...]:
    taken = times[name]
    ratio = taken.best / times[RAW].best
    return name, f"{taken.best * 1e6:.1f} µs", f"{taken.median * 1e6:.1f} µs", f"{ratio:.2f}"


def rivals(visitor: Visitor) -> dict[str, Call]:
    request = HttpRequest()
    request.COOKIES = visitor.cookies() | peer_visitors.cookies(visitor)
    request.META["HTTP_COOKIE"] = visitors.header(request.COOKIES)
    return {
        **theirs(visitor.fresh_jwt()),
        DJANGO: lambda: django_user(request),
        **ours(request),
    }


def ours(request: HttpRequest) -> dict[str, Call]:
    verifier = identity().sessions.verifier
    token = request.COOKIES[settings.COOKIE_NAMES["jwt"]]

    def first() -> None:
        verifier._seen.clear()
        again()

    def again() -> None:
        assert AttendedAuth(request).member  # what the middleware makes

    def by_token() -> None:
        settings.SESSION_CHECK = "token"
        again()
        settings.SESSION_CHECK = "jwt"

    return {
        FIRST: first,
        AGAIN: again,
        JWT_AGAIN: lambda: verifier.verify(token),
        BY_TOKEN: by_token,
    }


def django_user(request: HttpRequest) -> None:
    """What SessionMiddleware and AuthenticationMiddleware do once `request.user` is asked for."""
    request.session = SessionStore(request.COOKIES[settings.SESSION_COOKIE_NAME])
    assert get_user(request).is_authenticated


def theirs(token: str) -> dict[str, Call]:
    published = identity()._fetch_keys()
    key = jwt.PyJWK.from_dict(published["keys"][0]).key
    signed, _, signature = token.rpartition(".")
    message, raw = signed.encode(), jwt.utils.base64url_decode(signature)
    project = settings.IDENTITY_PROJECT_ID
    sdk = sdk_with(published)
    return {
        RAW: lambda: key.verify(raw, message, PKCS1v15(), SHA256()),
        PYJWT: lambda: jwt.decode(
            token, key, algorithms=["RS256"], audience=project, issuer=f"stytch.com/{project}"
        ),
        SDK: lambda: local(sdk, token),
    }


def sdk_with(published: dict[str, Any]) -> B2BClient:
    """The official SDK with the keys at hand already: no check of it waits for the network."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        sdk = B2BClient(
            settings.IDENTITY_PROJECT_ID, settings.IDENTITY_SECRET, suppress_warnings=True
        )
    sdk.jwks_client.jwk_set_cache.put(jwt.PyJWKSet.from_dict(published))
    return sdk


def local(sdk: B2BClient, token: str) -> None:
    assert sdk.sessions.authenticate_jwt_local(token)
