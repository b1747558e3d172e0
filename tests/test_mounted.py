"""Below a path of its own nothing of Foyer's is looked for, or led to, beside it."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.test import Client
from django.urls import set_script_prefix
from pytest_django import Settings

from project import mount
from tests.signing_in import ADMIN, MEMBER, ask_for_link, prove, sign_in
from tests.test_sitemap import PAGES

MOUNT = "/team/foyer"
PLACES = re.compile(r'\b(?:href|src|action|formaction|hx-get|hx-post|data-refresh)="(/[^"]*)"')
PATHS = sorted({f"/{route}" for route, _, pattern in PAGES if not pattern.pattern.converters})


@pytest.fixture(autouse=True)
def _mounted(settings: Settings) -> Iterator[None]:
    settings.FORCE_SCRIPT_NAME, settings.STATIC_URL = MOUNT, f"{MOUNT}/static/"
    set_script_prefix(f"{MOUNT}/")  # as a server does with each request, and the test client not
    yield
    set_script_prefix("/")


def places(answer: Any) -> list[str]:
    """Every path of this origin that an answer leads to."""
    found = PLACES.findall(answer.content.decode()) if "html" in answer["Content-Type"] else []
    led = [
        answer[name].removeprefix("0; url=") for name in ("Location", "Refresh") if name in answer
    ]
    return [place for place in (*found, *led) if place.startswith("/")]


def beside(answer: Any) -> list[str]:
    return [place for place in places(answer) if not f"{place}/".startswith(f"{MOUNT}/")]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["stranger", "half in", ADMIN])
def test_no_page_leads_beside_the_mount(demo: None, who: str, path: str) -> None:
    client = Client(raise_request_exception=False)
    if who == "half in":
        prove(client, ADMIN)
    elif who != "stranger":
        let_in(client, who)
    answer = client.get(path)
    assert beside(answer) == []


def let_in(client: Client, address: str) -> None:
    prove(client, address)
    page = client.get("/organizations").content.decode()
    acme = re.search(r'name="target" value="([^"]+)".*?row__title">Acme<', page, re.DOTALL)
    assert acme
    client.post("/organizations/choose", {"target": acme[1]})
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("status", ["400", "403", "404", "500"])
def test_error_pages_lead_to_the_apps_own_start(db: None, status: str) -> None:
    found = PLACES.findall(render_to_string(f"errors/{status}.html"))
    assert f"{MOUNT}/" in found or not found  # rendered outside a request, as after a crash
    assert [place for place in found if not place.startswith(MOUNT)] == []


def test_the_mailed_link_leads_below_the_mount(demo: None) -> None:
    ask_for_link(Client(), MEMBER)
    found = re.search(r"https?://\S+/authenticate\?", str(mail.outbox[-1].body))
    assert found
    assert urlsplit(found[0]).path == f"{MOUNT}/authenticate"


def test_so_it_does_with_a_public_url(demo: None, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://app.example.com"
    ask_for_link(Client(), MEMBER)
    assert f"https://app.example.com{MOUNT}/authenticate?" in str(mail.outbox[-1].body)


def test_who_signs_in_comes_to_the_home_below_it(demo: None) -> None:
    client = Client()
    assert client.get("/")["Location"] == f"{MOUNT}/login"
    assert sign_in(client, MEMBER)["Location"] == f"{MOUNT}/"


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("/app/login", "/login"), ("/login", "/login"), ("/app", ""), ("/app/", "/"),
        ("/healthz", "/healthz"), ("/apples", "/apples"), ("/app/app/x", "/app/x"),
    ],
)  # fmt: skip
def test_paths_come_whole_or_without_the_prefix(asked: str, served: str) -> None:
    seen: list[str] = []

    def application(environ: dict[str, Any], _: Any) -> list[bytes]:
        seen.append(environ["PATH_INFO"])
        return []

    mount.Mounted(application, "/app")({"PATH_INFO": asked}, lambda *_: None)
    assert seen == [served]


@pytest.mark.parametrize(
    ("written", "read"), [("", ""), ("/", ""), ("/app", "/app"), ("/a/b.c/", "/a/b.c")]
)
def test_the_mount_is_read(written: str, read: str) -> None:
    assert mount.path(written) == read


@pytest.mark.parametrize(
    "written", ["app", "//app", "/a//b", "/a/../b", "/a b", "/a?b", "/ä", "/.a"]
)
def test_what_is_no_path_is_refused(written: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SCRIPT_NAME"):
        mount.path(written)


def test_a_public_url_may_name_the_mount_and_nothing_else() -> None:
    assert mount.origin("https://a.example/app", mount="/app") == "https://a.example"
    assert mount.origin("https://a.example", mount="/app") == "https://a.example"
    assert mount.origin("", mount="/app") == ""
    for other in ("https://a.example/other", "https://a.example/app?x", "https://a.example/#x"):
        with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
            mount.origin(other, mount="/app")
