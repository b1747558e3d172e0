"""A misspelt permission closes a page for ever: `manage.py check` and the start name it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe
from pytest_django import Settings

from accounts import checks
from accounts.permissions import permission_required
from accounts.service import identity
from tests import transports

MISSPELT = [
    ("documents", "delet", "'documents' 'delete'"),
    ("document", "read", "'documents' 'read'"),
    ("documents", "Read", "'documents' 'read'"),
    ("documents ", "create", "'documents' 'create'"),
    ("stytch.members", "revoke_sessions", "'stytch.member' 'revoke-sessions'"),
    ("stytch.organization", "update.info.logo_url", "'stytch.organization' 'update.info.logo-url'"),
    ("*", "*", "Did you mean"),
]


def page(resource_id: str, action: str, *, strict: bool = False) -> Callable[..., HttpResponse]:
    @require_safe
    @permission_required(resource_id, action, strict=strict)
    def open_drawer(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    return open_drawer


def at(settings: Settings, view: Callable[..., HttpResponse]) -> None:
    """The site has this page as well, two includes deep."""
    inner = [path("drawer/<int:number>", view)]
    outer = [path("", include("project.urls")), path("cabinet/", include(inner))]
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": outer})


def found() -> list[Any]:
    return run_checks(tags=[checks.TAG])


def test_what_the_app_asks_for_is_spelled_right() -> None:
    assert found() == []


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("resource_id", "action", "meant"), MISSPELT)
def test_a_misspelt_one_is_named_with_its_view_and_the_right_spelling(
    settings: Settings, resource_id: str, action: str, meant: str, strict: bool
) -> None:
    at(settings, page(resource_id, action, strict=strict))
    (error,) = found()
    assert error.is_serious()
    assert "/cabinet/drawer/<int:number>" in error.msg
    assert "open_drawer" in error.msg
    assert f"{resource_id!r} {action!r}" in error.msg
    assert meant in error.hint


@pytest.mark.parametrize(("resource_id", "action", "meant"), MISSPELT)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_templates_are_read_as_well(
    settings: Settings, tmp_path: Path, resource_id: str, action: str, meant: str, quote: str
) -> None:
    (tmp_path / "inner").mkdir()
    shown = f"{{%can {quote}{resource_id}{quote}  {quote}{action}{quote} as may %}}"
    (tmp_path / "inner" / "page.html").write_text(f"\n<p>\n{{% if x %}}{shown}{{% endif %}}")
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]
    (error,) = found()
    assert "inner/page.html line 3" in error.msg
    assert meant in error.hint


def test_any_action_of_a_resource_is_no_typing_slip(settings: Settings) -> None:
    at(settings, page("documents", "*"))
    assert found() == []


def test_the_start_refuses_it_with_a_sentence(settings: Settings) -> None:
    at(settings, page("documents", "delet"))
    with pytest.raises(ImproperlyConfigured, match="Did you mean 'documents' 'delete'"):
        checks.at_start()


def test_the_server_itself_does_not_start(tmp_path: Path) -> None:
    """The whole way, with a policy of its own that doesn't know what the pages ask for."""
    policy = tmp_path / "rbac.json"
    policy.write_text('{"resources": [{"resource_id": "dokuments", "actions": ["read"]}]}')
    env = {**os.environ, "RBAC_POLICY": str(policy), "DEBUG": "true", "ENV_FILE": ""}
    for module in ("project.wsgi", "project.asgi"):
        start = [sys.executable, "-c", f"import {module}"]
        ended = subprocess.run(start, env=env, capture_output=True, text=True, check=False)
        assert ended.returncode != 0
        assert "Did you mean 'dokuments' 'read'?" in ended.stderr


def test_a_remote_service_is_asked_only_with_deploy(
    settings: Settings, through: Callable[[Any], Any]
) -> None:
    at(settings, page("documents", "delet"))
    settings.IDENTITY_EMBEDDED = False
    calls = through(transports.Counting())
    assert found() == []
    assert calls.paths == []
    (error,) = run_checks(tags=[checks.TAG], include_deployment_checks=True)
    assert "Did you mean 'documents' 'delete'?" in error.hint


def test_an_outage_of_it_is_said_and_stops_nothing(
    settings: Settings, through: Callable[[Any], Any]
) -> None:
    settings.IDENTITY_EMBEDDED = False
    through(transports.Down())
    (said,) = run_checks(tags=[checks.TAG], include_deployment_checks=True)
    assert not said.is_serious()
    assert "weren't compared" in said.msg


def test_the_policy_says_what_there_is_to_allow() -> None:
    assert identity().rbac.resources()["documents"] == {"create", "read", "update", "delete"}
