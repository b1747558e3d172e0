"""What pages compare to know whether anything about the session has changed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import explanation
from accounts.client.entities import MemberSession
from accounts.service import identity
from accounts.takeover import verified
from tests.signing_in import MEMBER, sign_in

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def member(client: Client) -> MemberSession:
    sign_in(client, MEMBER)
    return verified(client.cookies["stytch_session"].value).session


def test_the_service_and_the_jwt_say_the_same(client: Client, member: MemberSession) -> None:
    """Or each renewal would look like a change to every tab."""
    jwt = client.cookies["stytch_session_jwt"].value
    assert explanation.version(identity().sessions.verify_jwt(jwt)) == explanation.version(member)


@pytest.mark.parametrize(
    "change",
    [
        {"member_session_id": "another"},
        {"organization_id": "another"},
        {"roles": ("stytch_member", "stytch_admin")},
        {"custom_claims": {"plan": "pro"}},
        {"factors": ()},
        {"expires_at": timezone.now() + timedelta(hours=9)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_is_another_version(
    member: MemberSession, change: dict[str, object]
) -> None:
    assert explanation.version(replace(member, **change)) != explanation.version(member)


def test_being_seen_is_no_change(member: MemberSession) -> None:
    seen = replace(member, last_accessed_at=timezone.now() + timedelta(minutes=1), issued_at=None)
    assert explanation.version(seen) == explanation.version(member)


def test_page_and_heartbeat_agree_before_and_after_a_renewal(client: Client) -> None:
    sign_in(client, MEMBER)
    before = versions(client)
    with time_machine.travel(timezone.now() + timedelta(seconds=200), tick=False):
        beat = client.post("/session/refresh", headers={"HX-Request": "true"}).content.decode()
        after = versions(client)
    assert len(before | after | {version(beat)}) == 1


def versions(client: Client) -> set[str]:
    return set(re.findall(r'data-version="(\w+)"', client.get("/").content.decode()))


def version(html: str) -> str:
    found = re.search(r'data-version="(\w+)"', html)
    assert found
    return found[1]
