"""The mails that would have gone out, for people and for tests."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from identity.models import InboxMessage

# As many as a page shows well; a test asks for an address.
NEWEST = 100
# A mail brings its own styles and may bring anything else: it gets a page of its own that can
# neither run scripts, nor send forms, nor read what belongs to this origin.
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

View = Callable[..., HttpResponse]


def development_only(view: View) -> View:
    """A second lock beside the URLconf, which reads DEBUG once, at the start (QUALITY 73)."""

    @wraps(view)
    @never_cache
    @require_safe
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    # Who reads here is a developer, not a member.
    serve.anonymous_allowed = True  # type: ignore[attr-defined]
    return serve


@development_only
def messages(request: HttpRequest) -> HttpResponse:
    """The page asks again every few seconds; nothing new is 204, so nothing moves under a hand."""
    to = _address(request)
    found = _newest(to)
    newest = str(found[0].pk) if found else ""
    polled = "HX-Request" in request.headers
    if polled and request.GET.get("newest", "") == newest:
        return HttpResponse(status=204)
    template = "inbox/messages.html#messages" if polled else "inbox/messages.html"
    response = render(request, template, {"found": found, "newest": newest, "to": to})
    response["Vary"] = "HX-Request"
    return response


@development_only
def messages_json(request: HttpRequest) -> HttpResponse:
    """Newest first; `?to=` is one address (ARCHITECTURE 4)."""
    return JsonResponse([_as_json(each) for each in _newest(_address(request))], safe=False)


@development_only
def as_html(request: HttpRequest, message_id: int) -> HttpResponse:
    message = get_object_or_404(InboxMessage, pk=message_id)
    return HttpResponse(message.html, headers={"Content-Security-Policy": MAIL_POLICY})


def _address(request: HttpRequest) -> str:
    return request.GET.get("to", "").strip().lower()


def _newest(to: str) -> list[InboxMessage]:
    found = InboxMessage.objects.filter(to=to) if to else InboxMessage.objects.all()
    return list(found[:NEWEST])


def _as_json(message: InboxMessage) -> dict[str, str | int]:
    return {
        "id": message.pk,
        "channel": message.channel,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "code": message.code,
        "link": message.link,
        "sent_at": message.sent_at.isoformat(),
    }
