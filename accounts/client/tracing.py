"""The id of the request being served, so that both sides' logs can be laid side by side."""

from contextvars import ContextVar

# Set by whoever serves requests (project.requests); "" sends no header.
request_id: ContextVar[str] = ContextVar("request_id", default="")
