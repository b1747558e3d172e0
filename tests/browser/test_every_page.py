"""Every page and dialog, in both schemes: for screen readers, on a small screen, in large type."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.axe import assert_accessible
from tests.browser.backoffice import Backoffice
from tests.browser.places import PLACES, Visitor
from tests.browser.support import Complaints, Inbox
from tests.browser.unexpected import UNEXPECTED

EVERYWHERE = PLACES | UNEXPECTED
WIDE, SMALL = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
OVERFLOW = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > root.clientWidth)
        .map((each) => `${root.clientWidth}: ${each.outerHTML.slice(0, 120)}`);
}"""
DRAWN_TWICE = "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
FRAMES = 30
LARGE_TYPE = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture(scope="session")
def remembered() -> dict[str, Any]:
    return {}


@pytest.fixture
def visitor(
    new_context: Callable[..., BrowserContext],
    inbox: Inbox,
    backoffice: Backoffice,
    complaints: Complaints,
    remembered: dict[str, Any],
) -> Visitor:
    return Visitor(new_context, inbox, backoffice, complaints, remembered)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_it_is_accessible_and_fits(name: str, visitor: Visitor) -> None:
    """Nothing for axe to say, nothing wider than the screen, CSP unbroken (QUALITY 9, 72)."""
    page = EVERYWHERE[name](visitor)
    for scheme, size in (("light", WIDE), ("dark", SMALL)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_fits(page)
        assert_accessible(page)
    page.evaluate(LARGE_TYPE)
    for size in (SMALL, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_fits(page)


def assert_fits(page: Page) -> None:
    """For some frames after a resize what is measured by the screen has the old size."""
    for _ in range(FRAMES):
        page.evaluate(DRAWN_TWICE)
        if not (wide := page.evaluate(OVERFLOW)):
            return
    assert wide == []
