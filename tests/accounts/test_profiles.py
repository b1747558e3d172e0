"""A member's name and metadata: shown, told to scripts, and read after one call at most."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import profiles, service
from accounts.client.entities import MemberSession
from accounts.client.tokens import Tokens
from accounts.stamps import UNKNOWN_END
from tests.signing_in import MEMBER, sign_in
from tests.transports import Counting

pytestmark = pytest.mark.usefixtures("demo")

AUTHENTICATE, FIND = "/v1/b2b/sessions/authenticate", "/member"


def session_of(client: Client) -> MemberSession:
    tokens = Tokens(client.cookies["stytch_session"].value, "", UNKNOWN_END)
    return service.identity().sessions.authenticate(tokens).session


def change(session: MemberSession, **fields: Any) -> None:
    whose = {"organization_id": session.organization_id, "member_id": session.member_id}
    service.identity().organizations.members.update(**whose, **fields)


def beat(client: Client) -> str:
    """With a JWT that is due: the service is asked."""
    client.post("/session/authenticate")
    return client.get("/").content.decode()


def test_a_page_shows_what_the_member_is_called(client: Client) -> None:
    sign_in(client, MEMBER)
    session = session_of(client)
    before = json.loads(client.get("/session", headers={"Accept": "application/json"}).content)
    change(session, name="Zoë O’Hara")
    page = beat(client)
    assert "Zoë O’Hara" in page
    assert "Member menu, Zoë O’Hara" in page
    after = json.loads(client.get("/session", headers={"Accept": "application/json"}).content)
    assert after["member"]["name"] == "Zoë O’Hara"
    assert before["member"]["name"] != after["member"]["name"]


def test_a_name_is_text(client: Client) -> None:
    sign_in(client, MEMBER)
    change(session_of(client), name="<b>Bold</b> & co")
    page = beat(client)
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; co" in page
    assert "<b>Bold" not in page


def test_metadata_costs_one_call_a_session(client: Client, through: Any) -> None:
    sign_in(client, MEMBER)
    session = session_of(client)
    change(session, untrusted_metadata={"theme": "dark"}, trusted_metadata={"plan": "pro"})
    cache.clear()
    counting = Counting()
    through(counting)
    first, second = profiles.of(session), profiles.of(session)
    assert first == second
    assert first.untrusted_metadata == {"theme": "dark"}
    assert first.trusted_metadata == {"plan": "pro"}
    assert [path.endswith(FIND) for path in counting.paths] == [True]


def test_every_answer_about_the_session_renews_it(client: Client, through: Any) -> None:
    sign_in(client, MEMBER)
    session = session_of(client)
    change(session, untrusted_metadata={"theme": "light"})
    beat(client)
    counting = Counting()
    through(counting)
    assert profiles.of(session).untrusted_metadata == {"theme": "light"}
    assert counting.paths == []
