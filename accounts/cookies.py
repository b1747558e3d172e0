"""The sign-in's cookies: what they hold, how they are read, and the only place that sets them.

session   the opaque session token. SameSite=Lax: Strict would greet whoever follows a mailed
          link, or comes back from a provider, as a stranger; None would let other sites' forms
          act as the member.
jwt       its JWT, verified here without a call; with SESSION_CHECK=token there is none. Lax, as it
          is useless without the session.
stamp     sealed; ties the two together. Lax, likewise.
seen      sealed; when somebody last used the session, under an idle limit. Lax, likewise.
pending   sealed; the unfinished sign-in. Lax: links and providers land on it from elsewhere.
method    the name of the way last signed in by, so that the page can mark it. Says no more.
generation  a random value of the last sign-out; see accounts.generations.
last      sealed; when the session ends, or how it did: see accounts.endings.
browser   sealed; who has signed in here before (known_browsers.py). Lax, as it opens nothing.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import (
    endings,
    generations,
    idleness,
    incoming,
    known_browsers,
    sizes,
    stamps,
    unfinished,
)
from accounts.brought import SESSION, read as read
from accounts.client.tokens import Tokens
from accounts.credentials import Credentials as Credentials
from accounts.incoming import Stray, cookie_name
from accounts.known_browsers import Known
from accounts.pending import CodeSent as CodeSent
from accounts.service import keeps_jwt
from accounts.unfinished import Unfinished

KEPT = timedelta(days=365)  # of what says nothing by itself


def write(
    response: HttpResponseBase,
    before: Credentials,
    after: Credentials,
    *,
    background: bool = False,
) -> None:
    """This will set what differs and nothing else.

    In the background no token is cleared, nor said why its session is over: when the answer arrives
    the browser may hold the next one. The page asks about that then (?clear in views/session.py).
    """
    after = replace(after, session=_for_the_browser(after.session))
    _change_session(response, before, after, background=background)
    if after.session is not None and after.seen_at and after.seen != before.seen:
        seal = idleness.seal(after.session, after.seen_at)
        _set(response, "seen", seal, timezone.now() + KEPT)
    if after.unfinished != before.unfinished:
        _write_pending(response, after.unfinished)
    _remember(response, before, after)
    for stray in before.strays:
        _expire_stray(response, stray)


def _for_the_browser(tokens: Tokens | None) -> Tokens | None:
    if tokens is None or keeps_jwt():
        return sizes.fitting(tokens)
    return sizes.without_jwt(tokens)


def _change_session(
    response: HttpResponseBase, before: Credentials, after: Credentials, *, background: bool
) -> None:
    if after.session is not None and after.signed_in != before.signed_in:
        _write_session(response, before.session, after.session, after)
    elif after.session is None and before.session is not None:
        seen = ("seen",) if before.seen_at else ()
        _clear(response, *(SESSION[1:] if background else (*SESSION, *seen)))
    elif after.session is None and before.late is not None and not background:
        _clear(response, *SESSION)
    if not background and after.session is None and (before.session or before.late):
        _write_reason(response, after.ended)


def _remember(response: HttpResponseBase, before: Credentials, after: Credentials) -> None:
    """What outlives the session."""
    if after.generation != before.generation:
        _set(response, "generation", after.generation, timezone.now() + generations.KEPT)
    if after.last_method and after.last_method != before.last_method:
        _set(response, "method", after.last_method, timezone.now() + KEPT)


def read_browser(request: HttpRequest) -> Known:
    return known_browsers.unseal(request.COOKIES.get(cookie_name("browser"), ""))


def write_browser(response: HttpResponseBase, known: Known) -> None:
    """No part of the credentials: nobody is signed in or out by it, and it outlives both."""
    sealed = known_browsers.seal(known)
    _set(response, "browser", sealed, timezone.now() + known_browsers.KEPT)


def _write_session(
    response: HttpResponseBase, before: Tokens | None, tokens: Tokens, whose: Credentials
) -> None:
    same = before is not None and before.session_token == tokens.session_token
    known = same and before is not None and before.expires_at != stamps.UNKNOWN_END
    moved = before is not None and known and stamps.was_moved(before, tokens)
    if moved or not known:
        _set(response, "session", tokens.session_token, tokens.expires_at)
        _set(response, "last", endings.seal(tokens), tokens.expires_at + endings.LINGERS)
    if moved:
        return _expire(response, "jwt", "stamp")
    if tokens.session_jwt:
        _set(response, "jwt", tokens.session_jwt, tokens.expires_at)
    elif keeps_jwt():
        _expire(response, "jwt")
    stamp = stamps.seal(
        tokens,
        name=whose.organization_name,
        who=whose.member_address,
        called=whose.member_name,
        generation=whose.generation,
    )
    return _set(response, "stamp", stamp, tokens.expires_at)


def _write_reason(response: HttpResponseBase, reason: str) -> None:
    if reason:
        return _set(response, "last", endings.seal_reason(reason), timezone.now() + endings.LINGERS)
    return _expire(response, "last")


def _write_pending(response: HttpResponseBase, begun: Unfinished) -> None:
    if not begun:
        return _expire(response, "pending")
    ends = unfinished.expires_at(begun, now=timezone.now())
    return _set(response, "pending", unfinished.seal(begun), ends)


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


def _clear(response: HttpResponseBase, *kinds: str) -> None:
    """Beside our own COOKIE_DOMAIN also what another backend has set for this host alone."""
    for kind in kinds:
        _expire_stray(response, Stray(kind, (None,)))


def _expire_stray(response: HttpResponseBase, stray: Stray) -> None:
    name = cookie_name(stray.kind)
    if name not in response.cookies:
        _expire(response, stray.kind)
    for domain in stray.domains:
        if domain != settings.COOKIE_DOMAIN:
            response.cookies[f"{name} {domain}"] = incoming.expired(name, domain)
