"""The example app: what is hidden is refused too, and what is elsewhere's is not there."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from documents.models import Document
from identity.models import MemberSession, Organization
from tests import transports
from tests.documents.desk import ACTIONS, give, member_with, post, table, text, write
from tests.signing_in import ADMIN, MEMBER, asks_to_sign_in, sign_in, switch

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.postgres]

# Where each action is offered: the pages, and what offers it there.
LIST, WHOLE = "/documents", "/documents/{}"
OFFERED = {
    "create": ((LIST,), "New document"),
    "read": (("/",), ">Documents</a>"),
    "update": ((LIST, WHOLE), ">Edit<"),
    "delete": ((LIST, WHOLE), ">Delete<"),
}
WRITING = {"title": "Changed", "body": "New text"}


def address(action: str, document: Document) -> str:
    whole = f"/documents/{document.document_id}"
    return {"create": "/documents/new", "read": whole}.get(
        action, f"{whole}/{'edit' if action == 'update' else action}"
    )


def state() -> list[tuple[str, str]]:
    return sorted(Document.objects.values_list("document_id", "title"))


@pytest.mark.parametrize(
    ("role", "action"),
    list(product(("stytch_member", "viewer", "editor", "stytch_admin"), ACTIONS)),
)
def test_what_is_hidden_is_refused_and_what_is_offered_works(
    client: Client, role: str, action: str
) -> None:
    """One table, the project's policy, for both (QUALITY 58)"""
    allowed = action in table()[role]
    member_with(client, role)
    document = write(client)
    pages, offer = OFFERED[action]
    for page in pages:
        assert (offer in text(client, page.format(document.document_id))) is allowed
    before = state()
    path = address(action, document)
    assert client.get(path).status_code == (200 if allowed else 403)
    if action == "read":
        return
    answer = post(client, path, **WRITING)
    assert answer.status_code == (302 if allowed else 403)
    assert (state() != before) is allowed


def test_a_crafted_request_gets_a_no_that_leaves_the_page_alone(client: Client) -> None:
    member_with(client, "viewer")
    document = write(client)
    answer = client.post(
        address("delete", document),
        {"organization_id": document.organization_id},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 403
    assert answer["HX-Reswap"] == "none"
    assert "Your role here doesn’t allow that" in answer.content.decode()
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_role_taken_away_is_refused_at_once_where_the_service_decides(client: Client) -> None:
    """With a JWT that still tells of the role (QUALITY 57)"""
    member_with(client, "stytch_admin")
    document = write(client)
    assert client.get(address("delete", document)).status_code == 200
    give(MEMBER, "editor")
    answer = post(client, address("delete", document))
    assert answer.status_code == 403
    assert Document.objects.filter(pk=document.pk).exists()


def test_once_refused_it_is_offered_no_more(client: Client) -> None:
    member_with(client, "stytch_admin")
    document = write(client)
    give(MEMBER, "editor")
    assert ">Delete<" in text(client, "/documents")
    client.get(address("delete", document))
    page = text(client, "/documents")
    assert ">Delete<" not in page
    assert ">Edit<" in page


def test_a_session_that_was_ended_is_asked_to_sign_in_where_the_service_decides(
    client: Client,
) -> None:
    """And deletes nothing meanwhile (QUALITY 39)"""
    member_with(client, "stytch_admin")
    document = write(client)
    organization_id = document.organization_id
    MemberSession.objects.update(revoked_at=timezone.now())
    answer = client.post(address("delete", document), {"organization_id": organization_id})
    assert asks_to_sign_in(answer)
    assert not client.cookies["stytch_session"].value
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_service_that_is_busy_says_for_how_long(
    client: Client, through: Callable[[Any], Any]
) -> None:
    member_with(client, "stytch_admin")
    document = write(client)
    busy = transports.refusal(429, "too_many_requests", retry_after="7")
    busy.keys = through(transports.Counting())
    through(busy)
    answer = client.get(address("delete", document))
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")


def test_a_role_given_works_at_once_where_the_service_decides(client: Client) -> None:
    member_with(client, "viewer")
    document = write(client)
    give(MEMBER, "stytch_admin")
    assert post(client, address("delete", document)).status_code == 302
    assert not Document.objects.exists()


@pytest.mark.parametrize("minutes", [4, 5.5])
def test_a_role_taken_away_counts_until_the_jwt_is_renewed_where_the_app_decides(
    client: Client, time_machine: TimeMachineFixture, minutes: float
) -> None:
    """Five minutes, and what clocks may differ by, at most (QUALITY 57)"""
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    member_with(client, "editor")
    document = write(client)
    give(MEMBER)
    assert client.get(address("update", document)).status_code == 200
    time_machine.move_to(now + timedelta(minutes=minutes), tick=False)
    assert client.get(address("update", document)).status_code == (200 if minutes < 5 else 403)


def test_a_role_taken_away_is_gone_with_the_next_heartbeat(client: Client) -> None:
    """(QUALITY 57)"""
    member_with(client, "editor")
    document = write(client)
    give(MEMBER)
    client.cookies["stytch_session_jwt"] = ""  # as after the answer of a heartbeat
    assert client.get(address("update", document)).status_code == 403


def test_documents_of_another_organization_are_not_there(client: Client) -> None:
    """For an admin too, and by any way (QUALITY 53)"""
    sign_in(client, ADMIN)
    theirs = Document.objects.create(
        organization_id="organization-test-other",
        member_id="m",
        author="o@other.example",
        title="T",
    )
    assert "o@other.example" not in text(client, "/documents")
    for action in ("read", "update", "delete"):
        assert client.get(address(action, theirs)).status_code == 404
        if action != "read":
            assert post(client, address(action, theirs), **WRITING).status_code == 404
    assert state() == [(theirs.document_id, "T")]


def test_a_document_belongs_to_where_its_author_is(client: Client) -> None:
    """Whatever the form says (QUALITY 53)"""
    member_with(client, "editor")
    fields = {**WRITING, "member_id": "somebody", "author": "else@acme.example"}
    post(client, "/documents/new", **fields)
    document = Document.objects.get()
    assert document.author == MEMBER
    assert document.member_id != "somebody"
    page = text(client, f"/documents/{document.document_id}")
    assert "New text" in page
    assert MEMBER in page


def test_a_form_of_another_organization_writes_nothing(client: Client) -> None:
    """(QUALITY 54)"""
    member_with(client, "editor")
    answer = client.post("/documents/new", {"organization_id": "organization-test-2", **WRITING})
    assert answer.status_code == 409
    assert not Document.objects.exists()


def test_a_title_is_asked_for(client: Client) -> None:
    member_with(client, "editor")
    answer = post(client, "/documents/new", title=" ", body="Kept")
    assert answer.status_code == 200
    assert "Give the document a title." in answer.content.decode()
    assert "Kept" in answer.content.decode()
    assert not Document.objects.exists()


def test_an_empty_list_says_what_to_do(client: Client) -> None:
    member_with(client, "viewer")
    assert "Nobody has written anything so far." in text(client, "/documents")
    give(MEMBER, "editor")
    client.cookies["stytch_session_jwt"] = ""
    assert "The first document is yours to write." in text(client, "/documents")


def test_text_is_shown_and_never_run(client: Client) -> None:
    member_with(client, "editor")
    post(client, "/documents/new", title="<script>1</script>", body="<img src=x onerror=1>")
    page = text(client, f"/documents/{Document.objects.get().document_id}")
    assert "<script>1" not in page
    assert "<img" not in page


def test_in_another_organization_the_other_roles_count(client: Client) -> None:
    """(QUALITY 53, 56)"""
    sign_in(client, ADMIN)
    assert ">Documents</a>" in text(client, "/")
    Organization.objects.filter(organization_slug="globex").update(mfa_policy="OPTIONAL")
    switch(client, "Globex")
    assert ">Documents</a>" not in text(client, "/")
    assert client.get("/documents").status_code == 403


def test_in_an_outage_a_policy_at_hand_goes_on_and_strict_pages_wait(
    client: Client, through: Callable[[Any], Any]
) -> None:
    """(QUALITY 63)"""
    member_with(client, "stytch_admin")
    document = write(client)
    calls = through(transports.Counting())
    assert client.get("/documents").status_code == 200
    calls.inner = transports.Down()
    assert ">Delete<" in text(client, "/documents")
    assert post(client, address("delete", document)).status_code == 503
    assert Document.objects.exists()
    assert client.get("/documents").status_code == 200


def test_without_a_policy_nobody_gets_in_and_pages_still_work(
    client: Client, through: Callable[[Any], Any]
) -> None:
    """Fails closed, and signs nobody out (QUALITY 63, 64)"""
    member_with(client, "stytch_admin")
    through(transports.OnlyKeys())
    assert client.get("/documents").status_code == 503
    assert client.get("/documents/new").status_code == 503
    home = client.get("/")
    assert home.status_code == 200
    assert ">Documents</a>" not in home.content.decode()


def test_the_demo_has_something_to_read(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    call_command("demo_documents")
    before = state()
    call_command("demo_documents")
    assert state() == before
    sign_in(client, MEMBER)
    page = text(client, "/documents")
    assert "Welcome to Acme" in page
    assert "Relocation" not in page
    assert ">Delete<" not in page


def test_the_demo_needs_debug(settings: Settings) -> None:
    """(QUALITY 73)"""
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo_documents")
