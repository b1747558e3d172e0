"""A mounted route has a contract test, or this one fails."""

import pytest
import requests
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.contract.routes import Route, mounted, promised


@pytest.mark.parametrize("route", sorted(mounted()), ids=str)
def test_every_mounted_route_is_called_through_the_sdk(route: Route) -> None:
    assert route in promised()


def test_no_test_names_a_route_that_is_not_there() -> None:
    assert promised() <= mounted()


def test_whoever_is_no_caller_of_the_project_gets_nowhere(live_server: LiveServer) -> None:
    """The list of routes is the schema's, so that no new one is forgotten."""
    for route in mounted():
        if "jwks" in route.path:  # open, as browsers and SDKs fetch it (CONTRACT 1.1)
            continue
        url = live_server.url + route.path.replace("{", "").replace("}", "")
        answer = requests.request(route.method, url, json={}, timeout=5)
        assert answer.status_code == 401, route
        assert answer.json()["error_type"] == "unauthorized_credentials", route


def test_the_apps_middleware_leaves_the_api_alone(
    live_server: LiveServer, settings: Settings
) -> None:
    answer = requests.post(f"{live_server.url}/v1/nothing", data="x", timeout=5)
    assert answer.status_code == 404
    assert answer.json()["error_type"] == "route_not_found"
    assert "Set-Cookie" not in answer.headers
