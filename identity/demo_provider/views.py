"""The page on which one is anybody: it stands in for Google, and for an organization's own SSO."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from identity import addresses, public_url
from identity.demo_provider import service

# Who to try, and what each shows; the last has no domain of its own, so nobody vouches for it.
PEOPLE = (
    ("admin@acme.example", "Ada Archer, in Acme, Globex and Initech"),
    ("newcomer@umbrella.example", "may join Umbrella"),
    ("somebody@gmail.com", "a private account, which proves no address"),
)


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """A second lock beside the URLconf, which reads DEBUG once, at the start (QUALITY 73)."""
    if not settings.DEBUG:
        raise Http404
    asked = {name: str(value) for name, value in request.GET.items()}
    if not _is_our_callback(request, asked.get("redirect_uri", "")):
        return _page(request, asked, error="The app asked for an answer to an unknown address.")
    if request.method == "GET":
        return _page(request, asked)
    return _answer(request, asked)


# Who comes here isn't signed in yet, and the demo has no account to be signed in to.
authorize.anonymous_allowed = True  # type: ignore[attr-defined]


def _answer(request: HttpRequest, asked: dict[str, str]) -> HttpResponse:
    choice = request.POST.get("choice", "")
    if choice == "cancel":
        return _back(request, asked, error="access_denied")
    try:
        address = addresses.normalized(request.POST.get("person") or request.POST.get("email", ""))
    except ValueError:
        return _page(request, asked, error="Enter an e-mail address, like name@company.example.")
    code = service.code_for(address, asked=asked, broken=choice == "break")
    return _back(request, asked, code=code)


def _back(request: HttpRequest, asked: dict[str, str], **answer: str) -> HttpResponse:
    """Not by redirect: `form-action` holds for every hop after a form, and where this service is
    asked by an app elsewhere, that app is the last one. A refresh is a navigation of its own.
    """
    query = urlencode({**answer, "state": asked.get("state", "")})
    url = f"{asked['redirect_uri']}?{query}"
    response = render(request, "demo_provider/returning.html", {"url": url})
    response["Refresh"] = f"0; url={url}"
    return response


def _page(request: HttpRequest, asked: dict[str, str], *, error: str = "") -> HttpResponse:
    told = {
        "people": PEOPLE,
        "error": error,
        "email": request.POST.get("email", ""),
        "stands_for": "Google" if asked.get("client_id") == "demo-google" else "single sign-on",
    }
    return render(request, "demo_provider/authorize.html", told)


def _is_our_callback(request: HttpRequest, redirect_uri: str) -> bool:
    """Nobody is sent to somewhere else from here, not even in development."""
    start = public_url.callback(request, "/v1/b2b/")
    callbacks = ("oauth/callback/", "sso/callback/")
    return redirect_uri.startswith(tuple(start + callback for callback in callbacks))
