"""Where every second factor ends: proven once, kept on the member, and a session (2.4, 2.5)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import Member
from identity.models.replay import Replayable
from identity.operations import (
    audit,
    guesses,
    locks,
    member_changes,
    members,
    notices,
    second_step,
)
from identity.operations.mailbox import Held
from identity.operations.member_changes import Seen
from identity.operations.notices import Notice
from identity.operations.second_step import Step
from identity.operations.sign_in import Finished, Terms, resume, sign_in
from identity.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller sent: whose step, by what, and the code."""

    member: Member
    held: Held
    code: str = field(repr=False)
    terms: Terms
    visitor: Visitor
    # set_mfa_enrollment: enroll, unenroll or ""; and set_default_mfa.
    enrollment: str = ""
    make_default: bool = False

    @property
    def presented(self) -> str:
        """The same code by another sign-in is not the same post."""
        tokens = (
            self.held.session_token, self.held.session_jwt, self.held.intermediate_session_token,
        )  # fmt: skip
        return ":".join((*tokens, self.code))


@dataclass(frozen=True, slots=True)
class Proven:
    """A right code: the row it uses up, and what it makes of the member."""

    row: Replayable
    factor: Factor
    changes: Mapping[str, Any] = field(default_factory=dict)
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A second factor. `used` finds rows that may keep the answer to the same post; `prove` runs
    in a transaction that holds the member, and returns refusals, which would undo counted tries.
    """

    factor: str
    method: str
    used: Callable[[Member, datetime], Iterable[Replayable]]
    prove: Callable[[Step, str, datetime], Proven | ApiError]
    # A recovery code stands in for a factor and is none to be enrolled in.
    enrols: bool = True


def authenticate(kind: Kind, *, given: Given, now: datetime) -> Finished:
    """This will prove a second factor: always a session in the end, or a refusal (2.4).

    An intermediate session is consumed, a session gets the factor added. The same post again
    within seconds gets the same answer.
    Raises what `second_step.permitted`, `locks.guarded` and `kind.prove` raise.
    """
    with (
        guesses.at_second_step(member_id=given.member.member_id, visitor=given.visitor, now=now),
        locks.guarded(given.member, now=now),
        audit.attempt(action="second_factor.authenticate", factor=kind.factor, now=now) as attempt,
    ):
        attempt.member = given.member
        with transaction.atomic():
            ended, notice = _ended(kind, given=given, now=now)
        if isinstance(ended, ApiError):
            raise ended
    if notice:
        notices.tell(ended.member, notice, now=now)
    return ended


def keep(member: Member, changes: Mapping[str, Any], *, now: datetime) -> None:
    """This will write what differs, on a member that is locked."""
    changed = {name: value for name, value in changes.items() if getattr(member, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(member, name, value)
    member.updated_at = now
    member.save(update_fields=[*changed, "updated_at"])


def _ended(kind: Kind, *, given: Given, now: datetime) -> tuple[Finished | ApiError, Notice | None]:
    """The member is locked until the end: of two posts one is the second."""
    member = members.locked(given.member)
    if again := _again(kind, member, given=given, now=now):
        return again, None
    # Before the code is looked at: who isn't on the way there can't try codes.
    step = second_step.permitted(member, held=given.held, method=kind.method, now=now)
    proven = kind.prove(step, given.code, now)
    if isinstance(proven, ApiError):
        return proven, None
    before = member_changes.seen(member)
    keep(member, {**proven.changes, **_chosen(kind, member, given)}, now=now)
    finished = sign_in(
        member=member,
        factors=(proven.factor,),
        presented=step.by,
        joining=member.status != Member.Status.ACTIVE,
        terms=given.terms,
        now=now,
    )
    proven.row.consume(presented=given.presented, answer=finished.session_token, now=now)
    proven.row.save(update_fields=["consumed_at", "answer"])
    return finished, proven.notice or _told(before, member)


def _told(before: Seen, member: Member) -> Notice | None:
    """One mail for one step: with a new factor comes the choice of it."""
    return next(iter(member_changes.between(before, member_changes.seen(member))), None)


def _again(kind: Kind, member: Member, *, given: Given, now: datetime) -> Finished | None:
    """Signed out within those seconds, it is simply used: then `prove` says so."""
    for row in kind.used(member, now):
        if answer := row.replay(presented=given.presented, now=now):
            try:
                return resume(answer=answer, now=now)
            except ApiError:
                return None
    return None


def _chosen(kind: Kind, member: Member, given: Given) -> dict[str, Any]:
    """2.4: enrolment is the organization's choice where it requires MFA, else the member's; the
    first method completed is the default until another is made it.
    """
    if not kind.enrols:
        return {}
    required = member.organization.mfa_policy == "REQUIRED_FOR_ALL"
    wanted = {"enroll": True, "unenroll": False}.get(given.enrollment, member.mfa_enrolled)
    first = given.make_default or not member.default_mfa_method
    default = kind.method if first else member.default_mfa_method
    return {"mfa_enrolled": required or wanted, "default_mfa_method": default}
