"""Settings that are missing, misspelt or unsafe refuse to start, and say which one it was."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from project import environment as env, settings as ours
from tests.servers import bare

PRODUCTION = {"DEBUG": "false", "ENV_FILE": "scripts/production.env"}


def start(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the smallest command there is, in an environment that has this alone."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=env.BASE_DIR,
        env=bare(directory, **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("environment", [PRODUCTION, {"DEBUG": "true"}])
def test_it_starts_with_what_it_needs(tmp_path: Path, environment: dict[str, str]) -> None:
    started = start(tmp_path, **environment)
    assert started.returncode == 0, started.stdout


def test_an_empty_environment_is_production_without_a_secret(tmp_path: Path) -> None:
    """(QUALITY 69)"""
    started = start(tmp_path)
    assert started.returncode != 0
    assert "Set SECRET_KEY" in started.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ours.DEVELOPMENT_SECRET),
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", ","),
        ("IDENTITY_PROJECT_ID", ours.DEMO_PROJECT_ID),
        ("IDENTITY_SECRET", ours.DEMO_SECRET),
        ("IDENTITY_SECRET", "guess-me"),
        ("DEBUG", "maybe"),
        ("SESSION_DURATION_MINUTES", "4"),
        ("SESSION_MAX_MINUTES", "59"),
        ("DATABASE_URL", "mysql://user@host/name"),
        ("REDIS_URL", "memcached://host"),
        ("IDENTITY_URL", "test.stytch.com"),
        ("ENV_FILE", "nowhere.env"),
        ("RBAC_POLICY", "nowhere.json"),
    ],
)
def test_production_refuses_to_start_with(tmp_path: Path, name: str, value: str) -> None:
    """Demo values, and what can't be understood (QUALITY 69)"""
    started = start(tmp_path, **PRODUCTION | {name: value})
    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stdout
    assert name in started.stdout


@pytest.mark.parametrize("https", ["true", "false"])
def test_debug_refuses_public_hosts(tmp_path: Path, https: str) -> None:
    """Where strangers can come, everybody's mail is not on a page (QUALITY 69, 73)

    Behind HTTPS as well, where nothing else is wrong with it.
    """
    started = start(tmp_path, DEBUG="true", HTTPS=https, ALLOWED_HOSTS="localhost,app.acme.com")
    assert started.returncode != 0
    assert "DEBUG shows everybody's mail" in started.stdout
    assert "['app.acme.com']" in started.stdout


def test_a_public_host_needs_https(tmp_path: Path) -> None:
    hosts = {"ALLOWED_HOSTS": "app.acme.com", "PUBLIC_URL": "https://app.acme.com"}
    started = start(tmp_path, **PRODUCTION | hosts | {"HTTPS": "false"})
    assert started.returncode != 0
    assert "HTTPS" in started.stdout


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "10.1.2.3", "foyer", "app.internal", "a.localhost"]
)
def test_hosts_of_this_machine_and_its_network_are_private(host: str) -> None:
    assert env.is_private(host)


@pytest.mark.parametrize("host", ["*", "", ".acme.com", "app.acme.com", "8.8.8.8", "example.com"])
def test_other_hosts_are_public(host: str) -> None:
    assert not env.is_private(host)


@pytest.mark.parametrize(("written", "read"), [("TRUE", True), ("1", True), ("off", False)])
def test_a_flag_is_read(monkeypatch: pytest.MonkeyPatch, written: str, read: bool) -> None:
    monkeypatch.setenv("SOMETHING", written)
    assert env.flag("SOMETHING", default=not read) is read


@pytest.mark.parametrize("written", ["-1", "11", "1.5", "ten", "²"])
def test_a_number_outside_its_bounds_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("SOMETHING", written)
    with pytest.raises(ImproperlyConfigured, match="from 0 to 10"):
        env.number("SOMETHING", default=5, least=0, most=10)


def test_a_number_may_have_one_that_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "0")
    assert env.number("SOMETHING", default=5, least=5, off=0) == 0
    monkeypatch.setenv("SOMETHING", "1")
    with pytest.raises(ImproperlyConfigured, match="from 5"):
        env.number("SOMETHING", default=5, least=5, off=0)


def test_an_empty_variable_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", " ")
    assert env.number("SOMETHING", default=5) == 5
    assert env.words("SOMETHING", ["a"]) == ["a"]
    assert env.url("SOMETHING") == ""


def test_an_address_is_without_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "https://foyer.example/")
    assert env.url("SOMETHING") == "https://foyer.example"


def test_credentials_do_not_travel_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "http://identity.acme.com")
    with pytest.raises(ImproperlyConfigured, match="https"):
        env.url("SOMETHING")


def test_the_options_of_a_database_url_join_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "postgres://user:word@host:5433/name?sslmode=require")
    options = env.database("SOMETHING")["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["pool"]


def test_no_thread_waits_for_another_s_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "postgres://user:word@host/name")
    monkeypatch.setenv("THREADS", "32")
    assert env.database("SOMETHING")["OPTIONS"]["pool"]["max_size"] == env.threads() == 32
