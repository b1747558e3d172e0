"""One record, one line: what a visitor typed can't pretend to be another log entry."""

import logging
from typing import Any

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Everything below space, DEL, and the line ends that only Unicode knows.
ESCAPES = {
    ordinal: ascii(chr(ordinal))[1:-1]
    for ordinal in (*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029)
}

# Both add ids to a record: that of the page's request, and those of the call that it makes.
REQUEST_FILTER = {"request": {"()": "project.requests.RequestIdFilter"}}
CALL_FILTER = {"call": {"()": "identity.request_id.LogFilter"}}


class Line(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 logging's own name
        return super().formatMessage(record).translate(ESCAPES)

    def formatException(self, ei: Any) -> str:  # noqa: N802 likewise
        """Indented: an error may quote what a visitor sent, line ends and all."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"  {line.translate(ESCAPES)}" for line in lines)


def config(*, level: str, embedded: bool) -> dict[str, Any]:
    """Everything to the console, each line with the id of the request that it is about."""
    filters = REQUEST_FILTER | (CALL_FILTER if embedded else {})
    console = {"class": "logging.StreamHandler", "formatter": "line", "filters": list(filters)}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "project.logs.Line",
                "format": "{asctime} {levelname} {name} [{request_id}] {message}",
                "style": "{",
            }
        },
        "filters": filters,
        "handlers": {"console": console},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},  # the root's one line is enough
            # waitress tells of each busy moment, and of visitors who left with the path they left
            "waitress": {"level": "ERROR"},
            # httpx logs every URL at INFO; a one-time link's token could be in one
            "httpx": {"level": "WARNING"},
        },
    }
