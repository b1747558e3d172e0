"""IdentityClient: every call this app makes to an identity service, grouped by noun."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import httpx

from accounts.client._http import Http, path
from accounts.client.bulkhead import Bulkhead
from accounts.client.circuit import Circuit
from accounts.client.discovery import Discovery
from accounts.client.errors import CircuitOpen, Rejected, Unavailable
from accounts.client.factors import Factors
from accounts.client.keys import Keys
from accounts.client.members import Members
from accounts.client.organizations import Organizations
from accounts.client.passwords import Passwords
from accounts.client.providers import Providers
from accounts.client.rbac import Rbac
from accounts.client.second_factors import SecondFactors
from accounts.client.session_jwt import Verifier
from accounts.client.sessions import Sessions
from accounts.client.wire import Json

JWKS = "/v1/b2b/sessions/jwks/{project_id}"


def utcnow() -> datetime:
    return datetime.now(tz=UTC)


class IdentityClient:
    """A client of one project; make one per process, it is safe to share between threads.

    `base_url` is the service's origin, `transport` where its calls go when not over the network,
    `clock` the time as aware UTC. Browsers begin at a provider with `public_token`, below
    `public_url`, an address or, at this app's own origin, a path or "". Every method of every
    group raises an IdentityError and nothing else when a call fails. While the service is slow
    at most `most_waiting` threads wait for it, and once it falls silent none does.
    """

    def __init__(
        self,
        *,
        base_url: str,
        project_id: str,
        secret: str,
        public_token: str = "",
        public_url: str = "",
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], datetime] = utcnow,
        most_waiting: int = 6,
    ) -> None:
        self._project_id = project_id
        self._http = Http(
            base_url=base_url,
            project_id=project_id,
            secret=secret,
            transport=transport,
            circuit=Circuit(clock),
            bulkhead=Bulkhead(most_waiting, clock),
        )
        self._keys = Keys(fetch=self._fetch_keys, clock=clock)
        self.factors = Factors(self._http, clock)
        self.second_factors = SecondFactors(self._http)
        self.passwords = Passwords(self._http, clock)
        self.providers = Providers(self._http, clock, public_token, public_url.rstrip("/"))
        self.discovery = Discovery(self._http, clock)
        self.sessions = Sessions(self._http, clock, self._verifier(base_url, clock))
        self.organizations = Organizations(self._http, Members(self._http))
        self.rbac = Rbac(self._http, clock)

    def ready(self) -> None:
        """Check that the service answers and publishes its keys; raises Unavailable.

        Keys alone prove little, so that a circuit which is open counts for more. Half-open counts
        as ready: only somebody's call can tell, and none comes to who says it isn't.
        """
        if self._http.circuit.is_open:
            raise CircuitOpen("silent a moment ago")
        self._keys.load()

    def waiting(self) -> AbstractContextManager[None]:
        """Wait for another thread's call in here; raises Unavailable when too many wait already."""
        return self._http.bulkhead.place()

    def close(self) -> None:
        """Let go of the connections; only a client that is thrown away needs it."""
        self._http.close()

    def _verifier(self, base_url: str, clock: Callable[[], datetime]) -> Verifier:
        issuers = (f"stytch.com/{self._project_id}", base_url.rstrip("/"))  # CONTRACT 4.2
        return Verifier(self._keys, self._project_id, issuers, clock)

    def _fetch_keys(self) -> Json:
        try:
            return self._http.get_published(path(JWKS, project_id=self._project_id))
        except Rejected as error:
            raise Unavailable(f"keys refused: {error.error_type}") from error
