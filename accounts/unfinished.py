"""What the pending cookie holds, sealed: steps, departures, and for a while whose they were."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from accounts import arrivals, departures as ways, pending as steps, sealing
from accounts.arrivals import Arrival
from accounts.departures import Departure
from accounts.pending import CodeSent, Step

# Who comes back to a step that is over shouldn't have to type the address again.
ADDRESS_KEPT = timedelta(hours=1)
PURPOSE = "pending"
# Characters; with name and attributes below the 4096 bytes that every browser keeps.
LONGEST = 4040


@dataclass(frozen=True, slots=True)
class Unfinished:
    """`next` is where the step was going; `email_address` is set once the step itself is over.

    `earlier` are mails that other tabs wait for, oldest first like the departures.
    """

    step: Step | None = None
    next: str = ""
    departures: tuple[Departure, ...] = ()
    email_address: str = ""
    earlier: tuple[CodeSent, ...] = ()
    arrival: Arrival | None = None

    def __bool__(self) -> bool:
        return bool(
            self.step or self.departures or self.email_address or self.earlier or self.arrival
        )


NOTHING = Unfinished()


def expires_at(unfinished: Unfinished, *, now: datetime) -> datetime:
    ends = [now + ADDRESS_KEPT] if unfinished.email_address else []
    if unfinished.step is not None:
        ends.append(_step_forgotten_at(unfinished.step))
    if unfinished.arrival is not None:
        ends.append(unfinished.arrival.expires_at)
    ends += [departure.expires_at for departure in unfinished.departures]
    ends += [steps.expires_at(sent) for sent in unfinished.earlier]
    return max(ends)


def seal(unfinished: Unfinished) -> str:
    sealed = _seal(unfinished)
    while len(sealed) > LONGEST and (less := _less(unfinished)) != unfinished:
        unfinished, sealed = less, _seal(less)
    return sealed


def _less(unfinished: Unfinished) -> Unfinished:
    """Where there is too much for a cookie, what waits longest gives way to what came last.

    Where somebody goes once signed in gives way to signing in at all.
    """
    if unfinished.earlier:
        return replace(unfinished, earlier=unfinished.earlier[1:])
    if unfinished.departures[0 if unfinished.arrival else 1 :]:
        return replace(unfinished, departures=unfinished.departures[1:])
    if unfinished.arrival and unfinished.step:
        address = steps.address_of(unfinished.step)
        return replace(unfinished, step=None, email_address=address)
    if isinstance(unfinished.step, CodeSent) and unfinished.step.next:
        return replace(unfinished, step=replace(unfinished.step, next=""))
    return replace(unfinished, next="")


def unseal(sealed: str, *, now: datetime) -> Unfinished:
    """This will leave out what is over, and of a step keep the address for an hour."""
    packed = sealing.unseal(sealed, purpose=PURPOSE)
    if packed is None:
        return NOTHING
    step, address = _step(packed, now=now)
    away = (ways.unpack(each, now=now) for each in packed.get("departures", ()))
    return Unfinished(
        step=step,
        next=packed["next"] if step or address else "",
        departures=tuple(filter(None, away)),
        email_address=address,
        earlier=tuple(_earlier(packed, now=now)),
        arrival=arrivals.unpack(packed.get("arrival") or {}, now=now),
    )


def _seal(unfinished: Unfinished) -> str:
    packed = {
        "step": steps.pack(unfinished.step) if unfinished.step else None,
        "next": unfinished.next,
        "departures": [ways.pack(each) for each in unfinished.departures],
        "email_address": unfinished.email_address,
        "earlier": [steps.pack(each) for each in unfinished.earlier],
        "arrival": arrivals.pack(unfinished.arrival) if unfinished.arrival else None,
    }
    return sealing.seal(packed, purpose=PURPOSE)


def _step(packed: dict[str, Any], *, now: datetime) -> tuple[Step | None, str]:
    step = steps.unpack(packed["step"]) if packed["step"] else None
    if step is None:
        return None, packed.get("email_address", "")
    if steps.expires_at(step) > now:
        return step, ""
    return None, steps.address_of(step) if _step_forgotten_at(step) > now else ""


def _earlier(packed: dict[str, Any], *, now: datetime) -> list[CodeSent]:
    found = [steps.unpack(each) for each in packed.get("earlier", ())]
    sent = [each for each in found if isinstance(each, CodeSent)]
    return [each for each in sent if steps.expires_at(each) > now]


def _step_forgotten_at(step: Step) -> datetime:
    ends = steps.expires_at(step)
    return ends if isinstance(step, CodeSent) else ends + ADDRESS_KEPT
