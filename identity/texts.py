"""The one guard of text that comes from outside, whoever sends it.

Callers of the API, browsers and identity providers all pass through here. What no database can
keep is refused everywhere; what is no more than odd is cleaned in a name, and refused in an
identifier, because two identifiers must not become one.
"""

import re

# PostgreSQL keeps no NUL, and half a surrogate pair ("\ud800") is no character of UTF-8.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Control characters, line separators, and signs that turn or hide the text around them. Joiners
# stay: emoji and Persian are spelled with them.
UNSEEMLY = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]+"
)
# OpenID Connect Core 2: a `sub` is at most that long.
LONGEST_SUBJECT = 255


def is_storable(text: str) -> bool:
    return UNSTORABLE.search(text) is None


def is_plain(text: str, *, longest: int) -> bool:
    """One line of what can be seen, from its first to its last character; never empty."""
    return 0 < len(text) <= longest and text.isprintable() and text == text.strip()


def is_token(text: str, *, longest: int) -> bool:
    """Visible ASCII without blanks, as tokens and URLs are (RFC 6749 A.12, RFC 3986 2)."""
    return is_plain(text, longest=longest) and text.isascii() and " " not in text


def cleaned(text: str, *, longest: int) -> str:
    """A name or description in one line of at most `longest` characters; "" if nothing is left."""
    return " ".join(UNSEEMLY.sub(" ", text).split())[:longest].rstrip()
