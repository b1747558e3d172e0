"""A real browser, and real servers for it: one of each per worker, a fresh context per test."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from project.environment import BASE_DIR
from scripts import chromium
from tests.browser.axe import assert_accessible
from tests.browser.backoffice import Backoffice
from tests.browser.support import Complaints, Inbox
from tests.servers import Server, bare, serve

# Playwright leaves its event loop running in this thread, and Django then takes us for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = [
    "--no-sandbox",  # which root, as in a container, can't have
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
UNWANTED = ["--disable-back-forward-cache"]  # people's browsers keep pages to go back to
PATIENCE = 30_000  # milliseconds; others may want the two cores as well


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what was on the page when a journey failed."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if page and report.when == "call" and report.failed:
        with suppress(Error):
            report.sections.append((page.url, page.locator("body").inner_text(timeout=PATIENCE)))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if not path:
        pytest.fail("No Chromium: `make test` gets one, or name yours in CHROMIUM.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, ignore_default_args=UNWANTED
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start another Foyer: `start_server(HEARTBEAT_SECONDS="1")`; it ends with the tests.

    With SESSION_CHECK as these tests have it: `SESSION_CHECK=token pytest tests/browser`.
    """
    with ExitStack() as servers:

        def start(**environment: str) -> Server:
            directory = tmp_path_factory.mktemp("server")
            chosen = {"SESSION_CHECK": settings.SESSION_CHECK} | environment
            return servers.enter_context(serve(directory, DEBUG="true", **chosen))

        yield start


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """Foyer with its embedded identity service and the demo accounts."""
    return start_server()


@pytest.fixture(scope="session")
def remote_mails(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for each mail that `remote_server` itself sends; the others are in the inbox."""
    return tmp_path_factory.mktemp("mails")


@pytest.fixture(scope="session")
def remote_server(
    start_server: Callable[..., Server], server: Server, remote_mails: Path
) -> Server:
    """A second Foyer without identity, which asks `server` over the network."""
    mails = f"filemail:///{remote_mails}"
    return start_server(IDENTITY_URL=server.url, OAUTH_PROVIDERS="google", EMAIL_URL=mails)


@pytest.fixture(scope="session")
def crowded_server(start_server: Callable[..., Server]) -> Server:
    """Foyer whose pages beat quickly, and whose admin is in two hundred organizations more."""
    crowded = start_server(HEARTBEAT_SECONDS="5")
    environment = bare(crowded.log.parent, DEBUG="true")
    command = [sys.executable, "manage.py", "demo", "--organizations", "200"]
    subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, check=True)
    return crowded


@pytest.fixture
def backend() -> str:
    return "embedded"


@pytest.fixture
def app(backend: str, server: Server, request: pytest.FixtureRequest) -> Server:
    """The Foyer that pages are opened on; see `embedded_and_remote`."""
    return request.getfixturevalue("remote_server") if backend == "remote" else server


@pytest.fixture
def identity_server(backend: str, server: Server, app: Server) -> Server:
    """The Foyer whose identity service `app` asks: itself, unless that is over the network."""
    return server if backend == "remote" else app


@pytest.fixture
def inbox(identity_server: Server) -> Inbox:
    return Inbox(identity_server.url)


@pytest.fixture
def backoffice(identity_server: Server) -> Backoffice:
    return Backoffice(identity_server.url)


@pytest.fixture
def javascript() -> bool:
    return True


@pytest.fixture
def color_scheme() -> str:
    return "light"


@pytest.fixture
def viewport() -> tuple[int, int]:
    return 1280, 800


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test for anything on a browser's console that it did not expect."""
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected() == []


@pytest.fixture
def new_context(
    browser: Browser,
    app: Server,
    complaints: Complaints,
    javascript: bool,
    color_scheme: str,
    viewport: tuple[int, int],
) -> Iterator[Callable[..., BrowserContext]]:
    """Open another browser, as another person or on another machine would."""
    defaults: dict[str, Any] = {
        "base_url": app.url,
        "java_script_enabled": javascript,
        "color_scheme": color_scheme,
        "viewport": {"width": viewport[0], "height": viewport[1]},
    }
    with ExitStack() as contexts:

        def open_context(**options: Any) -> BrowserContext:
            context = contexts.enter_context(browser.new_context(**defaults | options))
            context.set_default_timeout(PATIENCE)
            complaints.listen(context)
            return context

        yield open_context


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Assert that axe finds nothing on the page as it stands, dialogs included (QUALITY 72)."""
    return assert_accessible
