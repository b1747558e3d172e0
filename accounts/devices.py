"""Where a session was begun: browser and system in words, and from which address.

Kept in the session itself, as one of its custom claims: so the list of sessions shows it whichever
service answers, Stytch included, which stores no user agents (CONTRACT 8.6), and this app needs no
database for it. Claims are in the JWT, hence in the cookie and at the service, so it is sealed:
nobody but this app reads an address there (QUALITY 8).
"""

from dataclasses import asdict, dataclass
from ipaddress import ip_address

from django.http import HttpRequest

from accounts import sealing, user_agents
from accounts.client.entities import MemberSession
from accounts.service import client_ip, place_hook

CLAIM = "foyer_device"
PURPOSE = "device"
LONGEST_PLACE = 60  # characters; with the rest it makes a claim of about 300 bytes


@dataclass(frozen=True, slots=True)
class Device:
    """Each "" when not known; `place` is what PLACE_OF_ADDRESS makes of the address."""

    browser: str = ""
    system: str = ""
    address: str = ""
    place: str = ""

    def __str__(self) -> str:
        known = " on ".join(filter(None, (self.browser, self.system)))
        return known if self.browser else f"Unknown browser{' on ' * bool(known)}{known}"

    @property
    def where(self) -> str:
        """`Lisbon (203.0.113.7)`, `203.0.113.7`, `this machine`, or ""."""
        if self.address and ip_address(self.address).is_loopback:
            return "this machine"
        return f"{self.place} ({self.address})" if self.place else self.address

    @property
    def is_mobile(self) -> bool:
        return self.system in user_agents.MOBILE


def of_request(request: HttpRequest) -> Device:
    named, place_of = request.headers.get("User-Agent", ""), place_hook()
    address = _spelled(client_ip(request))
    return Device(
        browser=user_agents.browser(named),
        system=user_agents.system(named),
        address=address,
        place=place_of(address)[:LONGEST_PLACE] if place_of and address else "",
    )


def of_session(session: MemberSession) -> Device:
    """What was noted at its sign-in; a session made elsewhere comes from an unknown device."""
    noted = sealing.unseal(str(session.custom_claims.get(CLAIM, "")), purpose=PURPOSE) or {}
    try:
        return Device(**noted)
    except TypeError:  # of another version
        return Device()


def claim(device: Device) -> str:
    noted = {name: value for name, value in asdict(device).items() if value}
    return sealing.seal(noted, purpose=PURPOSE)


def _spelled(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
