"""Names that people choose for themselves: shown to others, and mailed to them, as ours.

So none holds an address or a phone number: a mail program makes a link of it, in a mail that comes
from us. What may stand around a dot is listed by its shape; everything else that has one within a
word is an address, whatever its letters.
"""

import re
import unicodedata

HOLDS_ADDRESS = "a name can't hold a web or e-mail address, or a phone number"
# Said by mail programs and phones: what they turn into something to press.
SCHEME = re.compile(
    r"//|\\\\|\.\w+[/:?#\\]|\bwww\b|\b(?:https?|hxxps?|ftps?|sftp|ssh|file|data|javascript|mailto|tel|sms|"
    r"whatsapp|tg)\s*:|\b[^\W\d_]{3,}:(?=\S)",
    re.IGNORECASE,
)
MAILBOX = re.compile(
    r"\w\s*@\s*\w|[(\[{<]\s*(?:at|dot|punkt|punto|point|[@.])\s*[)\]}>]", re.IGNORECASE
)
ENTITY = re.compile(r"&#?\w+;|%[0-9a-f]{2}\w", re.IGNORECASE)
NUMBERS = re.compile(r"\[[0-9a-f]*:[0-9a-f:.]+\]|\b0x[0-9a-f]{4,}\b", re.IGNORECASE)
# A phone number: with its country, by its length, or as American firms spell it out.
PHONE = re.compile(r"(?<!\w)\+\s?\(?\d|\b1\s?[-.]\s?(?:8\d\d|900)\s?[-.]")
MOST_DIGITS = 6
LETTERLESS = re.compile(r"[\W\d_]+")
YEARS = re.compile(r"\b(?:19|20)\d\d\s?[-\u2013/]\s?(?:19|20)\d\d\b")
UNSEEN = frozenset({"Cf", "Mn", "Me", "Cc", "Co", "Cn"})
# What looks like a dot, and what does so between Latin letters; others have it in their own words.
DOT_LIKE = (
    "\u3002\uff0e\uff61\u2024\ufe52\u0701\u0702\u06d4\u2022\u2027"
    "\u2219\u22c5\u02d9\ua4f8\u25cf\u25e6\u2218\u2981\u2e31\u25aa\u16eb\u318d\u0358"
)
DOTS = dict.fromkeys(map(ord, DOT_LIKE), ".")
MIDDLE_DOTS = "\u00b7\u30fb\uff65\ua78f\u0660\u06f0"
MIDDLE = re.compile(rf"(?<=[a-zA-Z])[{MIDDLE_DOTS}](?=[a-zA-Z])")
CATALAN = re.compile(r"(?<=l)\u00b7(?=l)", re.IGNORECASE)
# Dots within a word, or before one; and the ends of addresses that are read as such after a space.
DOTTED = re.compile(r"[\w\u2019'-]*\w\s*(?:\.+[\w\u2019'-]+)+\.?")
ENDS = (
    r"(?:com|net|org|info|biz|io|app|dev|xyz|online|site|shop|store|tech|example|ru|cn|top|click"
    r"|link|page)"
)
# "Main St. Shop" is no address.
APART = r"(?:com|net|org|info|biz|io|dev|xyz|ru|cn|example)"
SPACED = re.compile(rf"\w\s*\.\s+{APART}\b|\w\s+dot\s+{APART}\b", re.IGNORECASE)
SHAPES = re.compile(
    r"""
    (?:[^\W\d_]\.)+[^\W\d_]{0,1}\.?     # A.B, e.V., S.p.A.
    | [^\W\d_]{0,4}\d{1,4}(?:\.\d{1,4}){1,2}\.?  # 2.0, v1.2.3
    | [^\W\d_]{1,5}\.\d{1,4}\.?         # No.1
    | Ph\.D\.? | [BM]\.(?:Sc|Eng|Ed)\.? | E\.ON
    | [^\W\d_]{1,12}\.js                # a library: no domain ends so
    | (?:St|Dr|Mr|Mrs|Ms|Prof|Mt|Ft)\.(?![A-Z]{2})(?!(?i:ENDS)\b)[A-Z][^\W\d_]{2,}  # St.Gallen
    """.replace("ENDS", ENDS),
    re.VERBOSE,
)


def holds_address(name: str) -> bool:
    """A web or e-mail address, a scheme or a phone number, or the beginning of one."""
    plain = _plain(name)
    patterns = (SCHEME, MAILBOX, ENTITY, NUMBERS, PHONE, SPACED)
    return any(each.search(plain) for each in patterns) or _is_dotted(plain) or _is_phone(plain)


def checked(name: str) -> str:
    """The name; ValueError if it holds an address."""
    if holds_address(name):
        raise ValueError(HOLDS_ADDRESS)
    return name


def _plain(name: str) -> str:
    """As it is read: without accents and signs that nobody sees, every kind of dot as one."""
    dotted = CATALAN.sub("", name.translate(DOTS))
    letters = unicodedata.normalize("NFKD", dotted).translate(DOTS)
    seen = "".join(each for each in letters if unicodedata.category(each) not in UNSEEN)
    return MIDDLE.sub(".", unicodedata.normalize("NFKC", seen))


def _is_dotted(plain: str) -> bool:
    return any(not SHAPES.fullmatch(found[0]) for found in DOTTED.finditer(plain))


def _is_phone(plain: str) -> bool:
    """Digits with whatever stands between them; years are no phone's."""
    stretches = LETTERLESS.findall(YEARS.sub(" ", plain))
    return any(sum(each.isdecimal() for each in stretch) > MOST_DIGITS for stretch in stretches)
