"""What a person has at hand to prove more: an authenticator app, a phone, an account elsewhere."""

import re
from dataclasses import dataclass
from random import randrange
from typing import Any
from uuid import uuid4

import pyotp
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.backoffice import Backoffice
from tests.browser.steps import heading, prove, row
from tests.browser.support import Inbox

PENDING = "stytch_intermediate_session_token"
ASKS_ALL = {"mfa_policy": "REQUIRED_FOR_ALL"}
ONLY_GOOGLE = {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["google_oauth"]}


@dataclass
class App:
    """Shows codes as a phone does. A code is used once, so the next one is the next half minute's:
    two of them are right at any moment, and no test has to wait.
    """

    secret: str
    used: int = 0

    def code(self) -> str:
        totp = pyotp.TOTP(self.secret)
        self.used = max(totp.timecode(timezone.now()), self.used + 1)
        return totp.generate_otp(self.used)

    def used_code(self) -> str:
        return pyotp.TOTP(self.secret).generate_otp(self.used)

    def wrong_code(self) -> str:
        totp = pyotp.TOTP(self.secret)
        now = totp.timecode(timezone.now())
        right = {totp.generate_otp(now + off) for off in range(-2, 5)}
        return next(
            code for code in ("000000", *map(str, range(100_000, 100_009))) if code not in right
        )


@dataclass(frozen=True, slots=True)
class Person:
    email_address: str
    organization_id: str
    member_id: str


def person(
    backoffice: Backoffice, name: str, *, roles: tuple[str, ...] = (), **rules: Any
) -> Person:
    """Somebody new, in a new organization of this name and these rules."""
    address = f"{uuid4().hex[:12]}@people.example"
    return joined(backoffice, backoffice.organization(name, **rules), address, roles=roles)


def joined(
    backoffice: Backoffice, organization_id: str, address: str, *, roles: tuple[str, ...] = ()
) -> Person:
    fields = {"email_address": address, "roles": list(roles)}
    made = backoffice.post(f"organizations/{organization_id}/members", fields)
    return Person(address, organization_id, made["member_id"])


def give_app(backoffice: Backoffice, who: Person) -> App:
    """An authenticator app that they had before."""
    app = App(pyotp.random_base32())
    whose = {"organization_id": who.organization_id, "member_id": who.member_id}
    backoffice.post("totp/migrate", {**whose, "secret": app.secret, "recovery_codes": []})
    return app


def a_number() -> str:
    return f"+1201555{randrange(10_000):04}"


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def give_code(page: Page, code: str, *, button: str = "Continue") -> None:
    page.get_by_role("main").get_by_role("textbox").fill(code)
    page.get_by_role("button", name=button, exact=True).click()


def begin_app(page: Page) -> App:
    """From the choice of a second step to the page with its secret."""
    page.get_by_role("button", name="Authenticator app").click()
    expect(heading(page)).to_have_text("Set up a second step")
    return App(shown_secret(page))


def shown_secret(page: Page) -> str:
    return page.get_by_role("main").locator("code").inner_text().replace(" ", "")


def enrol_app(page: Page) -> App:
    """From the choice of a second step to being in, with the recovery codes put away."""
    app = begin_app(page)
    give_code(page, app.code(), button="Turn on and sign in")
    keep_codes(page)
    return app


def keep_codes(page: Page) -> list[str]:
    expect(heading(page)).to_have_text("Keep these codes")
    codes = (
        page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    )
    page.get_by_role("button", name="I’ve kept them").click()
    return codes


def choose_hooli(page: Page, inbox: Inbox, who: Person) -> None:
    """The first time by a press, as an admin's word alone made them a member; then straight on."""
    prove(page, inbox, who.email_address)
    page.wait_for_url(re.compile(r"/(organizations|second-factor)"))
    if page.url.endswith("/organizations"):
        row(page, "Hooli").click()


def prove_by_app(page: Page, inbox: Inbox, who: Person, app: App) -> None:
    choose_hooli(page, inbox, who)
    expect(heading(page)).to_have_text("Open your authenticator app")
    give_code(page, app.code())


def at_provider(page: Page, answer: str, *, javascript: bool = True) -> None:
    """Press `answer` on the demo provider's page, and what scripts press by themselves."""
    expect(heading(page)).to_have_text("Demo identity provider")
    page.get_by_role("button", name=answer, exact=True).click()
    if not javascript:
        page.get_by_role("button", name="Sign in", exact=True).click()


def come_back_as(page: Page, address: str, *, javascript: bool = True) -> None:
    expect(heading(page)).to_have_text("Demo identity provider")
    page.get_by_label("Or as anybody").fill(address)
    at_provider(page, "Continue", javascript=javascript)


SCREENS = (("light", 1280), ("dark", 320))


def assert_shippable(page: Page) -> None:
    """Nothing for axe to say in either scheme, nothing wider than a small screen (QUALITY 72)."""
    page.wait_for_load_state()
    for scheme, width in SCREENS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), page.url
        assert_accessible(page)
