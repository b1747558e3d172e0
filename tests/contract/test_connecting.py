"""An organization's provider is connected, with the demo provider as the example."""

from typing import Any

import pytest
from pytest_django import Settings
from stytch import B2BClient
from stytch.core.response_base import StytchError

from identity.demo_provider import service as demo_provider
from identity.models import OIDCConnection
from identity.operations import connection_party


@pytest.fixture(autouse=True)
def _demo(settings: Settings) -> None:
    settings.DEBUG = True


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
