"""A sign-in that is not finished, and how it is put into words for its cookie."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields as fields_of
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, TypeAlias, assert_never

from accounts.client.outcomes import Discovered, MfaRequired, Pending, PrimaryRequired
from accounts.client.tokens import Intermediate

# As long as a mailed link works; an address typed an hour ago needn't be typed again.
MAIL_LIFETIME = timedelta(hours=1)
# Long enough to find a phone and install an app, too short for a secret to lie about.
ENROLMENT_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A mail is on its way; `next` is the path to go to once signed in.

    The organization is the one whose page asked for it. `held` is the step that the mail is to
    finish; without it the mail proves the address alone, and says nothing about who is a member.
    `mark` comes back with a link, and says that this very mail was asked for here; "" where the
    service takes none.
    """

    email_address: str
    method: Literal["code", "link", "password"]
    sent_at: datetime
    next: str = ""
    organization_id: str = ""
    organization_name: str = ""
    organization_slug: str = ""
    held: PrimaryRequired | None = None
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Enrolling:
    """An authenticator app was shown its secret and has not proven it yet.

    `sign_in` is the step that asks for it, None when a member adds one on their own.
    """

    member_id: str
    secret: str = field(repr=False)
    begun_at: datetime
    sign_in: MfaRequired | None = None


@dataclass(frozen=True, slots=True)
class CodesToKeep:
    """This member has new recovery codes to put away; `next` is the path to go to after that."""

    member_id: str
    made_at: datetime
    next: str = ""


Step: TypeAlias = Pending | CodeSent | Enrolling | CodesToKeep


class Kind(StrEnum):
    SENT = "sent"
    DISCOVERED = "discovered"
    MFA = "mfa"
    PRIMARY = "primary"
    ENROLLING = "enrolling"
    CODES = "codes"


def sign_in_of(step: Step | None) -> Pending | CodeSent | None:
    """The unfinished sign-in, also from under the enrolment that it asks for."""
    match step:
        case Enrolling(sign_in=sign_in):
            return sign_in
        case CodesToKeep():
            return None
        case _:
            return step


def address_of(step: Step | None) -> str:
    """Whose sign-in it is, "" when it is none."""
    sign_in = sign_in_of(step)
    return sign_in.email_address if sign_in else ""


def expires_at(step: Step) -> datetime:
    match step:
        case CodeSent(sent_at=sent_at):
            return sent_at + MAIL_LIFETIME
        case Enrolling(begun_at=begun_at, sign_in=sign_in):
            return sign_in.intermediate.expires_at if sign_in else begun_at + ENROLMENT_LIFETIME
        case CodesToKeep(made_at=made_at):
            return made_at + ENROLMENT_LIFETIME
        case Discovered() | MfaRequired() | PrimaryRequired():
            return step.intermediate.expires_at
        case _:
            assert_never(step)


def pack(step: Step) -> dict[str, object]:
    """This will name the step in JSON's terms; a Discovered keeps no organizations, they change."""
    fields = _told(step)
    match step:
        case CodeSent(sent_at=sent_at, held=held):
            words = {"sent_at": sent_at.isoformat(), "held": pack(held) if held else None}
            return {**fields, "kind": Kind.SENT, **words}
        case Enrolling(begun_at=begun_at, sign_in=sign_in):
            under = pack(sign_in) if sign_in else None
            moment = begun_at.isoformat()
            return {**fields, "kind": Kind.ENROLLING, "begun_at": moment, "sign_in": under}
        case CodesToKeep(made_at=made_at):
            return {**fields, "kind": Kind.CODES, "made_at": made_at.isoformat()}
        case Discovered():
            fields.pop("organizations", None)
            kind = Kind.DISCOVERED
        case MfaRequired():
            kind = Kind.MFA
        case PrimaryRequired():
            kind = Kind.PRIMARY
        case _:
            assert_never(step)
    ends = step.intermediate.expires_at.isoformat()
    return {**fields, "kind": kind, "intermediate": [step.intermediate.token, ends]}


def _told(step: Step) -> dict[str, Any]:
    """Without what is as it is by default: a cookie has little room."""
    usual = {each.name: each.default for each in fields_of(step)}
    return {name: value for name, value in asdict(step).items() if value != usual[name]}


def unpack(packed: Mapping[str, Any]) -> Step | None:
    """This will read a step; one written by another version, or otherwise odd, is None."""
    try:
        return _step(dict(packed))
    except (KeyError, TypeError, ValueError):
        return None


def _step(fields: dict[str, Any]) -> Step:
    kind = Kind(fields.pop("kind"))
    match kind:
        case Kind.SENT:
            return _sent(fields)
        case Kind.CODES:
            return CodesToKeep(**_moment(fields, "made_at"))
        case Kind.ENROLLING:
            under = fields.pop("sign_in")
            sign_in = _sign_in(Kind(under.pop("kind")), under) if under else None
            if not isinstance(sign_in, MfaRequired | None):
                raise TypeError("nothing else asks for a second factor")
            return Enrolling(**_moment(fields, "begun_at"), sign_in=sign_in)
        case _:
            return _sign_in(kind, fields)


def _sign_in(kind: Kind, fields: dict[str, Any]) -> Pending:
    token, ends = fields.pop("intermediate")
    intermediate = Intermediate(token=token, expires_at=datetime.fromisoformat(ends))
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    match kind:
        case Kind.DISCOVERED:
            return Discovered(intermediate, **known)
        case Kind.MFA:
            return MfaRequired(intermediate, **known)
        case Kind.PRIMARY:
            return PrimaryRequired(intermediate, **known)
        case _:
            raise ValueError(kind)


def _moment(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {**fields, name: datetime.fromisoformat(fields[name])}


def _sent(fields: dict[str, Any]) -> CodeSent:
    packed = fields.pop("held", None)
    held = unpack(packed) if packed else None
    known = held if isinstance(held, PrimaryRequired) else None
    return CodeSent(**_moment(fields, "sent_at"), held=known)
