"""How organizations are put into words: memberships times requirements, without a database."""

import pytest

from accounts.client.entities import DiscoveredOrganization, Member, MfaOptions, Organization
from orgswitcher import choices

ACME = Organization("organization-test-1", "Acme", "acme")


@pytest.mark.parametrize(
    ("membership", "standing", "act"),
    [
        ("active_member", "Member", ""),
        ("pending_member", "You began to join and didn’t finish", "Finish"),
        ("invited_member", "You’re invited", "Accept"),
        ("eligible_to_join_by_email_domain", "Open to umbrella.example addresses", "Join"),
        ("eligible_to_join_by_oauth_tenant", "Open to people of your workspace", "Join"),
    ],
)
def test_every_membership_looks_different(membership: str, standing: str, act: str) -> None:
    choice = described(membership=membership)
    assert (choice.standing, choice.act) == (standing, act)
    assert choice.is_joined == (membership == "active_member")


def test_an_admin_is_called_one() -> None:
    admin = Member("member-test-1", ACME.organization_id, "a@acme.example", is_admin=True)
    assert described(member=admin).standing == "Admin"


def test_a_membership_by_the_organization_s_word_alone_says_whose_word_it_is() -> None:
    choice = described(is_unconfirmed=True)
    assert (choice.standing, choice.act) == ("Acme says you’re a member", "Join")
    assert not choice.is_joined


def test_nothing_missing_asks_nothing() -> None:
    assert described(member_authenticated=True).requirement == ""


def test_a_missing_second_step_is_said() -> None:
    assert described(mfa=MfaOptions()).requirement == "Will ask for a second step"


PROOFS = ("sso", "microsoft_oauth", "email_otp", "magic_link", "google_oauth")
EVERYTHING = (*PROOFS, "password", "slack_oauth", "github_oauth", "hubspot_oauth")
CONFIRM = "Confirm your address to go on"


@pytest.mark.parametrize(
    ("accepts", "asks", "said"),
    [
        # What lacks is a proof of the address, and not another way in.
        (None, PROOFS, CONFIRM),
        (None, ("email_otp", "google_oauth"), CONFIRM),
        (("slack_oauth", "google_oauth"), ("google_oauth",), CONFIRM),
        (("microsoft_oauth",), ("email_otp", "magic_link"), CONFIRM),
        (("sso",), PROOFS, CONFIRM),  # of who may use any way, whatever the rule
        # It accepts nothing else.
        (("sso", "google_oauth"), ("sso", "google_oauth"), "Signs in with Google or SSO only"),
        (("slack_oauth",), ("slack_oauth",), "Signs in with Slack only"),
        # Nothing that was shown counts there, and anything would.
        (None, EVERYTHING, "Will ask you to sign in there"),
        (None, (), "No way in for you; ask its administrator"),
        (("slack_oauth",), (), "No way in for you; ask its administrator"),
    ],
)
def test_what_is_missing_is_said_as_what_it_is(
    accepts: tuple[str, ...] | None, asks: tuple[str, ...], said: str
) -> None:
    rules = {"auth_methods": "RESTRICTED", "allowed_auth_methods": accepts} if accepts else {}
    organization = Organization("organization-test-1", "Acme", "acme", **rules)
    found = DiscoveredOrganization(organization, "active_member", allowed_auth_methods=asks)
    assert choices.describe(found, email_address="a@b.example").requirement == said


def test_lists_are_in_order_of_names() -> None:
    named = [
        DiscoveredOrganization(Organization(f"o-{name}", name, name), "active_member")
        for name in ("zeta", "Acme", "beta")
    ]
    rows = choices.describe_all(named, email_address="a@b.example")
    assert [row.name for row in rows] == ["Acme", "beta", "zeta"]


@pytest.mark.parametrize(("wanted", "found"), [("", 1), ("CM", 1), (" acme ", 1), ("globex", 0)])
def test_a_filter_looks_into_name_and_short_name(wanted: str, found: int) -> None:
    assert len(choices.matching([described()], wanted)) == found


def described(**more) -> choices.Choice:
    discovered = DiscoveredOrganization(ACME, **{"membership": "active_member", **more})
    return choices.describe(discovered, email_address="someone@umbrella.example")
