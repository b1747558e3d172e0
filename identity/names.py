"""Names that people choose for themselves: shown to others, and mailed to them, as ours.

So none holds an address: a mail program makes a link of it, in a mail that comes from us.
"""

import re
import unicodedata

HOLDS_ADDRESS = "a name can't hold a web or e-mail address"
# Said by mail programs and phones: what they turn into something to press.
SCHEME = re.compile(
    r"://|:\\\\|\bwww\.|\b(?:https?|hxxps?|ftps?|sftp|ssh|file|data|javascript|mailto|tel|sms|"
    r"whatsapp|tg)\s*:",
    re.IGNORECASE,
)
MAILBOX = re.compile(r"\w\s?@\s?\w")
# Whatever looks like one: "evil.example", "EVIL.COM", "evil.xn--p1ai"; but "St.Gallen", "A.B. Inc".
DOMAIN = re.compile(r"(?:[^\W_]|[^\W_][\w-]*[^\W_])\.(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)(?![\w])")
NUMBERS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|\[[0-9a-f]*:[0-9a-f:.]+\]")
# Of which no domain ends: a library's name is no address.
NO_DOMAINS = frozenset({"js"})
DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": ".", "\u2024": "."})


def holds_address(name: str) -> bool:
    """A web or e-mail address, a scheme, or the beginning of one, in whatever letters."""
    plain = unicodedata.normalize("NFKC", name.translate(DOTS)).translate(DOTS)
    patterns = (SCHEME, MAILBOX, NUMBERS)
    return any(each.search(plain) for each in patterns) or _holds_domain(plain)


def checked(name: str) -> str:
    """The name; ValueError if it holds an address."""
    if holds_address(name):
        raise ValueError(HOLDS_ADDRESS)
    return name


def _holds_domain(plain: str) -> bool:
    ends = (found[0].rpartition(".")[2] for found in DOMAIN.finditer(plain))
    return any(end.lower() not in NO_DOMAINS and _is_one_case(end) for end in ends)


def _is_one_case(end: str) -> bool:
    """`St.Gallen` and `Dr.Who` are typed in a hurry; nobody types a domain like that."""
    return end == end.lower() or end == end.upper()
