"""Where links and providers land: a page whose button uses the token up, never the visit itself."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import forms
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.navigation import page
from accounts.views import links, new_password, returning

Room = Callable[[AuthRequest, forms.Link], HttpResponse]


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def authenticate(request: AuthRequest) -> HttpResponse:
    form = forms.Link(request.POST if request.method == "POST" else request.GET)
    if form.is_valid():
        response = arrive(request, form)
    elif error := request.GET.get("error", ""):
        response = returning.failed(request, error=error)
    else:
        response = page(request, "accounts/link_unknown.html", {}, status=400)
    # The address of this page holds the token, so nobody is told more of it than the origin. With
    # no-referrer browsers would send "Origin: null" along with the form, and CSRF would refuse it.
    response["Referrer-Policy"] = "strict-origin"
    return response


def arrive(request: AuthRequest, form: forms.Link) -> HttpResponse:
    """The visit shows what is to be done, the button does it."""
    landing, enter = room_for(form.cleaned_data["stytch_token_type"])
    return enter(request, form) if request.method == "POST" else landing(request, form)


def room_for(token_type: str) -> tuple[Room, Room]:
    match token_type:
        case forms.DISCOVERY | forms.ORGANIZATION:
            return links.landing, links.enter
        case forms.NEW_PASSWORD:
            return new_password.landing, new_password.enter
        case _:
            return returning.landing, returning.enter
