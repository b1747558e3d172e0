"""Scripts of a page: what they send, and their answers in JSON where people get pages."""

import json
from collections.abc import Mapping

from django.http import HttpResponse, JsonResponse

from accounts.answers import prefers_json as prefers_json
from accounts.auth import AuthRequest


def sent(request: AuthRequest) -> Mapping[str, object]:
    """A JSON object or a form; what is neither is empty."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def signed_out(request: AuthRequest, *, status: int = 401, **besides: object) -> HttpResponse:
    """With the reason, where there was a session and anybody knows (accounts.endings)."""
    body = {"state": "signed_out", "is_initialized": True, "session": None}
    why = {"reason": request.auth.reason} if request.auth.reason else {}
    return JsonResponse(body | why | besides, status=status)


def refused(error: str, said: str, *, status: int = 400) -> HttpResponse:
    return JsonResponse({"state": "refused", "error": error, "error_message": said}, status=status)


def in_place_of(answer: HttpResponse, told: HttpResponse) -> HttpResponse:
    """`told`, with what `answer` does to the browser: its cookies, and what is to be cleared."""
    told.cookies.update(answer.cookies)
    if answer.has_header("Clear-Site-Data"):
        told["Clear-Site-Data"] = answer["Clear-Site-Data"]
    return told
