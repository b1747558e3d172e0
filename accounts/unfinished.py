"""What the pending cookie holds, sealed: a step, a departure, and for a while whose they were."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts import departures, pending as steps, sealing
from accounts.departures import Departure
from accounts.pending import CodeSent, Step

# Who comes back to a step that is over shouldn't have to type the address again.
ADDRESS_KEPT = timedelta(hours=1)
PURPOSE = "pending"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """`next` is where the step was going; `email_address` is set once the step itself is over."""

    step: Step | None = None
    next: str = ""
    departure: Departure | None = None
    email_address: str = ""

    def __bool__(self) -> bool:
        return bool(self.step or self.departure or self.email_address)


NOTHING = Unfinished()


def expires_at(unfinished: Unfinished, *, now: datetime) -> datetime:
    ends = [now + ADDRESS_KEPT] if unfinished.email_address else []
    if unfinished.step is not None:
        ends.append(_step_forgotten_at(unfinished.step))
    if unfinished.departure is not None:
        ends.append(unfinished.departure.expires_at)
    return max(ends)


def seal(unfinished: Unfinished) -> str:
    step, departure = unfinished.step, unfinished.departure
    packed = {
        "step": steps.pack(step) if step else None,
        "next": unfinished.next,
        "departure": departures.pack(departure) if departure else None,
        "email_address": unfinished.email_address,
    }
    return sealing.seal(packed, purpose=PURPOSE)


def unseal(sealed: str, *, now: datetime) -> Unfinished:
    """This will leave out what is over, and of a step keep the address for an hour."""
    packed = sealing.unseal(sealed, purpose=PURPOSE)
    if packed is None:
        return NOTHING
    step, address = _step(packed, now=now)
    departure = departures.unpack(packed.get("departure") or {})
    return Unfinished(
        step=step,
        next=packed["next"] if step or address else "",
        departure=departure if departure and departure.expires_at > now else None,
        email_address=address,
    )


def _step(packed: dict[str, Any], *, now: datetime) -> tuple[Step | None, str]:
    step = steps.unpack(packed["step"]) if packed["step"] else None
    if step is None:
        return None, packed.get("email_address", "")
    if steps.expires_at(step) > now:
        return step, ""
    return None, steps.address_of(step) if _step_forgotten_at(step) > now else ""


def _step_forgotten_at(step: Step) -> datetime:
    ends = steps.expires_at(step)
    return ends if isinstance(step, CodeSent) else ends + ADDRESS_KEPT
