"""Bad weather on purpose: the embedded service made slow, silent, broken or busy, with DEBUG only.

So that one can see in the browser what people see on such a day. Kept in this process's memory; a
development server is one process.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom

import httpx
from django.conf import settings

from project.embedded import EmbeddedTransport
from project.forecast import Weather, parse

NONSENSE = "<html><title>Welcome to the airport’s wireless network</title></html>"
CHANCE = SystemRandom().random
READ_TIMEOUT = 5.0  # seconds, where a call brings no time limit of its own


@dataclass(slots=True)
class Sky:
    """The weather as it was last told, by IDENTITY_WEATHER until somebody did."""

    told: str | None = None

    @property
    def text(self) -> str:
        """Always fair without DEBUG, whatever was told: a second lock (QUALITY 73)."""
        if not settings.DEBUG:
            return ""
        return settings.IDENTITY_WEATHER if self.told is None else self.told

    def over(self, path: str, *, chance: Callable[[], float]) -> Weather | None:
        """What befalls a call to this path."""
        for weather in parse(self.text):
            if path.startswith(weather.prefix) and chance() * 100 < weather.chance:
                return weather
        return None


sky = Sky()


class WeatherTransport(httpx.BaseTransport):
    """Passes calls on to `inner` as far as the weather lets it."""

    def __init__(
        self,
        inner: httpx.BaseTransport | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = CHANCE,
    ) -> None:
        self.inner = inner or EmbeddedTransport()
        self.sleep = sleep
        self.chance = chance

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        weather = sky.over(request.url.path, chance=self.chance)
        if weather is None:
            return self.inner.handle_request(request)
        match weather.kind:
            case "slow":
                self._wait(request, weather.seconds)
                return self.inner.handle_request(request)
            case "nothing":
                self._wait(request, float("inf"))
        return befall(request, weather)

    def _wait(self, request: httpx.Request, seconds: float) -> None:
        """In this process nobody else enforces the caller's time limit."""
        limit = request.extensions.get("timeout", {}).get("read") or READ_TIMEOUT
        self.sleep(min(seconds, limit))
        if seconds >= limit:
            raise httpx.ReadTimeout("timed out", request=request)


def befall(request: httpx.Request, weather: Weather) -> httpx.Response:
    """Answer in the service's stead."""
    match weather.kind:
        case "429":
            wait = {"Retry-After": str(weather.seconds)}
            return httpx.Response(429, json=envelope(429, "too_many_requests"), headers=wait)
        case "403":
            return httpx.Response(403, json=envelope(403, "ip_not_allowed"))
        case "500":
            return httpx.Response(500, json=envelope(500, "internal_server_error"))
        case "nonsense":
            return httpx.Response(200, text=NONSENSE, headers={"Content-Type": "text/html"})
        case _:
            raise httpx.ConnectError("connection refused", request=request)


def envelope(status: int, error_type: str) -> dict[str, str | int]:
    """An error as the service words it (CONTRACT 1.4)."""
    return {
        "status_code": status,
        "request_id": "request-id-test-bad-weather",
        "error_type": error_type,
        "error_message": "Bad weather, as it was asked for.",
        "error_url": "",
    }
