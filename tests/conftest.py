"""What every test has at hand."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django import DjangoDbBlocker, Settings

import project.urls  # noqa: F401 read once, while DEBUG stands: in some orders of tests it was too late
from accounts import last_answers, service
from outbound import apart
from project.environment import BASE_DIR, SQLITE
from tests import phones, signing_keys, transports
from tests.providing import provider as provider
from tests.signing_in import demo as demo

ON_POSTGRES = ("identity", "contract")  # whole folders; elsewhere a test is marked by hand


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(BASE_DIR / "tests").parts[0] in ON_POSTGRES:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A file, as in production: in memory SQLite knows no waiting, and threads fail at once."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == SQLITE:
        directory = tmp_path_factory.mktemp("database")
        database["TEST"]["NAME"] = str(directory / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Whatever is in the database now, every test begins with, until one flushes it."""
    with django_db_blocker.unblock():
        signing_keys.lay_in()


@pytest.fixture(autouse=True)
def _fresh_identity_client() -> Iterator[None]:
    """A test may rotate the signing keys in its database: what was cached is not true."""
    service.forget()
    last_answers.forget()
    yield
    service.forget()


@pytest.fixture(autouse=True)
def session_check(request: pytest.FixtureRequest) -> str:
    """SESSION_CHECK; a test has it both ways with tests.checks.both_checks."""
    if hasattr(request, "param"):
        request.getfixturevalue("settings").SESSION_CHECK = request.param
    return str(settings.SESSION_CHECK)


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    """How many mails an address was sent within the hour is remembered in the cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def _nothing_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers don't wait for is done at once: another thread doesn't see a test's rows."""
    monkeypatch.setattr(apart, "later", lambda task: task())


@pytest.fixture(autouse=True)
def _no_texts_yet() -> None:
    phones.outbox.clear()


@pytest.fixture
def through(settings: Settings) -> Callable[[httpx.BaseTransport], httpx.BaseTransport]:
    """Send the app's calls through a transport from now on: `calls = through(Counting())`."""

    def install(transport: httpx.BaseTransport) -> httpx.BaseTransport:
        settings.IDENTITY_TRANSPORT = transports.dotted_path(transport)
        return transport

    return install
