"""Browser and system in words, from what real browsers send."""

import pytest

from accounts import user_agents

MOZILLA, GECKO = "Mozilla/5.0", "AppleWebKit/537.36 (KHTML, like Gecko)"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "(Windows NT 10.0; Win64; x64)"
MAC = "(Macintosh; Intel Mac OS X 10_15_7)"
IPHONE = "(iPhone; CPU iPhone OS 18_6 like Mac OS X)"
SEEN = [
    (f"{MOZILLA} {WINDOWS} {GECKO} Chrome/142.0.0.0 Safari/537.36", "Chrome", "Windows"),
    (f"{MOZILLA} {WINDOWS} {GECKO} Chrome/142.0.0.0 Safari/537.36 Edg/142.0", "Edge", "Windows"),
    (f"{MOZILLA} {WINDOWS} {GECKO} Chrome/140.0.0.0 Safari/537.36 OPR/124.0", "Opera", "Windows"),
    (f"{MOZILLA} {WINDOWS} {GECKO} Chrome/140.0 Safari/537.36 Vivaldi/7.6", "Vivaldi", "Windows"),
    (f"{MOZILLA} (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox", "Windows"),
    (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
    (
        f"{MOZILLA} (X11; Linux x86_64) {GECKO} HeadlessChrome/142.0 Safari/537.36",
        "Chrome",
        "Linux",
    ),
    (
        f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {GECKO} Chrome/141.0 Safari/537",
        "Chrome",
        "ChromeOS",
    ),
    (f"{MOZILLA} {MAC} {WEBKIT} Version/26.0 Safari/605.1.15", "Safari", "macOS"),
    (f"{MOZILLA} {MAC} {WEBKIT} Version/18.6 Safari/605.1.15 Ddg/18.6", "DuckDuckGo", "macOS"),
    (f"{MOZILLA} {IPHONE} {WEBKIT} Version/26.0 Mobile/15E148 Safari/604.1", "Safari", "iOS"),
    (f"{MOZILLA} {IPHONE} {WEBKIT} CriOS/142.0 Mobile/15E148 Safari/604.1", "Chrome", "iOS"),
    (f"{MOZILLA} {IPHONE} {WEBKIT} FxiOS/145.0 Mobile/15E148 Safari/605.1", "Firefox", "iOS"),
    (f"{MOZILLA} {IPHONE} {WEBKIT} Version/18.0 EdgiOS/142.0 Safari/604.1", "Edge", "iOS"),
    (
        f"{MOZILLA} (iPad; CPU OS 16_7 like Mac OS X) {WEBKIT} Version/16.6 Safari/604.1",
        "Safari",
        "iPadOS",
    ),
    (f"{MOZILLA} (Linux; Android 10; K) {GECKO} Chrome/142.0 Mobile Safari", "Chrome", "Android"),
    (
        f"{MOZILLA} (Linux; Android 10; K) {GECKO} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari",
        "Samsung Internet",
        "Android",
    ),
    (f"{MOZILLA} (Linux; Android 10; K) {GECKO} Chrome/141.0 Safari EdgA/141.0", "Edge", "Android"),
    ("curl/8.16.0", "", ""),
    ("python-requests/2.32 Linux/6.1", "", "Linux"),
    ("", "", ""),
]


@pytest.mark.parametrize(("user_agent", "browser", "system"), SEEN, ids=[s[0][-40:] for s in SEEN])
def test_it_is_named(user_agent: str, browser: str, system: str) -> None:
    assert user_agents.browser(user_agent) == browser
    assert user_agents.system(user_agent) == system


def test_only_so_much_is_looked_at() -> None:
    assert user_agents.browser("x" * user_agents.LONGEST + "Firefox/1") == ""
