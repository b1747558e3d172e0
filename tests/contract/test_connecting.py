"""The README's way to connect an organization's provider, run as it is written there."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from stytch import B2BClient
from stytch.core.response_base import StytchError

from identity.demo_provider import service as demo_provider
from identity.models import OIDCConnection
from identity.operations import connection_party
from project.environment import BASE_DIR


@pytest.fixture(autouse=True)
def _demo(settings: Settings) -> None:
    settings.DEBUG = True


def commands() -> str:
    """The README's, that connect a provider."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```$", (BASE_DIR / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    (found,) = [block for block in blocks if "/sso/oidc/" in block]
    return found


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine")
def test_the_readmes_commands_make_a_connection_active(
    acme: Any, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    script = commands().replace("http://127.0.0.1:8000", live_server.url)
    project, secret = settings.IDENTITY_PROJECT_ID, settings.IDENTITY_SECRET
    script = re.sub(r"(?m)^demo=.*$", f"demo={project}:{secret}", script)
    done = subprocess.run(
        ["sh", "-e"], input=script, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    created, updated = answers(done.stdout)
    assert created["connection"]["status"] == "pending"
    assert updated["connection"]["status"] == "active"
    assert updated["warning"] is None
    page = Client().get(f"/o/{acme.organization_slug}/login").content.decode()
    assert "Continue with Acme SSO" in page


def answers(printed: str) -> list[dict[str, Any]]:
    found, rest = [], printed.strip()
    while rest:
        answer, end = json.JSONDecoder().raw_decode(rest)
        found.append(answer)
        rest = rest[end:].strip()
    return found


def test_a_connection_to_the_demo_provider_survives_a_change(sdk: B2BClient, acme: Any) -> None:
    """As `manage.py demo` makes it, whose page is a path of this app."""
    made = OIDCConnection.objects.create(
        organization_id=acme.organization_id,
        client_id="demo-sso",
        secret_sealed=connection_party.sealed("demo"),
        **demo_provider.endpoints(),
        created_at=acme.created_at,
        updated_at=acme.created_at,
    )
    answer = sdk.sso.oidc.update_connection(
        acme.organization_id, made.connection_id, client_secret="demo"
    )
    assert answer.connection.status == "active"
    assert not answer.warning


def test_its_page_is_no_address_without_debug(
    sdk: B2BClient, acme: Any, settings: Settings
) -> None:
    settings.DEBUG = False
    made = sdk.sso.oidc.create_connection(acme.organization_id).connection
    with pytest.raises(StytchError, match="authorization_url has to be an https:// URL"):
        sdk.sso.oidc.update_connection(
            acme.organization_id, made.connection_id, authorization_url=demo_provider.AUTHORIZE
        )
