"""The official SDK, unmodified, talking to the app over a real socket."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from stytch import B2BClient

from tests import signing_keys
from tests.contract.routes import Recorder


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "calls(route): the route that a contract test calls")


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Holds every test to its word: the routes it is marked with were called."""
    recorder = Recorder()
    yield recorder
    recorder.close()
    for mark in request.node.iter_markers("calls"):
        route = mark.args[0]
        assert any(route.matches(*call) for call in recorder.sent), f"{route} was not called"


@pytest.fixture
def sdk(live_server: LiveServer, settings: Settings, recorder: Recorder) -> B2BClient:
    """`environment` takes any base URL (CONTRACT 9.1)."""
    signing_keys.lay_in()  # the test before took it away with everything else
    with warnings.catch_warnings():
        # Its asynchronous half, which isn't used here, asks aiohttp for something deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return B2BClient(
            settings.IDENTITY_PROJECT_ID,
            settings.IDENTITY_SECRET,
            environment=live_server.url,
            suppress_warnings=True,
            sync_session=recorder,
        )


@pytest.fixture
def acme(sdk: B2BClient) -> Any:
    """An organization that lets people of acme.example in."""
    response = sdk.organizations.create(
        organization_name="Acme",
        organization_slug="acme",
        email_jit_provisioning="RESTRICTED",
        email_allowed_domains=["acme.example"],
        email_invites="ALL_ALLOWED",
    )
    return response.organization


@pytest.fixture
def ada(sdk: B2BClient, acme: Any) -> Any:
    """An admin of Acme."""
    response = sdk.organizations.members.create(
        organization_id=acme.organization_id,
        email_address="ada@acme.example",
        roles=["stytch_admin"],
    )
    return response.member


@pytest.fixture
def signed_in(sdk: B2BClient, acme: Any, ada: Any) -> Any:
    """Ada, signed in to Acme by a code."""
    who = {"organization_id": acme.organization_id, "email_address": ada.email_address}
    sdk.otps.email.login_or_signup(**who)
    return sdk.otps.email.authenticate(**who, code=code_for(ada.email_address))


@pytest.fixture
def intermediate(sdk: B2BClient) -> str:
    """The token of a newcomer who has proven bob@acme.example and nothing else."""
    sdk.otps.email.discovery.send(email_address="bob@acme.example")
    response = sdk.otps.email.discovery.authenticate(
        email_address="bob@acme.example", code=code_for("bob@acme.example")
    )
    return str(response.intermediate_session_token)


def code_for(email_address: str) -> str:
    return _newest(email_address, r"\b(\d{6})\b")


def link_token_for(email_address: str) -> str:
    return _newest(email_address, r"[?&]token=([\w-]+)")


def _newest(email_address: str, pattern: str) -> str:
    texts = [str(each.body) for each in mail.outbox if email_address in each.to]
    found = re.search(pattern, texts[-1])
    assert found, texts[-1]
    return found[1]
