"""What a role doesn't reach is hidden, and refused to whoever tries it all the same."""

from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import person
from tests.browser.steps import heading, sign_in
from tests.browser.support import Complaints, Inbox, with_and_without_scripts
from tests.signing_in import MEMBER


@with_and_without_scripts
def test_a_document_is_written_changed_and_deleted(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    admin = person(backoffice, "Hooli", roles=("stytch_admin",))
    sign_in(page, inbox, admin.email_address)
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("link", name="New document").click()
    page.get_by_label("Title").fill("Plan")
    page.get_by_label("Text").fill("Buy a volcano.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Plan” is saved.")).to_be_visible()
    page.get_by_role("link", name="Edit Plan").click()
    page.get_by_label("Title").fill("Plan B")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Delete Plan B").click()
    expect(heading(page)).to_have_text("Delete “Plan B”?")
    page.get_by_role("button", name="Delete document").click()
    expect(page.get_by_text("“Plan B” is deleted.")).to_be_visible()
    expect(page.get_by_text("Nothing here yet")).to_be_visible()


@with_and_without_scripts
def test_what_a_viewer_may_not_is_hidden_and_refused(
    page: Page, inbox: Inbox, complaints: Complaints
) -> None:
    """(QUALITY 58)"""
    complaints.expect("status of 403")
    sign_in(page, inbox, MEMBER)
    page.get_by_role("link", name="Documents").click()
    welcome = page.get_by_role("link", name="Welcome to Acme", exact=True)
    whole = str(welcome.get_attribute("href"))
    for hidden in ("New document", "Edit Welcome to Acme", "Delete Welcome to Acme"):
        expect(page.get_by_role("link", name=hidden)).to_have_count(0)
    fields = {
        name: page.locator(f"input[name={name}]").first.input_value()
        for name in ("csrfmiddlewaretoken", "organization_id")
    }
    crafted = page.request.post(f"{whole}/delete", form=fields, headers={"Referer": page.url})
    assert crafted.status == 403
    page.goto(f"{whole}/delete")
    expect(heading(page)).to_have_text("This isn’t open to you")
    page.goto("/documents")
    expect(welcome).to_be_visible()


@with_and_without_scripts
def test_a_role_taken_away_while_the_page_is_open_is_refused_and_then_hidden(
    page: Page, inbox: Inbox, backoffice: Backoffice, complaints: Complaints, javascript: bool
) -> None:
    """With scripts the page stays and a note says so (QUALITY 57)."""
    complaints.expect("status of 403")
    admin = person(backoffice, "Hooli", roles=("stytch_admin",))
    sign_in(page, inbox, admin.email_address)
    page.goto("/documents/new")
    page.get_by_label("Title").fill("Plan")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Delete Plan").click()
    backoffice.give(admin.organization_id, admin.member_id, "editor")
    page.get_by_role("button", name="Delete document").click()
    refused = page.get_by_text("Your role here doesn’t allow that.")
    expect(
        refused if javascript else page.get_by_text("Your role here doesn’t reach")
    ).to_be_visible()
    page.goto("/documents")
    expect(page.get_by_role("link", name="Edit Plan")).to_be_visible()
    expect(page.get_by_role("link", name="Delete Plan")).to_have_count(0)
