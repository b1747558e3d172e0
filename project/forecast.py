"""How bad weather is written in a setting: `slow=3`, `500%20`, `fail@/v1/b2b/sessions`."""

import re
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

# What may be told how long, and how long it is when that isn't said, in seconds.
SECONDS = {"slow": 3, "429": 20}
KINDS = ("slow", "fail", "403", "429", "500", "nonsense", "nothing")
WORD = re.compile(
    rf"(?P<kind>{'|'.join(KINDS)})(?:=(?P<seconds>\d{{1,3}}))?"
    r"(?:%(?P<chance>\d{1,3}))?(?:@(?P<prefix>/\S*))?"
)
HOW = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
LONGEST = 500  # characters


@dataclass(frozen=True, slots=True)
class Weather:
    """What befalls calls whose path begins with `prefix`, `chance` times in a hundred."""

    kind: str
    seconds: int = 0
    chance: int = 100
    prefix: str = "/"


def parse(text: str) -> tuple[Weather, ...]:
    """Several stand with commas, the first that fits a call befalls it; raises ValueError."""
    return tuple(_one(word.strip()) for word in text[:LONGEST].split(",") if word.strip())


def checked(text: str, *, allowed: bool) -> str:
    """What IDENTITY_WEATHER says, if it is understood and `allowed`: with DEBUG, and embedded."""
    if text and not allowed:
        raise ImproperlyConfigured(
            "IDENTITY_WEATHER is for trying things with DEBUG and the embedded service only."
        )
    try:
        parse(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"IDENTITY_WEATHER: {error}") from None
    return text


def _one(word: str) -> Weather:
    found = WORD.fullmatch(word)
    if found is None:
        raise ValueError(f"“{word}” is no weather. Write {HOW}.")
    kind, seconds, chance, prefix = found.group("kind", "seconds", "chance", "prefix")
    if seconds and kind not in SECONDS:
        raise ValueError(f"“{kind}” takes no seconds.")
    if int(chance or 100) > 100:
        raise ValueError("A chance is a percentage, 100 at most.")
    return Weather(
        kind=kind,
        seconds=int(seconds or SECONDS.get(kind, 0)),
        chance=int(chance or 100),
        prefix=prefix or "/",
    )
