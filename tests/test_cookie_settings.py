"""Cookie settings that would let nobody in refuse to start, with a sentence that says why."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import incoming
from project import cookies
from tests.test_settings import PRODUCTION, start

NAMES = {"session": "stytch_session", "jwt": "stytch_session_jwt", "pending": "pending"}


def refuse(**other: Any) -> None:
    settled = {"names": NAMES, "path": "/", "domain": None, "mount": "", "hosts": ["a.example.com"]}
    cookies.refuse(**settled | other)


@pytest.mark.parametrize(
    ("mount", "path"),
    [
        ("", "/"),
        ("/app", "/"),
        ("/app", "/app"),
        ("/app", "/app/"),
        ("/a/b", "/a"),
        ("/a/b", "/a/b"),
    ],
)
def test_a_path_that_the_pages_are_below_is_taken(mount: str, path: str) -> None:
    refuse(path=path, mount=mount)


@pytest.mark.parametrize(
    ("mount", "path"),
    [
        ("", "/app"), ("/app", "/ap"), ("/app", "/apps"), ("/app", "/app/x"), ("/app", "/App"),
        ("", "app"), ("/app", "app"), ("", "/login"), ("/a/b", "/b"), ("", "//"),
    ],
)  # fmt: skip
def test_a_path_that_no_page_is_below_is_refused(mount: str, path: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="COOKIE_PATH"):
        refuse(path=path, mount=mount)


@pytest.mark.parametrize("domain", [None, "example.com", ".example.com", "A.Example.com"])
def test_a_domain_that_a_host_is_below_is_taken(domain: str | None) -> None:
    refuse(domain=domain)


@pytest.mark.parametrize("domain", ["other.com", "b.a.example.com", "ample.com"])
def test_a_domain_that_no_host_is_below_is_refused(domain: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="COOKIE_DOMAIN"):
        refuse(domain=domain)


def test_any_host_is_below_any_domain() -> None:
    refuse(domain="example.com", hosts=["*"])
    refuse(domain="example.com", hosts=[".example.com"])


@pytest.mark.parametrize("name", ["", "a b", "a;b", "a=b", "ä", "__Host-team", "__Secure-team"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="name of a cookie"):
        refuse(names=NAMES | {"jwt": name})


@pytest.mark.parametrize("name", ["stytch_session", "stytch_session_stamp", "stytch_session_seen"])
def test_two_cookies_of_one_name_are_refused(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        refuse(names=NAMES | {"pending": name})


def test_every_cookie_that_goes_by_the_sessions_name_is_known() -> None:
    assert {*NAMES, *cookies.DERIVED} == set(incoming.KINDS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COOKIE_PATH", "/app"),
        ("COOKIE_DOMAIN", "elsewhere.example"),
        ("SESSION_JWT_COOKIE", "stytch_session"),
        ("SCRIPT_NAME", "app"),
        ("PUBLIC_URL", "https://foyer.example/app"),
    ],
)
def test_the_server_does_not_start(tmp_path: Path, name: str, value: str) -> None:
    started = start(tmp_path, **PRODUCTION | {name: value})
    assert started.returncode != 0
    assert "Foyer doesn't start like this." in started.stdout
    assert value in started.stdout


def test_a_mounted_one_starts(tmp_path: Path) -> None:
    where = {
        "SCRIPT_NAME": "/app",
        "COOKIE_PATH": "/app",
        "PUBLIC_URL": "https://foyer.example/app",
    }
    started = start(tmp_path, **PRODUCTION | where)
    assert started.returncode == 0, started.stdout
