"""A member's sessions as a list shows them: with their device, the one at hand first."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts import devices
from accounts.client.entities import MemberSession
from accounts.devices import Device
from accounts.templatetags import ui


@dataclass(frozen=True, slots=True)
class Row:
    """`mark` names the session in addresses: its id stays at the service."""

    session: MemberSession
    device: Device
    mark: str
    is_here: bool


def rows(sessions: Iterable[MemberSession], *, here: str = "") -> tuple[Row, ...]:
    """`here` is the id of the session that looks at them, "" when it isn't among them."""
    found = (row(session, here=here) for session in sessions)
    newest = sorted(found, key=lambda each: each.session.last_accessed_at, reverse=True)
    return tuple(sorted(newest, key=lambda each: not each.is_here))


def row(session: MemberSession, *, here: str = "") -> Row:
    return Row(
        session=session,
        device=devices.of_session(session),
        mark=ui.fingerprint(session.member_session_id),
        is_here=session.member_session_id == here,
    )


def find(among: Iterable[Row], mark: str) -> Row | None:
    return next((each for each in among if each.mark == mark), None)
