"""What a server with production settings shows to somebody outside."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie

import httpx
import pytest

from project import csp
from tests import observatory
from tests.servers import Server, serve

HOST = "foyer.example"
REPORTS = "https://reports.example/csp"
YEAR = 31_536_000  # seconds
DEMO_PROJECT = ("project-test-11111111-1111-4111-8111-111111111111", "secret-test-demo")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("production")
    environment = {
        "DEBUG": "false",
        "ENV_FILE": "scripts/production.env",
        "CSP_REPORT_URL": REPORTS,
    }
    with serve(directory, **environment) as server:
        yield server


@pytest.fixture(scope="module")
def login(server: Server) -> httpx.Response:
    """The one page that everybody sees, as it arrives through a proxy that ends TLS."""
    return over_tls(server, "/login")


def over_tls(server: Server, path: str) -> httpx.Response:
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Origin": "https://elsewhere.example"}
    return server.get(path, **headers)


def test_plain_http_is_sent_to_https(server: Server) -> None:
    answer = server.get("/login", Host=HOST)
    assert answer.status_code == httpx.codes.MOVED_PERMANENTLY
    assert answer.headers["Location"] == f"https://{HOST}/login"


def test_transport_security_lasts_a_year_and_covers_subdomains(login: httpx.Response) -> None:
    """(QUALITY 5)"""
    header = login.headers["Strict-Transport-Security"]
    found = re.search(r"max-age=(\d+)", header)
    assert found
    assert int(found[1]) >= YEAR
    assert "includeSubDomains" in header


def test_the_content_policy_has_no_unsafe_word(login: httpx.Response) -> None:
    """(QUALITY 9)"""
    policy = observatory.directives(login)
    assert "unsafe" not in str(policy)
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == {"'none'"}
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == {"'self'"}


def test_what_the_policy_refuses_is_reported_where_the_owner_wants_it(
    login: httpx.Response,
) -> None:
    """And to nobody else: it names a page (QUALITY 14)."""
    assert observatory.directives(login)["report-uri"] == {REPORTS}
    assert "report-uri" not in csp.policy(report_url="")["DIRECTIVES"]


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/healthz", "/v1/b2b/nowhere"])
def test_every_answer_carries_the_fixed_headers(server: Server, path: str) -> None:
    """Pages, redirects, errors, JSON (QUALITY 10, 11, 12, 13)"""
    answer = over_tls(server, path)
    assert observatory.directives(answer)["frame-ancestors"] == {"'none'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_belong_to_this_host_and_to_https_alone(login: httpx.Response) -> None:
    """(QUALITY 1, 2)"""
    jar = SimpleCookie("\r\n".join(login.headers.get_list("Set-Cookie")))
    assert jar
    for name, cookie in jar.items():
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_an_answer_that_sets_a_cookie_is_not_kept(login: httpx.Response) -> None:
    """(QUALITY 15)"""
    assert login.headers.get_list("Set-Cookie")
    assert "no-store" in login.headers["Cache-Control"]


def test_the_observatory_would_give_an_a_plus(server: Server, login: httpx.Response) -> None:
    """(QUALITY 17)"""
    assert observatory.score(login, over_http=server.get("/login", Host=HOST)) >= 100


def test_every_asset_is_ours_versioned_and_kept(server: Server, login: httpx.Response) -> None:
    """(QUALITY 18)"""
    assets = re.findall(r"<(?:script|link)[^>]+(?:src|href)=\"([^\"]+)\"", login.text)
    assert assets
    for asset in assets:
        assert re.fullmatch(r"/static/[\w./-]+\.[0-9a-f]{12}\.\w+", asset), asset
        assert "immutable" in over_tls(server, asset).headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/dev/inbox/", "/dev/inbox/messages.json"])
def test_the_development_inbox_is_not_there(server: Server, path: str) -> None:
    """(QUALITY 73)"""
    assert over_tls(server, path).status_code == httpx.codes.NOT_FOUND


def test_the_demo_credentials_open_nothing(server: Server) -> None:
    """(QUALITY 73)"""
    answer = httpx.get(
        f"{server.url}/v1/b2b/sessions",
        params={"organization_id": "any", "member_id": "any"},
        headers={"X-Forwarded-Proto": "https"},
        auth=DEMO_PROJECT,
    )
    assert answer.status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize("path", ["/nowhere", "/static/nowhere.css"])
def test_an_error_page_tells_nothing_of_the_inside(server: Server, path: str) -> None:
    """(QUALITY 68)"""
    shown = re.sub(r"<[^>]+>", "", over_tls(server, path).text)
    assert not re.search(r"urlconf|traceback|django|python|DEBUG", shown, re.IGNORECASE)
