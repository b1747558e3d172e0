"""EmbeddedTransport: identity's URLs behind an httpx transport, in this process.

Not httpx.WSGITransport: that fires Django's request signals, which close the database connection
of the request being served.
"""

import logging
import traceback
from io import BytesIO
from urllib.parse import unquote_to_bytes

import httpx
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern

logger = logging.getLogger(__name__)


class EmbeddedTransport(httpx.BaseTransport):
    """Answers calls under /v1/ by calling the views of `urlconf`, without the browser's middleware.

    A bug in there becomes a 500 answer, just as from a remote service.
    """

    def __init__(self, urlconf: str = "identity.urls") -> None:
        self.resolver = URLResolver(RegexPattern(r"^/"), [path("v1/", include(urlconf))])

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._answer(django_request(request))
        return httpx.Response(
            response.status_code, headers=list(response.items()), content=response.content
        )

    def _answer(self, request: WSGIRequest) -> HttpResponse:
        try:
            return self._call_view(request)
        except Exception as error:  # noqa: BLE001 a bug in there is an outage out here, as if remote
            # the stack without the error's own text, which may quote what it stumbled over
            stack = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%r: unhandled %s\n%s", request.path, type(error).__name__, stack)
            return HttpResponse(status=500)

    def _call_view(self, request: WSGIRequest) -> HttpResponse:
        match = self.resolver.resolve(request.path_info)
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
        if not isinstance(response, HttpResponse):
            raise TypeError(f"{match.view_name} answers with {type(response).__name__}")
        return response


def django_request(request: httpx.Request) -> WSGIRequest:
    """Say the same to Django as a WSGI server would."""
    body = request.read()
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()
    }
    return WSGIRequest(
        {
            **headers,
            "REQUEST_METHOD": request.method,
            "PATH_INFO": unquote_to_bytes(request.url.raw_path.partition(b"?")[0]).decode(
                "latin-1"
            ),
            "QUERY_STRING": request.url.query.decode("ascii"),
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": request.url.host,
            "SERVER_PORT": str(request.url.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": request.url.scheme,
            "wsgi.input": BytesIO(body),
        }
    )
