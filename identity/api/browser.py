"""Answers to a person's browser rather than to an app: redirects, and a page when that can't be."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from pydantic import BaseModel, ValidationError

from identity.api import edge
from identity.errors import ApiError, bad_request
from outbound import deadline

View = Callable[..., HttpResponse]
Query = TypeVar("Query", bound=BaseModel)


def for_people(view: View) -> View:
    """Refusals are a page to whoever asks for HTML, and the envelope to everybody else.

    A browser waits longer than an app for what is asked of third parties.
    """

    @functools.wraps(view)
    def serve(request: edge.ApiRequest, **arguments: Any) -> HttpResponse:
        try:
            with deadline.anew(edge.BROWSER_SECONDS):
                return view(request, **arguments)
        except ApiError as error:
            if "text/html" not in request.headers.get("Accept", ""):
                raise
            return _page(request, error)

    return serve


def query(request: edge.ApiRequest, schema: type[Query]) -> Query:
    try:
        return schema.model_validate(request.GET.dict())
    except ValidationError as error:
        wrong = error.errors()[0]["loc"]
        name = str(wrong[0]) if wrong else "The query"
        raise bad_request("bad_request", f"{name} is missing or not valid.") from error


def redirect(url: str) -> HttpResponse:
    """Any scheme but these was refused long before; Django checks once more."""
    response = HttpResponseRedirect(url)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: edge.ApiRequest, error: ApiError) -> HttpResponse:
    told = {"message": error.message, "request_id": request.request_id}
    response = render(request, "provider/refused.html", told, status=error.status_code)
    response["Cache-Control"] = "no-store"
    return response
