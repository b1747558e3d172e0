"""What axe has to say of a page as it stands, once nothing on it moves any more (QUALITY 72)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# In the middle of a transition a colour is neither the one before nor the one meant.
AT_REST = """Promise.all(document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.finished.catch(() => null)))"""


def assert_accessible(page: Page) -> None:
    page.wait_for_load_state()
    page.evaluate(AT_REST)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
