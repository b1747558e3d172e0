"""What codes and links have in common: used up once, and the same post again answers the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from identity.delivery import Undelivered
from identity.errors import ApiError
from identity.models import Member
from identity.models.replay import Replayable
from identity.visitors import Visitor

Row = TypeVar("Row", bound=Replayable)
# Who can use any mailed thing can use a code.
UsedRow = TypeVar("UsedRow", bound=Replayable, contravariant=True)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Repeated:
    """Posted again within seconds (autofill, a double click); `answer` is the token given then."""

    answer: str


@dataclass(frozen=True, slots=True)
class Use(Generic[UsedRow, Answer]):
    """What a good code or link is for.

    `first` returns its answer and the token by which `again` finds the same answer. Both look at
    what the caller presents themselves: for `again` that may be used up by now, rightly.
    """

    first: Callable[[UsedRow], tuple[Answer, str]]
    again: Callable[[str], Answer]


def use(
    verdict: Row | Repeated | ApiError,
    *,
    by: Use[Row, Answer],
    presented: str,
    used: ApiError,
    now: datetime,
) -> Answer | ApiError:
    """This will use up the row, which its caller holds locked, or say why not.

    A refusal is returned, because raised it would undo the counting of tries.
    """
    if isinstance(verdict, ApiError):
        return verdict
    if isinstance(verdict, Repeated):
        return _again(verdict, by=by, used=used)
    answer, token = by.first(verdict)
    verdict.consume(presented=presented, answer=token, now=now)
    verdict.save(update_fields=["consumed_at", "answer"])
    return answer


def shown_by(visitor: Visitor, presented: str) -> str:
    """What a repeated post has to show again: the code or link, in the browser that used it up.

    Others may have the same mail open, and to them it is used. Where the caller names no browser
    (visitors.py), whoever has the code or link may post it again, as the contract has it.
    """
    return f"{presented} {visitor.browser}" if visitor.browser else presented


@contextmanager
def undone_unless_delivered(undo: Callable[[], object]) -> Iterator[None]:
    """A mail that didn't go out leaves nothing behind; the code mailed before is good again."""
    try:
        yield
    except Undelivered:
        undo()
        raise


def uncreate(member: Member) -> None:
    """By query, because `member` keeps its id that way, which the audit log still wants."""
    Member.objects.filter(pk=member.pk).delete()


def _again(verdict: Repeated, *, by: Use[Row, Answer], used: ApiError) -> Answer | ApiError:
    """Signed out or gone on within those seconds: then it is simply used."""
    try:
        return by.again(verdict.answer)
    except ApiError:
        return used
