"""What an admin may do about a member's second step, and who may not."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import (
    ASKS_ALL,
    assert_shippable,
    choose_hooli,
    give_app,
    joined,
    person,
    prove_by_app,
)
from tests.browser.steps import arrive, heading
from tests.browser.support import Complaints, Inbox

ADMIN_ROLE = ("stytch_admin",)


def test_an_admin_resets_a_members_second_step(
    page: Page, inbox: Inbox, backoffice: Backoffice, new_context: Callable[..., BrowserContext]
) -> None:
    """The member is out everywhere, told by mail, and sets up a new one (QUALITY 34, 42, 53)."""
    admin = person(backoffice, "Hooli", roles=ADMIN_ROLE, **ASKS_ALL)
    admins_app = give_app(backoffice, admin)
    member = joined(backoffice, admin.organization_id, f"m-{admin.email_address}")
    app = give_app(backoffice, member)
    theirs = new_context().new_page()
    prove_by_app(theirs, inbox, member, app)
    expect(heading(theirs)).to_have_text("You’re in Hooli")

    prove_by_app(page, inbox, admin, admins_app)
    page.get_by_role("link", name="Members").click()
    expect(heading(page)).to_have_text("Members")
    assert_shippable(page)
    page.get_by_role("link", name=f"Reset second step of {member.email_address}").click()
    expect(heading(page)).to_contain_text("Reset the second step of")
    assert_shippable(page)
    page.get_by_role("button", name="Reset second step").click()
    expect(page.get_by_text(f"The second step of {member.email_address} is reset.")).to_be_visible()

    theirs.goto("/security")
    expect(theirs.get_by_label("Work email")).to_be_visible()
    choose_hooli(theirs, inbox, member)
    expect(heading(theirs)).to_have_text("Hooli asks for a second step")
    subjects = [message["subject"] for message in inbox.messages(member.email_address)]
    assert any("app was removed" in each for each in subjects)


def test_an_admin_resets_nobody_of_another_organization(
    page: Page, inbox: Inbox, backoffice: Backoffice, complaints: Complaints
) -> None:
    """Nor does a member without the role reset anybody (QUALITY 53)."""
    complaints.expect("status of 40")
    admin = person(backoffice, "Hooli", roles=ADMIN_ROLE)
    elsewhere = person(backoffice, "Other")
    give_app(backoffice, elsewhere)
    arrive(page, inbox, admin.email_address, admin.organization_id)
    answer = page.goto(f"/members/{elsewhere.member_id}/reset")
    assert answer is not None
    assert answer.status == 404


def test_members_without_the_role_see_no_members(
    page: Page, inbox: Inbox, backoffice: Backoffice, complaints: Complaints
) -> None:
    """Neither the way there nor the page (QUALITY 53)."""
    complaints.expect("status of 403")
    who = person(backoffice, "Hooli")
    arrive(page, inbox, who.email_address, who.organization_id)
    expect(page.get_by_role("link", name="Members")).to_have_count(0)
    answer = page.goto("/members")
    assert answer is not None
    assert answer.status == 403


def test_who_is_removed_is_out_with_the_next_change(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    """No page of a change believes a cookie: the service is asked (QUALITY 42)."""
    who = person(backoffice, "Hooli")
    arrive(page, inbox, who.email_address, who.organization_id)
    backoffice.remove(who.organization_id, who.member_id)
    page.get_by_role("link", name="Security").click()
    expect(page.get_by_label("Work email")).to_be_visible()
