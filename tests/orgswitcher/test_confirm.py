"""Who came in by an organization's own sign-in sees that one alone, and how to see the rest."""

import pytest
from django.test import Client

from tests.providing import sso_of, through as by_way_of
from tests.signing_in import ADMIN, MEMBER, here, newest_code, sign_in

pytestmark = pytest.mark.usefixtures("demo", "provider")

SAYS = "Confirm your address to see your other organizations"


def enter(client: Client) -> None:
    """As the admin, who is a member of Acme and Globex too, by Initech's own provider."""
    by_way_of(client, sso_of(client, "/o/initech/login"))


def test_the_switcher_says_why_there_is_one_alone(client: Client) -> None:
    enter(client)
    page = client.get("/switch").content.decode()
    assert "You came in by Initech’s sign-in." in page
    assert SAYS in page
    assert "Acme" not in page
    panel = client.get("/switch", headers={"HX-Request": "true"}).content.decode()
    assert SAYS in panel


def test_its_button_leads_to_the_others(client: Client) -> None:
    """By a code, mailed to the member's own address whatever is posted."""
    enter(client)
    fields = {"organization_id": here(client), "email_address": MEMBER}
    assert client.post("/switch/proof", fields)["Location"] == "/login/code"
    answer = client.post("/login/code", {"code": newest_code(ADMIN)})
    assert answer["Location"] == "/organizations"
    page = client.get("/organizations").content.decode()
    for name in ("Acme", "Globex", "Initech"):
        assert name in page


def test_who_has_proven_the_mailbox_is_told_nothing(client: Client) -> None:
    sign_in(client, ADMIN)
    assert SAYS not in client.get("/switch").content.decode()
    other = Client()
    sign_in(other, MEMBER)  # of one organization alone
    assert SAYS not in other.get("/switch").content.decode()


def test_a_stale_page_mails_nobody(client: Client) -> None:
    enter(client)
    answer = client.post("/switch/proof", {"organization_id": "organization-test-other"})
    assert answer.status_code == 409
