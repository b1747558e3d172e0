"""What views of your own meet when the database is away; calls to identity say it themselves."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from accounts import answers

logger = logging.getLogger(__name__)


class DatabaseMiddleware:
    """The page of an outage in place of one that says something broke.

    Of PostgreSQL alone: SQLite has the same errors for a table that isn't there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if connection.vendor != "postgresql":
            return None
        if not isinstance(error, (OperationalError, InterfaceError)):
            return None
        logger.error("%s: the database didn't answer", request.path, exc_info=error)
        return answers.unavailable(request)
