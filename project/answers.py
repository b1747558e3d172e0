"""How an answer is written: without a body to HEAD, and a page of ours to what can't be read."""

import json
import uuid

from django.conf import settings
from django.template.loader import render_to_string
from waitress.task import ErrorTask, WSGITask

TOO_LARGE = frozenset({413, 431})
HEADERS = [
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
]


class Task(WSGITask):
    """An answer to HEAD has the headers of the one to GET, and no body."""

    def write(self, data: bytes) -> None:
        is_head = self.request.command == "HEAD"
        super().write(b"" if is_head else data)
        if is_head:
            self.chunked_response = False  # or its end would follow


class Refusal(ErrorTask):
    """The answer to a request that can't be read: an API's envelope, or a page like our others."""

    def execute(self) -> None:
        self.channel.lingers = True
        error = self.request.error
        self.status = f"{error.code} {error.reason}"
        path = str(getattr(self.request, "path", "")).removeprefix(settings.MOUNT)
        kind, text = _envelope(error.code) if path.startswith("/v1/") else _page(error.code)
        body = text.encode()
        self.response_headers += [("Content-Type", kind), *HEADERS]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


def _page(status: int) -> tuple[str, str]:
    context = {"too_large": status in TOO_LARGE}
    return "text/html; charset=utf-8", render_to_string("errors/unread.html", context)


def _envelope(status: int) -> tuple[str, str]:
    """CONTRACT 1.4, as far as somebody can be told who was not understood."""
    kind = "request_too_large" if status in TOO_LARGE else "bad_request"
    told = {
        "status_code": status,
        "request_id": f"request-{uuid.uuid4()}",
        "error_type": kind,
        "error_message": "The request could not be read.",
        "error_url": f"https://stytch.com/docs/b2b/api/errors/{status}#{kind}",
    }
    return "application/json", json.dumps(told)
