"""What every call of the API goes through: envelope, size limit, project credentials."""

import base64
import binascii
import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from identity import languages, request_id, texts, tokens
from identity.errors import ApiError, bad_request, forbidden, not_found, unauthorized
from outbound import deadline

BODY_LIMIT = 64 * 1024
# For all that third parties are asked on behalf of one call, which has to be answered before its
# caller gives up: accounts/client waits 5 s, and takes five silences for an outage of everything.
OUTSIDE_SECONDS = 4
# The same for a request of a person's browser, which waits longer: a callback makes four calls.
BROWSER_SECONDS = 8
DOCS = "https://stytch.com/docs/b2b/api/errors"
ACTING_HEADERS = ("X-Stytch-Member-Session", "X-Stytch-Member-SessionJWT")


class ApiRequest(HttpRequest):
    """A request that came through `guarded`; `now` is the only clock reading of the call."""

    request_id: str
    now: datetime


def ok(request: ApiRequest, body: Mapping[str, Any]) -> HttpResponse:
    """The success envelope (CONTRACT 1.3)."""
    return _json(request, 200, dict(body))


def refuse(request: ApiRequest, error: ApiError) -> HttpResponse:
    """The error envelope (CONTRACT 1.4)."""
    body: dict[str, Any] = {
        "error_type": error.error_type,
        "error_message": error.message,
        "error_url": f"{DOCS}/{error.status_code}#{error.error_type}",
    }
    if error.details is not None:
        body["error_details"] = error.details
    response = _json(request, error.status_code, body)
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Every mounted view is wrapped in this, so that it works without any middleware.

    The credentials are the `Authorization` header, never a cookie, hence no CSRF check.
    """

    @functools.wraps(view)
    def serve(request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with request_id.begun() as request.request_id:
            request.now = timezone.now()
            try:
                _prepare(request)
            except ApiError as error:
                return refuse(request, error)
            with _keeping_auth(request), languages.of_one_call(), deadline.within(OUTSIDE_SECONDS):
                response = view(request, *args, **kwargs)
            return _told(request, response)

    # Who may call is decided here and not by the pages' sign-in.
    serve.anonymous_allowed = True  # type: ignore[attr-defined]
    return csrf_exempt(serve)


def _told(request: ApiRequest, response: HttpResponseBase) -> HttpResponseBase:
    """As an envelope, also where the framework answers by itself."""
    if response.status_code != 405:
        return response
    refusal = refuse(request, _method_not_allowed(request))
    refusal["Allow"] = response["Allow"]
    return refusal


@contextmanager
def _keeping_auth(request: ApiRequest) -> Iterator[None]:
    """Ninja writes to `request.auth`, which may be the pages' sign-in already."""
    held = vars(request).get("auth")
    yield
    vars(request)["auth"] = held


def unknown_route(request: ApiRequest) -> HttpResponse:
    error = not_found("route_not_found", "The route provided is not supported.")
    return refuse(request, error)


def project_auth(request: ApiRequest) -> bool:
    """For endpoints that don't take act-as-member headers: those are refused, not ignored."""
    if any(name in request.headers for name in ACTING_HEADERS):
        raise forbidden(
            "session_authorization_error", "This endpoint can't be called on behalf of a member."
        )
    return project_or_member_auth(request)


def project_or_member_auth(request: ApiRequest) -> bool:
    """The handler must call `acting.authorize` (acting.py) itself."""
    project_id, secret = _basic(request.headers.get("Authorization", ""))
    # Both are compared whatever the first says, so that time tells nothing.
    right = [
        tokens.same(project_id, settings.IDENTITY_PROJECT_ID),
        tokens.same(secret, settings.IDENTITY_SECRET),
    ]
    if not all(right):
        raise unauthorized("unauthorized_credentials", "Unauthorized credentials.")
    request_id.note_caller(request.headers.get("X-Request-Id", ""))
    return True


def _json(request: ApiRequest, status: int, body: dict[str, Any]) -> HttpResponse:
    envelope = {"status_code": status, "request_id": request.request_id}
    response = JsonResponse({**body, **envelope}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _method_not_allowed(request: ApiRequest) -> ApiError:
    return ApiError(405, "method_not_allowed", "The route does not support this method.")


def _basic(header: str) -> tuple[str, str]:
    """User and password, or two empty strings, which match nothing."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return user, password


def _prepare(request: ApiRequest) -> None:
    asked = request.path_info + unquote(request.META.get("QUERY_STRING", ""))
    if not texts.is_storable(asked):
        raise bad_request("bad_request", "The address contains unsupported characters.")
    # Django reads the body from here on; an absent one is the empty object to the schemas.
    request._body = _read(request) or b"{}"


def _read(request: ApiRequest) -> bytes:
    """At most one byte more than the limit is ever read."""
    if _content_length(request) > BODY_LIMIT:
        raise _too_large()
    try:
        raw: bytes = _stream(request).read(BODY_LIMIT + 1)
    except UnreadablePostError as error:
        raise bad_request("bad_request", "The request body could not be read.") from error
    if len(raw) > BODY_LIMIT:
        raise _too_large()
    return raw


def _stream(request: ApiRequest) -> Any:
    """Django takes a body without Content-Length for empty; a chunked one ends by itself."""
    if request.META.get("wsgi.input_terminated") and not request.META.get("CONTENT_LENGTH"):
        return request.META["wsgi.input"]
    return request


def _content_length(request: ApiRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _too_large() -> ApiError:
    return ApiError(
        413, "request_too_large", f"The request body is larger than {BODY_LIMIT} bytes."
    )
