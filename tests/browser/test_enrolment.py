"""An app or a phone set up on the way in, and used the next time."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import (
    ASKS_ALL,
    a_number,
    choose_hooli,
    enrol_app,
    give_code,
    person,
    prove_by_app,
)
from tests.browser.steps import heading
from tests.browser.support import Inbox, everywhere, with_and_without_scripts


@everywhere
def test_an_app_is_set_up_on_the_way_in(
    page: Page, inbox: Inbox, backoffice: Backoffice, new_context: Callable[..., BrowserContext]
) -> None:
    """And used the next time, with scripts and without (QUALITY 72)."""
    who = person(backoffice, "Hooli", **ASKS_ALL)
    choose_hooli(page, inbox, who)
    app = enrol_app(page)
    expect(heading(page)).to_have_text("You’re in Hooli")
    again = new_context().new_page()
    prove_by_app(again, inbox, who, app)
    expect(heading(again)).to_have_text("You’re in Hooli")


@with_and_without_scripts
def test_a_phone_is_set_up_on_the_way_in(
    page: Page, inbox: Inbox, backoffice: Backoffice, new_context: Callable[..., BrowserContext]
) -> None:
    """A mistyped number can be changed; the next sign-in texts by itself, once (QUALITY 29)."""
    who = person(backoffice, "Hooli", **ASKS_ALL)
    choose_hooli(page, inbox, who)
    page.get_by_role("link", name="Text messages").click()
    give_code(page, "0201 555", button="Text me a code")
    expect(page.get_by_text("Begin with + and the country code")).to_be_visible()
    mistyped, number = a_number(), a_number()
    give_code(page, mistyped, button="Text me a code")
    page.get_by_role("link", name="Change it").click()
    give_code(page, number, button="Text me a code")
    expect(page.get_by_text(f"ending in {number[-4:]}")).to_be_visible()
    give_code(page, inbox.code(number))
    expect(heading(page)).to_have_text("You’re in Hooli")

    again = new_context().new_page()
    choose_hooli(again, inbox, who)
    expect(heading(again)).to_have_text("Check your phone")
    again.reload()
    assert len(inbox.messages(number)) == 2
    give_code(again, inbox.code(number))
    expect(heading(again)).to_have_text("You’re in Hooli")


def test_nobody_without_a_step_has_a_text_sent(page: Page) -> None:
    """The pages of the second step lead strangers to the sign-in (QUALITY 29)."""
    for path in ["", "/sms", "/phone", "/app", "/choose", "/recovery"]:
        page.goto(f"/second-factor{path}")
        expect(page.get_by_label("Work email")).to_be_visible()
