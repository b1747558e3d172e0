"""Where a visitor goes next, and how the page gets there: whole, in part, or by redirect."""

import re
from collections.abc import Mapping
from typing import assert_never
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts import lifetime
from accounts.auth import AuthRequest
from accounts.client.outcomes import Discovered, MfaRequired, PrimaryRequired
from accounts.pending import CodeSent, CodesToKeep, Enrolling, Step

# A path of this site as we write them ourselves. What isn't here is refused, not cleaned: browsers,
# proxies and parsers disagree about "\\", control characters, empty and dotted segments.
PATH = re.compile(r"/[A-Za-z0-9_~.@:+,=%/-]*(?:\?[A-Za-z0-9_~.@:+,=%&/?-]*)?")
# Once more for whoever decodes first: empty and dotted segments, characters that do not show.
ODD = re.compile(r"//|/\.\.?(?:/|$)|[\x00-\x1f\x7f\\]")
LONGEST_NEXT = 512  # characters; it travels in the pending cookie
# Coming back to these would ask to sign in again, or out.
NOT_NEXT = ("accounts:login", "accounts:logout", "accounts:authenticate")


def go(request: AuthRequest, to: str) -> HttpResponse:
    """Leave this page for a path or a URL name.

    htmx follows a 302 by itself and swaps the next page into a corner of this one, so it is told.
    """
    url = resolve_url(to)
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def page(
    request: AuthRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with `template`, or with its `partial` when htmx asked for a part of the page.

    Once `request.auth.member` is known, as it is in every signed-in view, `member`,
    `organization_name`, `heartbeat_seconds`, `lifetime` and `from_cache` are in the context.
    """
    part = partial and request.htmx and not request.htmx.history_restore_request
    name = f"{template}#{partial}" if part and not request.htmx.boosted else template
    response = render(request, name, {**_of_member(request), **(context or {})}, status=status)
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response


def safe_next(request: AuthRequest, value: str) -> str:
    """`value` if it is a page of this site to go to after signing in, else the home page."""
    home = reverse("accounts:home")
    path = value.partition("?")[0]
    fits = len(value) <= LONGEST_NEXT and PATH.fullmatch(value)
    if not fits or ODD.search(unquote(path)):
        return home
    return home if path.rstrip("/") in map(reverse, NOT_NEXT) else value


def to_login(request: AuthRequest) -> HttpResponse:
    """Ask to sign in, and remember where the visitor was going: only what a GET can repeat."""
    return go(request, f"{reverse('accounts:login')}{_query(here(request))}")


def here(request: AuthRequest) -> str:
    """The page a person sees; a part of it that htmx asks for is no place to come back to."""
    if not request.htmx:
        return request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    try:
        return request.htmx.current_url_abs_path or ""
    except ValueError:  # the header says what somebody wrote into it, "http://[" for one
        return ""


def whereabouts(request: AuthRequest) -> str:
    """The page where this visitor should be: at the step that waits, at home, or signing in."""
    step = request.auth.credentials.pending
    if step is not None:
        return step_url(step)
    return reverse("accounts:home" if request.auth.member else "accounts:login")


def step_url(step: Step) -> str:
    match step:
        case CodeSent():
            return reverse("accounts:login_code")
        case Discovered():
            return reverse("orgswitcher:organizations")
        case MfaRequired():
            return reverse("accounts:second_factor")
        case PrimaryRequired():
            return reverse("accounts:step_up")
        case Enrolling(sign_in=None):
            return reverse("accounts:security_app")
        case Enrolling():
            return reverse("accounts:second_factor_enrolment")
        case CodesToKeep():
            return reverse("accounts:recovery_codes")
        case _:
            assert_never(step)


def _of_member(request: AuthRequest) -> dict[str, object]:
    member = request.auth.known_member
    if member is None:
        return {}
    return {
        "member": member,
        "organization_name": request.auth.organization_name,
        "heartbeat_seconds": settings.HEARTBEAT_SECONDS,
        "lifetime": lifetime.of(request.auth),
        "from_cache": request.auth.from_cache,
    }


def _query(onward: str) -> str:
    return f"?{urlencode({'next': onward})}" if onward not in {"", reverse("accounts:home")} else ""
