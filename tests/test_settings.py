"""Settings that are missing, misspelt or unsafe refuse to start, and say which one it was."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from identity.operations import organizations
from project import demo_data, environment as env, hosts, postgres, settings as ours, unsafe
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
        ("SESSION_CHECK", "tokens"),
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
    assert "Traceback" not in started.stdout
    assert name in started.stdout


def refused(directory: Path, **environment: str) -> str:
    """The sentence with which it doesn't start."""
    started = start(directory, **environment)
    assert started.returncode != 0
    return started.stdout.strip().splitlines()[-1].partition("Foyer doesn't start like this. ")[2]


@pytest.mark.parametrize("https", ["true", "false"])
def test_debug_refuses_public_hosts(tmp_path: Path, https: str) -> None:
    """Where strangers can come, everybody's mail is not on a page (QUALITY 69, 73)"""
    hosts = "localhost,app.acme.com"
    said = refused(tmp_path, DEBUG="true", ALLOWED_HOSTS=hosts, HTTPS=https)
    assert said.startswith("DEBUG shows everybody's mail")
    assert "['app.acme.com']" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "192.168.1.5", "app.internal", "*"])
def test_debug_listens_on_this_machine_alone(tmp_path: Path, host: str) -> None:
    """ALLOWED_HOSTS keeps nobody away who is on the network: any Host can be said."""
    said = refused(tmp_path, DEBUG="true", HOST=host)
    assert said.startswith("DEBUG shows everybody's mail, so it listens on this machine alone")
    assert "ssh -L" in said


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "::1", "[::1]"])
def test_debug_may_listen_on_any_address_of_this_machine(host: str) -> None:
    assert not unsafe._debug_on_a_network({"HOST": host})


def test_production_may_listen_anywhere(tmp_path: Path) -> None:
    assert start(tmp_path, **PRODUCTION | {"HOST": "0.0.0.0"}).returncode == 0


def test_a_public_host_needs_https(tmp_path: Path) -> None:
    hosts = {"ALLOWED_HOSTS": "app.acme.com", "PUBLIC_URL": "https://app.acme.com"}
    assert refused(tmp_path, **PRODUCTION | hosts | {"HTTPS": "false"}).startswith("HTTPS may be")


DEVELOPED, SHORT = ours.DEVELOPMENT_SECRET, "0123456789"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"PUBLIC_URL": ""}, "Set PUBLIC_URL"),
        ({"PUBLIC_URL": "https://elsewhere.example"}, "PUBLIC_URL leads to elsewhere.example"),
        ({"PUBLIC_URL": "http://foyer.example"}, "PUBLIC_URL takes https:// while HTTPS is on"),
        ({"TRUSTED_PROXIES": "0"}, "TRUST_FORWARDED_PROTO says there is a proxy"),
        ({"WEB_CONCURRENCY": "2"}, "WEB_CONCURRENCY above 1 needs PostgreSQL"),
        (
            {"WEB_CONCURRENCY": "2", "REDIS_URL": "redis://127.0.0.1:6379/0"},
            "WEB_CONCURRENCY above 1 needs PostgreSQL",
        ),
        (
            {"WEB_CONCURRENCY": "2", "DATABASE_URL": "postgres://foyer@127.0.0.1/foyer"},
            "WEB_CONCURRENCY above 1 needs REDIS_URL",
        ),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL names a way that sends no mail"),
        ({"EMAIL_URL": "dummymail://"}, "EMAIL_URL names a way that sends no mail"),
        ({"EMAIL_URL": "memorymail://"}, "EMAIL_URL names a way that sends no mail"),
        ({"EMAIL_URL": "filemail:///tmp/mails"}, "EMAIL_URL names a way that sends no mail"),
        ({"SECRET_KEY_FALLBACKS": DEVELOPED}, "SECRET_KEY_FALLBACKS holds the key of development"),
        ({"SECRET_KEY_FALLBACKS": SHORT}, "SECRET_KEY_FALLBACKS is short enough to guess"),
        ({"HEARTBEAT_SECONDS": "300"}, "HEARTBEAT_SECONDS takes a number from 1 to 270"),
        ({"THREADS": "3"}, "THREADS takes a number from 4"),
    ],
)
def test_what_is_unsafe_together_is_refused_in_a_sentence(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    """(QUALITY 84)"""
    assert refused(tmp_path, **PRODUCTION | changed).startswith(said)


def test_debug_believes_no_proxy_that_is_not_there_either(tmp_path: Path) -> None:
    said = refused(tmp_path, DEBUG="true", TRUST_FORWARDED_PROTO="true")
    assert said.startswith("TRUST_FORWARDED_PROTO says there is a proxy")


def test_several_processes_with_what_they_share_start(tmp_path: Path) -> None:
    shared = {"DATABASE_URL": "postgres://foyer@127.0.0.1/foyer", "REDIS_URL": "redis://127.0.0.1"}
    started = start(tmp_path, **PRODUCTION | shared | {"WEB_CONCURRENCY": "2"})
    assert started.returncode == 0, started.stdout


MESSAGE = """
import django; django.setup()
from project.messages import Storage
from django.http import HttpRequest, HttpResponse
storage, answer = Storage(HttpRequest()), HttpResponse()
storage.add(20, "Saved"); storage.update(answer); print(answer.cookies)
"""


def test_the_cookie_of_messages_belongs_to_https_and_this_host(tmp_path: Path) -> None:
    """What a page said to somebody is theirs (QUALITY 1, 2)"""
    environment = bare(tmp_path, **PRODUCTION, DJANGO_SETTINGS_MODULE="project.settings")
    told = subprocess.run(
        [sys.executable, "-c", MESSAGE], cwd=env.BASE_DIR, env=environment,
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.startswith("Set-Cookie: __Host-messages=")
    assert "Secure" in told
    assert "HttpOnly" in told


def test_a_form_of_65_kib_is_not_read(client: Client) -> None:
    """The API's bound is the forms' as well."""
    most = ours.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert most == 64 * 1024
    client.raise_request_exception = False
    answer = client.post("/login", {"email_address": "a" * (most + 1024)})
    assert answer.status_code in {400, 413}


def test_the_memory_of_one_process_keeps_spent_proofs(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Django's own 300 entries would forget them under a little traffic."""
    monkeypatch.setenv("SOMETHING", "")
    settings.CACHES = {"default": env.cache("SOMETHING") | {"LOCATION": "spent"}}
    cache.set("spent", "yes", timeout=600)
    for number in range(5_000):
        cache.set(f"other-{number}", "yes", timeout=600)
    assert cache.get("spent") == "yes"
    cache.clear()


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "10.1.2.3", "foyer", "app.internal", "a.localhost"]
)
def test_hosts_of_this_machine_and_its_network_are_private(host: str) -> None:
    assert hosts.is_private(host)


@pytest.mark.parametrize("host", ["*", "", ".acme.com", "app.acme.com", "8.8.8.8", "example.com"])
def test_other_hosts_are_public(host: str) -> None:
    assert not hosts.is_private(host)


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


def test_no_thread_waits_for_another_s_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that serves keeps one, within bounds; a pool would be one more thing to wait for."""
    monkeypatch.setenv("SOMETHING", "postgres://user:word@host/name?connect_timeout=9")
    described = env.database("SOMETHING")
    monkeypatch.setattr(connections, "settings", {"default": described})
    assert not described.get("CONN_MAX_AGE")
    assert "options" not in described["OPTIONS"]  # commands may take their time
    postgres.serve()
    assert described["CONN_MAX_AGE"]
    assert "statement_timeout=3500" in described["OPTIONS"]["options"]
    assert described["OPTIONS"]["connect_timeout"] == 9  # what is asked for counts more
    assert described["OPTIONS"]["patience"].most < env.threads()


def test_a_pool_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "postgres://user:word@host/name?pool=true")
    with pytest.raises(ImproperlyConfigured, match="SOMETHING takes no pool"):
        env.database("SOMETHING")


def test_sqlite_has_no_bounds_of_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "")
    described = env.database("SOMETHING")
    monkeypatch.setattr(connections, "settings", {"default": dict(described)})
    postgres.serve()
    assert connections.settings["default"] == described


CLEAR = "leaves the private network"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"EMAIL_URL": "smtp://user:word@mail.acme.com:25"}, f"EMAIL_URL {CLEAR}"),
        ({"EMAIL_URL": "smtp://8.8.8.8:25"}, f"EMAIL_URL {CLEAR}"),
        ({"EMAIL_URL": "smtpx://localhost"}, "EMAIL_URL takes smtp://"),
        ({"EMAIL_URL": "localhost:25"}, "EMAIL_URL takes smtp://"),
        ({"REDIS_URL": "redis://redis.acme.com:6379/0"}, f"REDIS_URL {CLEAR}"),
        ({"REDIRECT_URLS": "http://acme.com/"}, f"REDIRECT_URLS {CLEAR}"),
        ({"REDIRECT_URLS": "https://*"}, "REDIRECT_URLS takes"),
        ({"DATABASE_URL": "sqlite://:memory:"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL names a file"),
        ({"DATABASE_URL": "postgres://u:p@db.acme.com/x"}, f"DATABASE_URL {CLEAR}"),
        ({"DATABASE_URL": "postgres://u:p@db.acme.com/x?sslmode=prefer"}, f"DATABASE_URL {CLEAR}"),
        ({"DEFAULT_FROM_EMAIL": "not an address"}, "DEFAULT_FROM_EMAIL takes an address"),
        ({"DEFAULT_FROM_EMAIL": ""}, "Set DEFAULT_FROM_EMAIL"),
        ({"TIME_ZONE": "Mars/Base"}, "TIME_ZONE knows no time zone"),
        ({"TIME_ZONE": "../etc"}, "TIME_ZONE knows no time zone"),
        ({"LOG_LEVEL": "debugg"}, "LOG_LEVEL takes one of"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS takes the host names"),
        ({"ALLOWED_HOSTS": "https://foyer.example"}, "ALLOWED_HOSTS takes host names"),
    ],
)
def test_a_value_that_is_unsafe_or_cannot_work_is_named(changed: dict[str, str], said: str) -> None:
    assert settings_with(PRODUCTION | changed).startswith(said)


def settings_with(environment: dict[str, str]) -> str:
    """The sentence with which the settings refuse this environment, "" if they don't."""
    with patch.dict(os.environ, environment, clear=True):
        try:
            runpy.run_path(ours.__file__)
        except ImproperlyConfigured as refusal:
            return str(refusal)
    return ""


@pytest.mark.parametrize(
    "changed",
    [
        {"EMAIL_URL": "smtp+tls://user:word@mail.acme.com:587"},
        {"EMAIL_URL": "smtp://user:word@mail:25"},
        {"REDIS_URL": "rediss://redis.acme.com:6379/0"},
        {"REDIRECT_URLS": "https://app.acme.com/authenticate"},
        {"DATABASE_URL": "postgres://u:p@db.acme.com/x?sslmode=require"},
        {"DATABASE_URL": "postgres://u:p@/x"},
        {"DATABASE_URL": "postgres://foyer@//run/postgres/foyer"},
        {"TIME_ZONE": "Europe/Lisbon", "LOG_LEVEL": "debug"},
        {"ALLOWED_HOSTS": ".foyer.example,[::1],10.0.0.1"},
    ],
)
def test_values_that_are_safe_are_taken(changed: dict[str, str]) -> None:
    assert settings_with(PRODUCTION | changed) == ""


NONSENSE = "no$ense: \u2603"
# Accepted on purpose: nobody but the other side can tell whether it is right.
ANYTHING = {
    "SECRET_KEY": "any 32 characters; a shorter one is refused",
    "SMS_TOKEN": "the provider's",
    "IDENTITY_PROJECT_ID": "yours to choose",
    "IDENTITY_PUBLIC_TOKEN": "yours to choose",
    "STATIC_ROOT": "any folder",
    **dict.fromkeys(
        [
            f"OAUTH_{provider}_CLIENT_{half}"
            for provider in ("GOOGLE", "MICROSOFT", "GITHUB", "SLACK", "HUBSPOT")
            for half in ("ID", "SECRET")
        ],
        "the provider's; half of a pair offers nothing",
    ),
}
# Looked at once the apps are there, which they are about.
LATER = {"SESSION_CLAIMS", "PLACE_OF_ADDRESS", "SMS_BACKEND", "RBAC_POLICY"}
# Read by the server, or needing more than settings to judge.
BY_THE_SERVER = {"HOST", "PORT"}
EXAMPLE = re.findall(r"^#([A-Z_]+)=", (env.BASE_DIR / ".env.example").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", sorted({*EXAMPLE} - {*ANYTHING} - LATER - BY_THE_SERVER))
def test_nonsense_in_any_variable_is_answered_by_its_name(name: str) -> None:
    remote = {"IDENTITY_URL": "https://identity.example"} if name == "OAUTH_PROVIDERS" else {}
    assert name in settings_with(PRODUCTION | remote | {name: NONSENSE})


@pytest.mark.parametrize("name", sorted(LATER))
@pytest.mark.parametrize("value", ["no.such", "nothing", "accounts.service.EMBEDDED_URL"])
def test_a_path_that_leads_nowhere_is_answered_by_its_name(
    tmp_path: Path, name: str, value: str
) -> None:
    assert name in refused(tmp_path, **PRODUCTION | {name: value})


@pytest.mark.parametrize("changed", [{"PORT": "no port"}, {"HOST": "8.8.8.8"}])
def test_where_the_server_cannot_listen_is_told_in_a_sentence(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "project.server"], cwd=env.BASE_DIR,
        env=bare(tmp_path, **PRODUCTION | changed), stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Foyer ")
    assert next(iter(changed)) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_production_does_not_serve_the_demo(demo: None, settings: Settings) -> None:
    """`make run` filled the file: addresses that strangers could register have roles in it."""
    settings.DEBUG = True
    demo_data.refuse()
    settings.DEBUG = False
    with pytest.raises(ImproperlyConfigured, match="Set DATABASE_URL to another"):
        demo_data.refuse()


@pytest.mark.django_db
def test_an_organization_named_like_the_demo_s_is_served(settings: Settings) -> None:
    settings.DEBUG = False
    demo_data.refuse()
    fields = {"organization_name": "Acme", "organization_slug": "acme"}
    organizations.create(fields=fields, now=timezone.now())
    demo_data.refuse()


def test_a_database_that_cannot_be_asked_stops_no_start(settings: Settings) -> None:
    """It may be on its way, or not migrated; /readyz says so."""
    settings.DEBUG = False
    asked = OperationalError("away")
    with patch.object(demo_data.apps, "get_model", side_effect=asked):
        demo_data.refuse()
