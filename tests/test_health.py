"""Alive is not ready, and what is missing is named (QUALITY 70)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.client.circuit import JITTER, SHORTEST_REST, SILENCES
from project import environment as env, health
from tests import transports
from tests.dawdlers import dawdling

Through = Callable[[httpx.BaseTransport], httpx.BaseTransport]


@pytest.mark.django_db
def test_all_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert set(answer.json()["checks"].values()) == {"ok"}


def test_alive_asks_nobody(client: Client, through: Through) -> None:
    """No database either: this test has no access to one (QUALITY 70)"""
    through(transports.Untouchable())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_an_identity_outage_is_named_and_told_no_further(client: Client, through: Through) -> None:
    """(QUALITY 70)"""
    through(transports.Down())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert unready(answer.json()) == {"identity": "unreachable"}
    assert "refused" not in answer.content.decode()


@pytest.mark.django_db
def test_keys_from_a_cache_do_not_hide_an_outage(
    client: Client, through: Through, time_machine: TimeMachineFixture
) -> None:
    """Nor does it last longer than the rest that the service is given (QUALITY 63, 70)."""
    time_machine.move_to(timezone.now(), tick=False)
    through(transports.OnlyKeys())
    for _ in range(SILENCES):
        assert client.get("/readyz").status_code == 200
        client.post("/login", {"email_address": "ada@acme.example"})
    assert unready(client.get("/readyz").json()) == {"identity": "unreachable"}
    time_machine.shift(SHORTEST_REST * (1 + JITTER))
    assert client.get("/readyz").status_code == 200  # or nobody would come to try


@pytest.mark.django_db
def test_a_database_that_is_down_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where migrations are asked of another one (QUALITY 70)"""

    def down() -> None:
        raise OperationalError("the details are for the log alone")

    monkeypatch.setattr(health.connection, "cursor", down)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: [])
    monkeypatch.setattr(
        health.MigrationExecutor,
        "__init__",
        lambda self, _: setattr(
            self, "loader", SimpleNamespace(graph=SimpleNamespace(leaf_nodes=list))
        ),
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert unready(answer.json())["database"] == "unreachable"
    assert "details" not in answer.content.decode()


@pytest.mark.django_db
def test_a_missing_migration_is_named(client: Client) -> None:
    """(QUALITY 70)"""
    call_command("migrate", "identity", "zero", fake=True, verbosity=0)
    assert "migrate" in unready(client.get("/readyz").json())["migrations"]


@pytest.mark.django_db
def test_a_cache_that_forgets_is_named(client: Client, settings: Settings) -> None:
    """(QUALITY 70)"""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert unready(client.get("/readyz").json()) == {"cache": "does not remember"}


@pytest.mark.django_db
def test_a_cache_that_is_down_is_named(client: Client, settings: Settings) -> None:
    """(QUALITY 70)"""
    redis = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": redis, "LOCATION": "redis://127.0.0.1:1/0"}}
    assert unready(client.get("/readyz").json()) == {"cache": "unreachable"}


@pytest.mark.django_db
def test_a_cache_that_says_nothing_is_named(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may ask, and each who waited for ever would have a thread (QUALITY 70)"""
    with dawdling() as silent, ThreadPoolExecutor(1) as asking:
        monkeypatch.setenv("SOMETHING", f"redis://127.0.0.1:{silent.port}/0")
        settings.CACHES = {"default": env.cache("SOMETHING")}
        asked = asking.submit(health._outcome, "cache", health._cache)
        try:
            assert asked.result(timeout=30) == "unreachable"
        finally:
            silent.over.set()


@pytest.mark.django_db
def test_static_files_that_were_not_collected_are_named(
    client: Client, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """(QUALITY 70)"""
    settings.STATIC_ROOT = tmp_path_factory.mktemp("empty")
    backend = "project.assets.Storage"
    settings.STORAGES = {"staticfiles": {"BACKEND": backend}}
    assert "collectstatic" in unready(client.get("/readyz").json())["static files"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_answers_to_questions_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "health.invalid", "[::1", ""])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_load_balancer_may_ask_by_any_name(client: Client, path: str, host: str) -> None:
    """(QUALITY 70): nothing else answers to a foreign host, with these or any other words."""
    assert client.get(path, headers={"host": host}).status_code == 200
    assert client.get("/login", headers={"host": "health.invalid"}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz/", "//healthz", "/healthz/login", "/login?/healthz"])
def test_no_other_path_gets_past_the_host_check(client: Client, path: str) -> None:
    assert client.get(path, headers={"host": "health.invalid"}).status_code == 400


def unready(body: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: outcome for name, outcome in body["checks"].items() if outcome != "ok"}
