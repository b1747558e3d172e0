"""Whether a password is good enough: hard to guess, and known from no breach (CONTRACT 8.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zxcvbn import zxcvbn

from identity import breaches
from identity.errors import ApiError, bad_request
from identity.models import Member

POLICY = "zxcvbn"
LEAST_SCORE = 3
# zxcvbn looks at every part of a password, and tries every letter that a sign might stand for in
# every combination: 40 chosen characters took it a third of a second, 24 such signs seconds. What
# is judged is the beginning; whatever follows makes a password no worse.
SIGNS_FOR_LETTERS = frozenset("4@8({[<369&%!1/|0$5+7%2")
MOST_SIGNS = 4
JUDGED = 24
JUDGED_OF_SIGNS = 16
# Of the words that the password shouldn't be made of.
MOST_WORDS = 20
LONGEST_WORD = 64


@dataclass(frozen=True, slots=True)
class Strength:
    """`score` is zxcvbn's 0 to 4 (the contract's docs say 1 to 4)."""

    score: int
    breached: bool
    warning: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.score >= LEAST_SCORE and not self.breached


def judge(password: str, *, about: Iterable[str] = ()) -> Strength:
    """`about` is what others know of the person: addresses, names."""
    if not password:
        return Strength(score=0, breached=False)
    result = zxcvbn(password[: _judged(password)], user_inputs=_words(about))
    feedback: dict[str, Any] = result["feedback"]
    return Strength(
        score=result["score"],
        breached=breaches.has(password),
        warning=feedback["warning"] or "",
        suggestions=tuple(feedback["suggestions"]),
    )


def check(password: str, *, member: Member) -> None:
    """Raises weak_password and breached_password 400, the former with what would help."""
    organization = member.organization
    names = (organization.organization_name, organization.organization_slug)
    strength = judge(password, about=(member.email_address, member.name, *names))
    if strength.score < LEAST_SCORE:
        raise _weak(strength)
    if strength.breached:
        raise bad_request(
            "breached_password", "The password is known from a breach of another service."
        )


def _judged(password: str) -> int:
    signs = SIGNS_FOR_LETTERS.intersection(password[:JUDGED])
    return JUDGED if len(signs) <= MOST_SIGNS else JUDGED_OF_SIGNS


def _words(about: Iterable[str]) -> list[str]:
    """Each as a whole, and the words it is made of."""
    found: dict[str, None] = {}
    for text in about:
        spaced = "".join(sign if sign.isalnum() else " " for sign in text.lower())
        found.update(dict.fromkeys((text.lower(), *spaced.split())))
    return [word[:LONGEST_WORD] for word in found if word][:MOST_WORDS]


def _weak(strength: Strength) -> ApiError:
    feedback = {
        "score": strength.score,
        "warning": strength.warning,
        "suggestions": list(strength.suggestions),
    }
    return bad_request(
        "weak_password", "The password doesn't meet our strength requirements.", details=feedback
    )
