"""What a User-Agent says of browser and system, in a person's words.

Two tables and no library: only the names are shown, never a version nor a word of the header, which
its sender may have made up. A browser that passes for another one (an iPad for a Mac, as they come)
is called what it says it is.
"""

LONGEST = 512  # characters that are looked at; real ones have about 120

# The first mark that is found wins: most browsers also claim to be the ones further down.
BROWSERS = (
    ("Edg", "Edge"),  # Edg/, EdgA/, EdgiOS/, Edge/
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
MOBILE = frozenset({"iOS", "iPadOS", "Android"})


def browser(user_agent: str) -> str:
    """`Firefox`, or "" for one that isn't known."""
    return _first(BROWSERS, user_agent)


def system(user_agent: str) -> str:
    """`Windows`, or "" for one that isn't known."""
    return _first(SYSTEMS, user_agent)


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    seen = user_agent[:LONGEST]
    return next((name for mark, name in marks if mark in seen), "")
