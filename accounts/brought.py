"""What the cookies say that a browser brought: believed is only what we sealed."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import endings, generations, idleness, incoming, methods, stamps, unfinished
from accounts.credentials import Credentials
from accounts.incoming import Stray
from accounts.service import keeps_jwt

SESSION = ("session", "jwt", "stamp")


def read(request: HttpRequest) -> Credentials:
    """This will believe only what we sealed; whether the JWT holds is for RequestAuth to find."""
    came, doubled = incoming.sort(request)
    unwanted = _take_unwanted(came)
    now = timezone.now()
    tokens, stamp = stamps.read(came)
    generation = generations.read(came)
    late = tokens if generations.is_over(stamp, generation) else None
    tokens, stamp = (tokens, stamp) if late is None else (None, {})
    sealed = came.get("pending")
    begun = unfinished.unseal(sealed, now=now) if sealed else unfinished.NOTHING
    useless = () if tokens or late else (*SESSION, "seen")
    strays = incoming.strays(came, useless if begun else (*useless, "pending"))
    return Credentials(
        session=tokens,
        pending=begun.step,
        next=begun.next,
        **stamps.told(stamp),
        departures=begun.departures,
        earlier=begun.earlier,
        arrival=begun.arrival,
        email_address=begun.email_address,
        last_method=came["method"] if came.get("method") in methods.ALL else "",
        generation=generation,
        late=late,
        seen_at=idleness.read(came.get("seen", ""), tokens),
        ended="signed_out" if late else endings.read(came.get("last", ""), tokens, now=now),
        strays=(*strays, *unwanted, *doubled),
    )


def _take_unwanted(came: dict[str, str]) -> tuple[Stray, ...]:
    """A JWT that isn't to be in the browser: of before SESSION_CHECK=token, or another backend's.

    It says nothing here, and goes, also from this host alone, where another backend may set it.
    """
    if keeps_jwt() or not came.pop("jwt", ""):
        return ()
    return (Stray("jwt", (None, settings.COOKIE_DOMAIN)),)
