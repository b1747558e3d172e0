"""service: the one client the settings describe, and whom a request comes from."""

import httpx
import pytest
from django.test import RequestFactory

from accounts import service
from accounts.client.errors import Unavailable
from project.embedded import EmbeddedTransport
from tests.transports import Answering, Counting, Down, dotted_path


def test_the_same_settings_give_the_same_client(settings):
    assert service.identity() is service.identity()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDENTITY_URL", "https://identity.example"),
        ("IDENTITY_PROJECT_ID", "project-test-2"),
        ("IDENTITY_SECRET", "secret-test-2"),
        ("IDENTITY_PUBLIC_TOKEN", "public-token-test-2"),
        ("IDENTITY_TRANSPORT", "tests.transports.Down"),
    ],
)
def test_other_settings_give_another_client(settings, name, value):
    before = service.identity()
    setattr(settings, name, value)
    assert service.identity() is not before


def test_embedded_is_what_the_settings_say_without_a_url(settings):
    assert settings.IDENTITY_URL == ""
    assert settings.IDENTITY_TRANSPORT == "project.weather.WeatherTransport"  # with DEBUG
    assert isinstance(service.identity()._http._client._transport.inner, EmbeddedTransport)


def test_a_transport_is_swapped_by_its_dotted_path(settings):
    settings.IDENTITY_TRANSPORT = "tests.transports.Down"
    with pytest.raises(Unavailable):
        service.identity().ready()


def test_an_instance_can_be_swapped_in(settings):
    calls = Counting(Answering(200, {"keys": []}))
    settings.IDENTITY_TRANSPORT = dotted_path(calls)
    with pytest.raises(Unavailable):
        service.identity().ready()
    assert calls.paths == [f"/v1/b2b/sessions/jwks/{settings.IDENTITY_PROJECT_ID}"]


def test_every_swapped_in_instance_has_its_own_path():
    assert dotted_path(Down()) != dotted_path(Down())


def test_the_project_and_its_secret_are_sent(settings):
    seen = []

    class Listening(httpx.BaseTransport):
        def handle_request(self, request):
            seen.append((str(request.url), request.headers["Authorization"]))
            return httpx.Response(200, json={})

    settings.IDENTITY_URL = "https://identity.example"
    settings.IDENTITY_PROJECT_ID, settings.IDENTITY_SECRET = "project-test-2", "hush"
    settings.IDENTITY_TRANSPORT = dotted_path(Listening())
    service.identity().factors.send_discovery_code("ada@acme.example")
    basic = httpx.BasicAuth("project-test-2", "hush")._auth_header
    assert seen == [("https://identity.example/v1/b2b/otps/email/discovery/send", basic)]


def test_how_long_a_session_lasts_is_a_setting(settings):
    settings.SESSION_DURATION_MINUTES = 45
    assert service.session_duration_minutes() == 45


def test_links_lead_to_where_people_reach_the_app(settings):
    request = RequestFactory().get("/login", headers={"Host": "localhost"})
    settings.PUBLIC_URL = ""
    assert service.public_url(request, "/authenticate") == "http://localhost/authenticate"
    settings.PUBLIC_URL = "https://app.acme.example/"
    assert service.public_url(request, "/authenticate") == "https://app.acme.example/authenticate"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, " 2001:DB8::1 ", "2001:db8::1"),
    ],
)
def test_a_made_up_forwarded_address_is_ignored(settings, trusted, forwarded, expected):
    """Only what our own proxies appended is believed (QUALITY 25)."""
    settings.TRUSTED_PROXIES = trusted
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert service.client_ip(request) == expected


def test_the_embedded_transport_is_made_without_arguments():
    assert isinstance(EmbeddedTransport(), httpx.BaseTransport)
