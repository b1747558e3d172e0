"""Pages for what comes otherwise than it was asked for, or is refused; see `places`."""

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.factors import at_provider
from tests.browser.places import LONG, Place, Visitor, at, code
from tests.signing_in import ADMIN, MEMBER

Act = Callable[[Page], None]
AS_ADMIN = f"Continue as {ADMIN}"
FEW = 3  # mails to other addresses that a browser keeps in mind; see accounts.views.waiting


def long_address() -> str:
    return f"{'karl-friedrich-' * 4}{uuid4().hex[:4]}@{'sub-' * 12}domain.example"


def press_link(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(steps.heading(page)).to_have_text("That’s for another address")


def came_back_as_another(visitor: Visitor) -> Page:
    page = visitor.stranger()
    steps.ask_for_code(page, ADMIN)
    steps.ask_for_link(visitor.stranger(), MEMBER)
    press_link(page, visitor.inbox.link(MEMBER))
    return page


def invited_as_another(visitor: Visitor) -> Page:
    """While signed in, with names and addresses as long as they come."""
    here, there = long_address(), long_address()
    organization = visitor.backoffice.organization(LONG)
    visitor.backoffice.member(organization, here)
    page = visitor.stranger()
    steps.arrive(page, visitor.inbox, here, organization)
    visitor.backoffice.invite(organization, there, to=f"{visitor.inbox.url}/authenticate")
    press_link(page, visitor.inbox.link(there))
    return page


def code_of_another_step(visitor: Visitor) -> Page:
    """The page was left open while other tabs asked for others' codes."""
    page = visitor.stranger()
    steps.ask_for_code(page, long_address())
    other = page.context.new_page()
    for _ in range(FEW + 1):
        steps.ask_for_code(other, long_address())
    steps.enter_code(page, "123456")
    expect(page.get_by_text("the code you typed wasn’t tried")).to_be_visible()
    return page


def under(told: str, place: Place, act: Act) -> Place:
    """What is done there meets that weather, which is fair again when the answer is there."""

    def go(visitor: Visitor) -> Page:
        visitor.complaints.expect("status of 4")
        page, weather = place(visitor), visitor.stranger()
        tell(weather, told)
        try:
            act(page)
        finally:
            tell(weather, "")
        return page

    return go


def tell(page: Page, told: str) -> None:
    page.goto("/dev/weather/")
    page.get_by_label("Or in your own words").fill(told)
    page.get_by_role("button", name="Set the weather").click()
    expect(page.get_by_label("Or in your own words")).to_have_value(told)


def look_at_security(page: Page) -> None:
    page.get_by_role("link", name="Security").click()
    expect(steps.heading(page)).not_to_contain_text("You’re in")


def ask_for_mail(page: Page) -> None:
    page.get_by_label("Work email").fill(long_address())
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("Too many tries for now.")).to_be_visible()


def try_a_code(page: Page) -> None:
    steps.enter_code(page, "123456")
    expect(page.get_by_text("Too many tries for now.")).to_be_visible()


def provider_refused(error: str, *, signed_in: bool = False) -> Place:
    """As the service sends the browser back, in the word for whose move it is."""

    def go(visitor: Visitor) -> Page:
        page = visitor.member() if signed_in else visitor.stranger()
        page.goto(f"/authenticate?stytch_token_type=oauth&error={error}")
        expect(steps.heading(page)).to_have_text("That didn’t sign you in")
        return page

    return go


def came_in_by_sso(visitor: Visitor) -> Page:
    page = visitor.stranger()
    page.goto("/o/initech/login")
    page.get_by_role("button", name="Continue with Initech SSO").click()
    at_provider(page, AS_ADMIN)
    expect(steps.heading(page)).to_have_text("You’re in Initech")
    return page


def panel_by_sso(visitor: Visitor) -> Page:
    page = came_in_by_sso(visitor)
    steps.open_switcher(page)
    expect(page.get_by_text("You came in by")).to_be_visible()
    return page


def switch_by_sso(visitor: Visitor) -> Page:
    page = came_in_by_sso(visitor)
    page.goto("/switch")
    expect(page.get_by_text("You came in by")).to_be_visible()
    return page


UNEXPECTED: dict[str, Place] = {
    "came back as another": came_back_as_another,
    "invited as another, long names": invited_as_another,
    "code of another step": code_of_another_step,
    "login, busy": under("429", at("/login", signed_in=False), ask_for_mail),
    "code, busy": under("429", code, try_a_code),
    "security, busy": under("429", Visitor.member, look_at_security),
    "security, not here": under("403", Visitor.member, look_at_security),
    "provider, not given": provider_refused("access_denied"),
    "provider, set up wrongly": provider_refused("provider_misconfigured", signed_in=True),
    "switch, came in by single sign-on": switch_by_sso,
    "panel, came in by single sign-on": panel_by_sso,
}
