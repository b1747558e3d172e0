"""Every page, panel and dialog there is, and how a person gets there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.template.loader import render_to_string
from playwright.sync_api import BrowserContext, Page, Route, expect

from project.environment import BASE_DIR
from tests.browser import steps
from tests.browser.backoffice import Backoffice
from tests.browser.factors import give_app, person
from tests.browser.support import Complaints, Inbox
from tests.signing_in import ADMIN, MEMBER

HEARD = """state => document.dispatchEvent(new CustomEvent("session:heard", {
    detail: { ...document.getElementById("heartbeat").dataset, ...state }
}))"""
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwen und Söhne (International) Holding"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Goes to places; `remembered` are the cookies of those who signed in before."""

    open_context: Callable[..., BrowserContext]
    inbox: Inbox
    backoffice: Backoffice
    complaints: Complaints
    remembered: dict[str, Any]

    def stranger(self) -> Page:
        return self.open_context().new_page()

    def proven(self, address: str) -> Page:
        page = self.stranger()
        steps.prove(page, self.inbox, address)
        return page

    def member(self, address: str = MEMBER, organization: str = "Acme") -> Page:
        if address not in self.remembered:
            page = self.stranger()
            steps.arrive(page, self.inbox, address, organization.lower())
            self.remembered[address] = page.context.storage_state()
        page = self.open_context(storage_state=self.remembered[address]).new_page()
        page.goto("/")
        return page


Place = Callable[[Visitor], Page]


def at(path: str, *, signed_in: bool = True) -> Place:
    def go(visitor: Visitor) -> Page:
        page = visitor.member(ADMIN, "Acme") if signed_in else visitor.stranger()
        visitor.complaints.expect("status of 40")
        page.goto(path)
        return page

    return go


def address_mistyped(visitor: Visitor) -> Page:
    page = visitor.stranger()
    page.goto("/login")
    page.get_by_label("Work email").fill("nobody")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("That doesn’t look like an email address.")).to_be_visible()
    return page


def code(visitor: Visitor) -> Page:
    page = visitor.stranger()
    steps.ask_for_code(page, MEMBER)
    return page


def code_mistyped(visitor: Visitor) -> Page:
    page = code(visitor)
    steps.enter_code(page, "000")
    expect(page.get_by_text("The code has six digits.")).to_be_visible()
    return page


def link_sent(visitor: Visitor) -> Page:
    page = visitor.stranger()
    steps.ask_for_link(page, MEMBER)
    return page


def link_elsewhere(visitor: Visitor) -> Page:
    link_sent(visitor)
    page = visitor.stranger()
    page.goto(visitor.inbox.link(MEMBER))
    return page


def link_while_signed_in(visitor: Visitor) -> Page:
    link_sent(visitor)
    page = visitor.member(ADMIN, "Acme")
    page.goto(visitor.inbox.link(MEMBER))
    return page


def link_used(visitor: Visitor) -> Page:
    visitor.complaints.expect("status of 410")
    page = link_sent(visitor)
    used = visitor.inbox.link(MEMBER)
    page.goto(used)
    expect(steps.heading(page)).to_contain_text("You’re in")
    steps.sign_out(page)
    page.goto(used)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(steps.heading(page)).to_have_text("This link doesn’t work any more")
    return page


def choice(visitor: Visitor, address: str = ADMIN) -> Page:
    page = visitor.proven(address)
    expect(steps.heading(page)).to_have_text("Choose an organization")
    return page


def choice_to_join(visitor: Visitor) -> Page:
    return choice(visitor, f"{uuid4().hex[:12]}@umbrella.example")


def founding(visitor: Visitor) -> Page:
    page = visitor.proven(f"{uuid4().hex[:12]}@nowhere.example")
    expect(steps.heading(page)).to_have_text("Create an organization")
    return page


def founding_mistyped(visitor: Visitor) -> Page:
    page = founding(visitor)
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_label("Short name").fill("acme")
    page.get_by_role("button", name="Create organization").click()
    expect(page.get_by_text("Give the organization a name.")).to_be_visible()
    return page


def long_names(visitor: Visitor) -> Page:
    """Of somebody whose address is as long as their organizations' names."""
    address = f"{'karl-friedrich-' * 4}{uuid4().hex[:4]}@{'sub-' * 12}domain.example"
    for name in (LONG, f"Another {LONG}"):
        visitor.backoffice.member(visitor.backoffice.organization(name), address)
    return choice(visitor, address)


def long_names_at_home(visitor: Visitor) -> Page:
    page = long_names(visitor)
    steps.row(page, "Another").click()
    expect(steps.heading(page)).to_contain_text("You’re in Another")
    return page


def long_names_in_the_panel(visitor: Visitor) -> Page:
    page = long_names_at_home(visitor)
    steps.open_switcher(page)
    return page


def member_menu(visitor: Visitor) -> Page:
    page = visitor.member()
    page.get_by_role("button", name="Member menu").click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    return page


def panel(visitor: Visitor) -> Page:
    page = visitor.member(ADMIN, "Acme")
    steps.open_switcher(page)
    return page


def step_beside(organization: str) -> Place:
    """The page where an organization asks for more than the session has."""

    def go(visitor: Visitor) -> Page:
        page = panel(visitor)
        steps.row(page, organization).click()
        expect(steps.heading(page)).to_contain_text(organization)
        return page

    return go


def step_unfinished(visitor: Visitor) -> Page:
    page = step_beside("Globex")(visitor)
    page.goto("/")
    expect(page.get_by_text("You were on your way to Globex.")).to_be_visible()
    return page


def gate(visitor: Visitor) -> Page:
    """Of a member with an app, whose session has not shown it."""
    who = person(visitor.backoffice, LONG)
    page = visitor.stranger()
    steps.sign_in(page, visitor.inbox, who.email_address)
    give_app(visitor.backoffice, who)
    page.goto("/security")
    page.get_by_role("button", name="Ask every time").click()
    expect(page.get_by_role("dialog", name="Prove that it’s you")).to_be_visible()
    return page


def not_finished(visitor: Visitor) -> Page:
    """What the gate held was touched, and comes back without scripts."""
    visitor.complaints.expect("status of 409")
    page = gate(visitor)
    page.evaluate("""() => {
        const form = document.querySelector("#gate form[action$=verify]");
        form.elements.held.value = "x";
        form.submit();
    }""")
    expect(steps.heading(page)).to_have_text("Nothing was done")
    return page


def ended(visitor: Visitor) -> Page:
    visitor.complaints.expect("session/refresh")
    page = visitor.stranger()
    steps.arrive(page, visitor.inbox, MEMBER)
    other = page.context.new_page()
    other.goto("/")
    steps.sign_out(other)
    expect(page.get_by_role("dialog", name="You’ve been signed out")).to_be_visible()
    return page


def ending(kind: str) -> Place:
    """Soon signed out, as a beat would say it that came at the right time."""

    def go(visitor: Visitor) -> Page:
        page = visitor.member()
        page.evaluate(HEARD, {"left": "100", "kind": kind})
        expect(page.get_by_role("alertdialog", name="You’ll be signed out soon")).to_be_visible()
        return page

    return go


def failed(visitor: Visitor) -> Page:
    """A request that got no answer: a note over the page."""
    visitor.complaints.expect("ERR_FAILED", "Failed to fetch", "fetch")
    page = visitor.member(ADMIN, "Acme")
    page.route("**/switch", lambda route: route.abort())
    page.get_by_role("link", name="switch organization").click()
    expect(page.get_by_text("That didn’t go through.")).to_be_visible()
    return page


def hydration_refused(visitor: Visitor) -> Page:
    visitor.complaints.expect("status of 400")
    page = visitor.stranger()
    page.goto("/session/hydrate")
    page.get_by_label("Session token").fill("half of it")
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_text("That isn’t a session token.")).to_be_visible()
    return page


def no_documents(visitor: Visitor) -> Page:
    page = visitor.stranger()
    who = person(visitor.backoffice, LONG, roles=("stytch_admin",))
    steps.sign_in(page, visitor.inbox, who.email_address)
    page.get_by_role("link", name="Documents").click()
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    return page


def a_document(link: str) -> Place:
    def go(visitor: Visitor) -> Page:
        page = at("/documents")(visitor)
        page.get_by_role("link", name=link, exact=True).click()
        expect(steps.heading(page)).to_contain_text("Welcome to Acme")
        return page

    return go


def document_mistyped(visitor: Visitor) -> Page:
    page = at("/documents/new")(visitor)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Give the document a title.")).to_be_visible()
    return page


def error(template: str) -> Place:
    """A page for what can't be brought about on purpose, as the app renders it."""

    def serve(route: Route) -> None:
        context = {"organization_name": "Acme", "retry_after": 90, "fields": [("a", "b")]}
        text = render_to_string(f"errors/{template}", context)
        route.fulfill(body=text, content_type="text/html")

    def go(visitor: Visitor) -> Page:
        page = visitor.stranger()
        page.route("**/shown-here", serve)
        page.goto("/shown-here")
        return page

    return go


def weather_mistyped(visitor: Visitor) -> Page:
    page = visitor.stranger()
    page.goto("/dev/weather/")
    page.get_by_label("Or in your own words").fill("rain")
    page.get_by_role("button", name="Set the weather").click()
    expect(page.get_by_text("“rain” is no weather.")).to_be_visible()
    return page


def unanswered(visitor: Visitor) -> Page:
    """The page of an outage, without a form to send again."""
    page = visitor.stranger()
    text = render_to_string("errors/503.html", {"is_signed_in": True})
    page.route("**/shown-here", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("/shown-here")
    expect(page.get_by_text("This page also tries by itself.")).to_be_visible()
    return page


PLACES: dict[str, Place] = {
    "login": at("/login", signed_in=False),
    "login, address mistyped": address_mistyped,
    "code": code,
    "code, mistyped": code_mistyped,
    "link sent": link_sent,
    "link in another browser": link_elsewhere,
    "link of somebody else": link_while_signed_in,
    "link used": link_used,
    "link cut": at("/authenticate?token=1", signed_in=False),
    "choice": choice,
    "choice, to join": choice_to_join,
    "choice, long names": long_names,
    "founding": founding,
    "founding, mistyped": founding_mistyped,
    "home": at("/"),
    "home, long names": long_names_at_home,
    "home, step unfinished": step_unfinished,
    "home, ended": ended,
    "home, ending": ending("end"),
    "home, ending for good": ending("limit"),
    "home, request failed": failed,
    "documents": at("/documents"),
    "documents, none": no_documents,
    "document": a_document("Welcome to Acme"),
    "document, edited": a_document("Edit Welcome to Acme"),
    "document, deleted": a_document("Delete Welcome to Acme"),
    "document, mistyped": document_mistyped,
    "members": at("/members"),
    "member menu": member_menu,
    "panel": panel,
    "panel, long names": long_names_in_the_panel,
    "switch": at("/switch"),
    "switch, nothing found": at("/switch?q=nowhere"),
    "proof": at("/organizations/new"),
    "session": at("/session"),
    "hydration": at("/session/hydrate", signed_in=False),
    "hydration, refused": hydration_refused,
    "hydration, signed in": at("/session/hydrate"),
    "gate": gate,
    "gate, page": at("/verify?next=/security/app"),
    "gate, not finished": not_finished,
    "sessions": at("/sessions"),
    "review": at("/security/review"),
    "second step": step_beside("Globex"),
    "another way in": step_beside("Initech"),
    "logout": at("/logout"),
    "logout, signed out": at("/logout", signed_in=False),
    "inbox": at("/dev/inbox/", signed_in=False),
    "inbox, empty": at("/dev/inbox/?to=nobody@nowhere.example", signed_in=False),
    "weather": at("/dev/weather/", signed_in=False),
    "weather, mistyped": weather_mistyped,
    "out of reach": unanswered,
} | {
    f"error {path.name}": error(path.name)
    for path in sorted((BASE_DIR / "templates/errors").glob("*.html"))
}
