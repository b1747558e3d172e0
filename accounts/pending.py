"""A sign-in that is not finished, and how it is put into words for its cookie."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, TypeAlias, assert_never

from accounts.client.outcomes import Discovered, MfaRequired, Pending, PrimaryRequired
from accounts.client.tokens import Intermediate

# As long as a mailed link works; an address typed an hour ago needn't be typed again.
MAIL_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A mail is on its way; `next` is the path to go to once signed in."""

    email_address: str
    method: Literal["code", "link"]
    sent_at: datetime
    next: str = ""
    organization_id: str = ""


Step: TypeAlias = Pending | CodeSent


class Kind(StrEnum):
    SENT = "sent"
    DISCOVERED = "discovered"
    MFA = "mfa"
    PRIMARY = "primary"


def expires_at(step: Step) -> datetime:
    return (
        step.sent_at + MAIL_LIFETIME
        if isinstance(step, CodeSent)
        else (step.intermediate.expires_at)
    )


def pack(step: Step) -> dict[str, object]:
    """This will name the step in JSON's terms; a Discovered keeps no organizations, they change."""
    fields = asdict(step)
    match step:
        case CodeSent(sent_at=sent_at):
            return {**fields, "kind": Kind.SENT, "sent_at": sent_at.isoformat()}
        case Discovered():
            del fields["organizations"]
            kind = Kind.DISCOVERED
        case MfaRequired():
            kind = Kind.MFA
        case PrimaryRequired():
            kind = Kind.PRIMARY
        case _:
            assert_never(step)
    ends = step.intermediate.expires_at.isoformat()
    return {**fields, "kind": kind, "intermediate": [step.intermediate.token, ends]}


def unpack(packed: Mapping[str, Any]) -> Step | None:
    """This will read a step; one written by another version, or otherwise odd, is None."""
    try:
        return _step(dict(packed))
    except (KeyError, TypeError, ValueError):
        return None


def _step(fields: dict[str, Any]) -> Step:
    kind = Kind(fields.pop("kind"))
    if kind is Kind.SENT:
        return CodeSent(**{**fields, "sent_at": datetime.fromisoformat(fields["sent_at"])})
    token, ends = fields.pop("intermediate")
    intermediate = Intermediate(token=token, expires_at=datetime.fromisoformat(ends))
    match kind:
        case Kind.DISCOVERED:
            return Discovered(intermediate, **fields)
        case Kind.MFA:
            return MfaRequired(intermediate, **fields)
        case Kind.PRIMARY:
            methods = tuple(fields.pop("allowed_auth_methods"))
            return PrimaryRequired(intermediate, **fields, allowed_auth_methods=methods)
        case _:
            assert_never(kind)
