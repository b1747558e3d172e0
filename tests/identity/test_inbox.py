"""The development inbox: everything that was mailed, with DEBUG only."""

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from identity.models import InboxMessage
from tests.identity import post
from tests.identity.api import Api

ADA = "ada@acme.example"
SEND = "/b2b/otps/email/discovery/send"
PATHS = ["/dev/inbox/", "/dev/inbox/messages.json", "/dev/inbox/1.html"]


@pytest.fixture
def api(db: None, settings: Settings) -> Api:
    settings.DEBUG = True
    settings.INBOX_RELAY = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "identity.inbox.backend.Inbox"
    return Api()


def messages(client: Client, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/dev/inbox/messages.json", query).json()
    return found


def send_link(api: Api) -> None:
    api.post("/b2b/magic_links/email/discovery/send", email_address=ADA)


def test_the_json_has_everything_newest_first(api: Api, client: Client) -> None:
    api.post(SEND, email_address=ADA)
    send_link(api)
    link, code = messages(client, to=ADA)
    fields = {"id", "channel", "to", "subject", "text", "html", "code", "link", "sent_at"}
    assert set(link) == set(code) == fields
    assert (code["channel"], code["to"], code["link"]) == ("email", ADA, "")
    assert code["code"] in code["text"]
    assert code["code"] in code["html"]
    assert (link["code"], link["link"]) == ("", post.link(ADA))
    assert link["sent_at"] >= code["sent_at"]


def test_a_mail_of_the_app_itself_is_there_too(api: Api, client: Client) -> None:
    """Whichever room sends it: the one about a new browser is not the service's."""
    message = EmailMultiAlternatives("New", f"Open http://testserver/a?b=c now.\n{ADA}", to=[ADA])
    message.attach_alternative("<p>Open it</p>", "text/html")
    message.send()
    (kept,) = messages(client, to=ADA)
    assert (kept["subject"], kept["html"]) == ("New", "<p>Open it</p>")
    assert (kept["code"], kept["link"]) == ("", "http://testserver/a?b=c")


def test_what_was_not_taken_is_not_kept(api: Api, settings: Settings) -> None:
    settings.INBOX_RELAY = "tests.identity.backends.Unreachable"
    api.post(SEND, email_address=ADA)
    assert not InboxMessage.objects.exists()


def test_the_json_is_of_one_address_or_of_all(api: Api, client: Client) -> None:
    for address in (ADA, "bo@acme.example"):
        api.post(SEND, email_address=address)
    assert [each["to"] for each in messages(client, to=" Ada@ACME.example ")] == [ADA]
    assert len(messages(client)) == 2
    assert messages(client, to="nobody@acme.example") == []


def test_the_page_shows_code_and_link_to_copy(api: Api, client: Client) -> None:
    api.post(SEND, email_address=ADA)
    send_link(api)
    page = client.get("/dev/inbox/").content.decode()
    newest, oldest = messages(client)
    assert f'value="{oldest["code"]}" readonly' in page
    assert f'href="{newest["link"].replace("&", "&amp;")}"' in page
    assert "<script>" not in page
    assert "style=" not in page


def test_the_page_is_for_one_address_when_asked(api: Api, client: Client) -> None:
    for address in (ADA, "bo@acme.example"):
        api.post(SEND, email_address=address)
    page = client.get("/dev/inbox/", {"to": ADA}).content.decode()
    assert "To ada@acme.example" in page
    assert "To bo@acme.example" not in page


def test_an_empty_inbox_says_what_to_do(api: Api, client: Client) -> None:
    assert "No mail yet" in client.get("/dev/inbox/").content.decode()


def test_polling_moves_nothing_until_there_is_something_new(api: Api, client: Client) -> None:
    api.post(SEND, email_address=ADA)
    newest = InboxMessage.objects.get().pk
    poll = {"HX-Request": "true"}
    assert client.get("/dev/inbox/", {"newest": newest}, headers=poll).status_code == 204
    api.post(SEND, email_address=ADA)
    response = client.get("/dev/inbox/", {"newest": newest}, headers=poll)
    assert response.content.decode().strip().startswith("<section")
    assert response["Vary"] == "HX-Request"


def test_a_mail_is_shown_where_it_can_do_nothing(api: Api, client: Client) -> None:
    api.post(SEND, email_address=ADA)
    response = client.get(f"/dev/inbox/{InboxMessage.objects.get().pk}.html")
    assert "<h1" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy


def test_what_people_chose_is_escaped(api: Api, client: Client) -> None:
    api.organization("<script>alert(1)</script>", email_invites="ALL_ALLOWED")
    api.post(
        "/b2b/magic_links/email/invite",
        organization_id=api.organization("<script>alert(2)</script>")["organization_id"],
        email_address=ADA,
    )
    assert "<script>alert" not in client.get("/dev/inbox/").content.decode()
    assert "<script>alert" not in messages(client)[0]["html"]


@pytest.mark.parametrize("path", PATHS)
def test_without_debug_there_is_no_inbox(
    api: Api, client: Client, settings: Settings, path: str
) -> None:
    """(QUALITY 73): even where the URLconf was read with DEBUG."""
    InboxMessage.objects.create(pk=1, channel="email", to=ADA, text="", sent_at="2026-01-01T00:00Z")
    assert client.get(path).status_code == 200
    settings.DEBUG = False
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_it_can_only_be_read(api: Api, client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
