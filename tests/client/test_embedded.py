"""EmbeddedTransport: the same answers as over the network, without Django noticing a request."""

import json
import logging

import httpx
import pytest
from django.core import signals
from django.db import connection, transaction
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path

from accounts import service
from accounts.client.errors import Rejected, Unavailable
from project.embedded import EmbeddedTransport
from tests.transports import dotted_path


def seen(request, **kwargs):
    """A view that says what it was sent."""
    return JsonResponse(
        {
            **kwargs,
            "method": request.method,
            "path": request.path,
            "query": dict(request.GET.lists()),
            "body": request.body.decode(),
            "headers": dict(request.headers),
            "scheme": request.scheme,
            "host": request.get_host(),
            "peer": request.META["REMOTE_ADDR"],
            "route": request.resolver_match.route,
        },
        status=202,
        headers={"Retry-After": "7"},
    )


def broken(request):
    raise LookupError(request.headers["Authorization"])


def quits(request):
    raise KeyboardInterrupt


def streams(request):
    return StreamingHttpResponse([b"one", b"two"])


def answers_nothing(request):
    return None


urlpatterns = [
    path("things/<str:name>", seen),
    path("broken", broken),
    path("quits", quits),
    path("streams", streams),
    path("nothing", answers_nothing),
    path("b2b/otps/email/discovery/send", broken),
]


@pytest.fixture
def http():
    """A client whose embedded transport serves this module's urlpatterns instead of identity's."""
    return httpx.Client(transport=EmbeddedTransport(__name__), base_url="http://localhost:8123/v1")


def test_a_view_sees_what_was_sent(http):
    response = http.post(
        "/things/a%2Bb%20%C3%A4",
        params={"q": ["1", "ü&"]},
        json={"name": "Ädä"},
        headers={"X-Foyer-Client-IP": "203.0.113.9"},
    )
    assert (response.status_code, response.headers["Retry-After"]) == (202, "7")
    said = response.json()
    assert said["name"] == "a+b ä"
    assert (said["method"], said["query"]) == ("POST", {"q": ["1", "ü&"]})
    assert json.loads(said["body"]) == {"name": "Ädä"}
    assert said["headers"]["Content-Type"] == "application/json"
    assert said["headers"]["X-Foyer-Client-Ip"] == "203.0.113.9"
    assert (said["scheme"], said["host"]) == ("http", "localhost:8123")
    assert said["peer"] == "127.0.0.1"
    assert said["route"] == "v1/things/<str:name>"


def test_a_call_without_a_body_has_none(http):
    assert http.get("/things/x").json()["body"] == ""
    assert http.delete("/things/x").json()["method"] == "DELETE"


@pytest.mark.parametrize("target", ["/broken", "/nothing", "/streams", "/no-such-thing"])
def test_a_bug_is_a_500_answer(http, target, caplog):
    """As a remote service would have it; never an exception in the page (QUALITY 68)."""
    response = http.get(target)
    assert (response.status_code, response.content) == (500, b"")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_bug_is_logged_with_its_stack_and_without_its_words(http, caplog):
    http.get("/broken", headers={"Authorization": "hush"})
    assert "LookupError" in caplog.text
    assert "in broken" in caplog.text
    assert "hush" not in caplog.text


def test_ending_the_process_is_not_taken_for_a_bug(http):
    with pytest.raises(KeyboardInterrupt):
        http.get("/quits")


def test_a_bug_in_the_service_is_unavailable_to_the_pages(settings):
    settings.IDENTITY_TRANSPORT = dotted_path(EmbeddedTransport(__name__))
    with pytest.raises(Unavailable):
        service.identity().factors.send_discovery_code("ada@acme.example")


def test_no_request_signal_is_fired(http):
    """They close the connection of the request being served."""
    fired = []

    def listen(sender, **kwargs):
        fired.append(sender)

    heard = (signals.request_started, signals.request_finished, signals.got_request_exception)
    for signal in heard:
        signal.connect(listen)
    try:
        http.get("/things/x")
        http.get("/broken")
    finally:
        for signal in heard:
            signal.disconnect(listen)
    assert fired == []


@pytest.mark.django_db
def test_the_connection_and_its_transaction_live_on():
    """The page's own, mid-flight."""
    before = connection.connection
    with transaction.atomic():
        with pytest.raises(Rejected):
            service.identity().organizations.get("organization-test-unknown")
        assert connection.connection is before
        assert connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_the_real_service_answers_with_its_envelope():
    with pytest.raises(Rejected) as no:
        service.identity().organizations.get("organization-test-unknown")
    assert (no.value.status_code, no.value.error_type) == (404, "organization_not_found")
    assert no.value.request_id.startswith("request-id-test-")


@pytest.mark.django_db
def test_ids_with_odd_characters_reach_the_service_whole():
    for odd in ("..", ".", "a/b", "ä b", "%2e"):
        with pytest.raises(Rejected) as no:
            service.identity().organizations.get(odd)
        assert no.value.status_code in {400, 404}


@pytest.mark.django_db
def test_a_wrong_secret_is_a_clear_no(settings):
    settings.IDENTITY_TRANSPORT = "project.embedded.EmbeddedTransport"
    settings.IDENTITY_SECRET = "secret-test-right"
    client = service.identity()
    settings.IDENTITY_SECRET = "secret-test-changed-meanwhile"
    with pytest.raises(Rejected) as no:
        client.organizations.get("acme")
    assert (no.value.status_code, no.value.error_type) == (401, "unauthorized_credentials")


@pytest.mark.django_db
def test_an_organization_and_its_members_live_through_the_real_service():
    organizations = service.identity().organizations
    acme = organizations.create("Acme", organization_slug="acme", mfa_policy="OPTIONAL")
    assert organizations.get("acme") == organizations.get(acme.organization_id)
    changed = organizations.update(acme.organization_id, organization_name="Acme Ltd")
    assert (changed.name, changed.slug) == ("Acme Ltd", "acme")
    assert [o.slug for o in organizations.search({"organization_slugs": ["acme"]}).items] == [
        "acme"
    ]

    members = organizations.members
    ada = members.create(
        organization_id=acme.organization_id, email_address="ada@acme.example", name="Ada"
    )
    where = {"organization_id": acme.organization_id}
    assert members.get(**where, email_address="ada@acme.example") == ada
    assert members.get(**where, member_id=ada.member_id) == ada
    assert members.update(**where, member_id=ada.member_id, name="Ada L.").name == "Ada L."
    found = members.search([acme.organization_id], {"member_emails": ["ada@acme.example"]})
    assert [member.member_id for member in found.items] == [ada.member_id]
    assert found.total == 1
    members.delete(**where, member_id=ada.member_id)
    organizations.delete(acme.organization_id)
    with pytest.raises(Rejected):
        organizations.get(acme.organization_id)
