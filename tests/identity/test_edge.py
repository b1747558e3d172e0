"""The envelope, the credentials, the routes and the size of a body."""

import json
import logging
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.test import Client

from identity import urls
from identity.api import edge
from tests.identity.api import Api, basic, refused

ORGANIZATIONS = "/b2b/organizations"


def test_success_carries_status_and_a_request_id(api: Api) -> None:
    response = api.post(ORGANIZATIONS, organization_name="Acme")
    body = response.json()
    assert (response.status_code, body["status_code"]) == (200, 200)
    assert body["request_id"].startswith("request-id-test-")
    assert response["Cache-Control"] == "no-store"


def test_request_ids_are_never_the_same(api: Api) -> None:
    assert len({api.get("/debug/whoami").json()["request_id"] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic /////w==",
        "Basic bm9jb2xvbg==",
        "Bearer x",
        basic(secret="secret-test-wrong"),
        basic(project_id="project-test-22222222-2222-4222-8222-222222222222"),
    ],
)
def test_wrong_credentials_are_refused(api: Api, authorization: str) -> None:
    response = api.call("GET", "/debug/whoami", headers={"Authorization": authorization})
    refused(response, 401, "unauthorized_credentials")


def test_no_credentials_are_refused_before_the_body_is_looked_at(api: Api) -> None:
    headers = {"Authorization": ""}
    response = api.call("POST", ORGANIZATIONS, raw=b"{not json", headers=headers)
    refused(response, 401, "unauthorized_credentials")


@pytest.mark.parametrize("path", ["/", "/nothing", "/b2b", "/b2b/organizations/", "/b2b/%0A/z"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_routes_are_told_so(api: Api, method: str, path: str) -> None:
    error = refused(api.call(method, path), 404, "route_not_found")
    assert error["error_message"] == "The route provided is not supported."


def test_wrong_method_names_the_right_ones(api: Api) -> None:
    response = api.call("PATCH", "/b2b/organizations/search")
    refused(response, 405, "method_not_allowed")
    assert response["Allow"] == "POST"


def test_unknown_fields_and_nulls_are_ignored(api: Api) -> None:
    body = {"organization_name": "Acme", "organization_id": "?", "new": {}, "mfa_policy": None}
    assert api.call("POST", ORGANIZATIONS, body).status_code == 200


def test_copies_of_the_path_in_query_and_body_are_tolerated(api: Api) -> None:
    organization_id = api.organization()["organization_id"]
    path = f"{ORGANIZATIONS}/{organization_id}"
    assert api.get(path, organization_id=organization_id).status_code == 200
    answer = api.put(path, organization_id=organization_id, organization_name="New")
    assert answer.json()["organization"]["organization_name"] == "New"


@pytest.mark.parametrize("raw", [b"", b"{}"])
def test_delete_takes_an_empty_object_or_nothing(api: Api, raw: bytes) -> None:
    path = f"{ORGANIZATIONS}/{api.organization()['organization_id']}"
    assert api.call("DELETE", path, raw=raw).status_code == 200


def test_ids_in_paths_are_percent_decoded(api: Api) -> None:
    api.organization(organization_slug="a~b")
    assert api.get(f"{ORGANIZATIONS}/a%7Eb").status_code == 200


def test_a_body_over_64_kib_is_refused(api: Api) -> None:
    limit = edge.BODY_LIMIT
    frame = len(json.dumps({"organization_name": "Acme", "trusted_metadata": {"a": ""}}))
    fits = {"organization_name": "Acme", "trusted_metadata": {"a": "x" * (limit - frame)}}
    assert api.call("POST", ORGANIZATIONS, fits).status_code == 200
    refused(api.call("POST", ORGANIZATIONS, raw=b" " * (limit + 1)), 413, "request_too_large")


class Endless(BytesIO):
    """A body that counts how much of it is asked for."""

    asked = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size >= 0
        self.asked += size
        return b"x" * size


@pytest.mark.parametrize(
    "length", [{}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": str(10**12)}], ids=str
)
def test_a_huge_body_is_not_read_to_its_end(length: dict[str, str]) -> None:
    body = Endless()
    response = serve(body, **length, **{"wsgi.input_terminated": True})
    refused(response, 413, "request_too_large")
    assert body.asked <= edge.BODY_LIMIT + 1


@pytest.mark.django_db
def test_a_chunked_body_is_read_without_content_length() -> None:
    response = serve(BytesIO(b'{"organization_name": "Acme"}'), **{"wsgi.input_terminated": True})
    assert response.status_code == 200


def test_a_content_length_that_is_no_number_means_no_body() -> None:
    refused(serve(BytesIO(b"{"), CONTENT_LENGTH="many"), 400, "bad_request")


def test_a_body_that_breaks_off_is_refused() -> None:
    class BrokenOff(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("connection reset")

    refused(serve(BrokenOff(), CONTENT_LENGTH="10"), 400, "bad_request")


def serve(body: BytesIO, **environ: Any) -> Any:
    """The view itself, called as the embedded transport calls it."""
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/v1/b2b/organizations",
            "HTTP_AUTHORIZATION": basic(),
            "wsgi.input": body,
            **environ,
        }
    )
    routes = {str(route.pattern): route for route in urls.urlpatterns}
    return routes["b2b/organizations"].callback(request)


def test_a_bug_becomes_an_envelope_without_internals(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """QUALITY 68: nothing of the inside is told to the caller, nothing secret to the log."""

    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise RuntimeError(f"could not find {params}")

    with connection.execute_wrapper(broken), caplog.at_level(logging.ERROR):
        response = api.get(f"{ORGANIZATIONS}/s3cr3t")
    error = refused(response, 500, "internal_server_error")
    assert error["request_id"] in caplog.text
    assert "unhandled RuntimeError" in caplog.text
    assert "s3cr3t" not in caplog.text.replace("/s3cr3t", "the path")
    assert "RuntimeError" not in response.text


def test_no_csrf_token_is_asked_for(api: Api) -> None:
    api.client = Client(enforce_csrf_checks=True)
    assert api.post(ORGANIZATIONS, organization_name="Acme").status_code == 200


def test_member_session_headers_are_refused_where_no_rule_exists(api: Api) -> None:
    for name in edge.ACTING_HEADERS:
        response = api.call("GET", "/debug/whoami", headers={name: ""})
        refused(response, 403, "session_authorization_error")
