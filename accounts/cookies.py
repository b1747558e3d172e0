"""The sign-in's cookies: what they hold, how they are read, and the only place that sets them.

session   the opaque session token. SameSite=Lax: Strict would greet whoever follows a mailed
          link, or comes back from a provider, as a stranger; None would let other sites' forms
          act as the member.
jwt       its JWT, verified here without a call. Lax, as it is useless without the session.
stamp     sealed; ties the two together. Lax, likewise.
pending   sealed; the unfinished sign-in. Lax: links and providers land on it from elsewhere.
method    the name of the way last signed in by, so that the page can mark it. Says no more.
browser   sealed; who has signed in here before (known_browsers.py). Lax, as it opens nothing.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.cookies import Morsel

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import incoming, known_browsers, methods, stamps, unfinished
from accounts.client.tokens import Tokens
from accounts.credentials import Credentials as Credentials
from accounts.incoming import Stray, cookie_name
from accounts.known_browsers import Known
from accounts.pending import CodeSent as CodeSent
from accounts.unfinished import Unfinished

logger = logging.getLogger(__name__)

LIMIT = 4096  # bytes of name and value together that every browser keeps (RFC 6265 6.1)
METHOD_KEPT = timedelta(days=365)


def read(request: HttpRequest) -> Credentials:
    """This will believe only what we sealed; whether the JWT holds is for RequestAuth to find."""
    came, doubled = incoming.sort(request)
    tokens, stamp = stamps.read(came)
    begun = unfinished.unseal(came.get("pending", ""), now=timezone.now())
    useless = [] if tokens else ["session", "jwt", "stamp"]
    useless += [] if begun else ["pending"]
    return Credentials(
        session=tokens,
        pending=begun.step,
        next=begun.next,
        organization_name=stamp.get("name", ""),
        member_address=stamp.get("who", ""),
        departure=begun.departure,
        email_address=begun.email_address,
        last_method=came["method"] if came.get("method") in methods.ALL else "",
        strays=(*incoming.strays(came, useless), *doubled),
    )


def write(
    response: HttpResponseBase,
    before: Credentials,
    after: Credentials,
    *,
    background: bool = False,
) -> None:
    """This will set what differs and nothing else.

    In the background no session cookie is cleared: when the answer arrives, the browser may hold
    the next one.
    """
    after = replace(after, session=_fitting(after.session))
    if after.session is None and before.session is not None:
        _expire(response, "jwt", "stamp", *(() if background else ("session",)))
    elif after.session is not None and _session(after) != _session(before):
        _write_session(response, before.session, after.session, after)
    if after.unfinished != before.unfinished:
        _write_pending(response, after.unfinished)
    if after.last_method and after.last_method != before.last_method:
        _set(response, "method", after.last_method, timezone.now() + METHOD_KEPT)
    for stray in before.strays:
        _expire_stray(response, stray)


def read_browser(request: HttpRequest) -> Known:
    return known_browsers.unseal(request.COOKIES.get(cookie_name("browser"), ""))


def write_browser(response: HttpResponseBase, known: Known) -> None:
    """No part of the credentials: nobody is signed in or out by it, and it outlives both."""
    sealed = known_browsers.seal(known)
    _set(response, "browser", sealed, timezone.now() + known_browsers.KEPT)


def _session(held: Credentials) -> tuple[Tokens | None, str, str]:
    return held.session, held.organization_name, held.member_address


def _write_session(
    response: HttpResponseBase, before: Tokens | None, tokens: Tokens, whose: Credentials
) -> None:
    known = before is not None and before.session_token == tokens.session_token
    if before is not None and known and stamps.was_moved(before, tokens):
        _set(response, "session", tokens.session_token, tokens.expires_at)
        return _expire(response, "jwt", "stamp")
    if not known:
        _set(response, "session", tokens.session_token, tokens.expires_at)
    if tokens.session_jwt:
        _set(response, "jwt", tokens.session_jwt, tokens.expires_at)
    else:
        _expire(response, "jwt")
    stamp = stamps.seal(tokens, name=whose.organization_name, who=whose.member_address)
    return _set(response, "stamp", stamp, tokens.expires_at)


def _write_pending(response: HttpResponseBase, begun: Unfinished) -> None:
    if not begun:
        return _expire(response, "pending")
    ends = unfinished.expires_at(begun, now=timezone.now())
    return _set(response, "pending", unfinished.seal(begun), ends)


def _fitting(tokens: Tokens | None) -> Tokens | None:
    """A JWT too large for a cookie is left out; the service is asked about the token each time."""
    if tokens is None or len(cookie_name("jwt")) + len(tokens.session_jwt) <= LIMIT:
        return tokens
    _say_once_that_jwts_are_too_large()
    return replace(tokens, session_jwt="")


@cache
def _say_once_that_jwts_are_too_large() -> None:
    logger.warning("JWTs over %s bytes fit no cookie: each request asks the service", LIMIT)


def _set(response: HttpResponseBase, kind: str, value: str, expires: datetime) -> None:
    response.set_cookie(
        cookie_name(kind),
        value,
        expires=expires,
        path=settings.COOKIE_PATH,
        domain=settings.COOKIE_DOMAIN,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _expire(response: HttpResponseBase, *kinds: str) -> None:
    for kind in kinds:
        _set(response, kind, "", datetime.fromtimestamp(0, tz=UTC))


def _expire_stray(response: HttpResponseBase, stray: Stray) -> None:
    name = cookie_name(stray.kind)
    if name not in response.cookies:
        _expire(response, stray.kind)
    for domain in stray.domains:
        if domain != settings.COOKIE_DOMAIN:
            response.cookies[f"{name} {domain}"] = _expired(name, domain)


def _expired(name: str, domain: str | None) -> Morsel[str]:
    """Of another Domain than ours; Django keeps one cookie a name, so it gets a key of its own."""
    morsel: Morsel[str] = Morsel()
    morsel.set(name, "", "")
    morsel.update({"path": settings.COOKIE_PATH, "max-age": "0"})
    if domain is not None:
        morsel["domain"] = domain
    return morsel
