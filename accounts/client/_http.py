"""The one place that sends: a JSON object comes back, or an IdentityError is raised."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx

from accounts.client import asker, rejections, tracing
from accounts.client.bulkhead import Bulkhead
from accounts.client.circuit import Call, Circuit
from accounts.client.errors import Unavailable
from accounts.client.wire import Json

# seconds; a page waits for these at worst, and a worker with it
CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 5.0
# Those are for each piece of an answer; whoever drips is given up after this long in all.
WITHIN = timedelta(seconds=10)
LARGEST = 10 * 1024 * 1024  # bytes; a thousand members are less than half of it
MEMBER_SESSION_HEADER = "X-Stytch-Member-Session"
CLIENT_IP_HEADER = "X-Foyer-Client-IP"
BROWSER_HEADER = "X-Foyer-Browser"
FOR_STRANGER_HEADER = "X-Foyer-For-Stranger"
REQUEST_ID_HEADER = "X-Request-Id"
READ_HEADERS = ("Content-Type", "Retry-After")
# A gateway's word that nobody is there. A 500 is a bug somewhere, and a bug is no outage.
GATEWAY = frozenset({502, 503, 504})


class Http:
    """Project-authenticated JSON calls (CONTRACT 1.2); safe to share between threads.

    Nothing is ever sent twice: whether a call that got no answer was carried out, nobody knows.
    """

    def __init__(
        self,
        *,
        base_url: str,
        project_id: str,
        secret: str,
        circuit: Circuit,
        bulkhead: Bulkhead,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.circuit, self.bulkhead = circuit, bulkhead
        self._client = httpx.Client(
            base_url=base_url,
            auth=(project_id, secret),
            timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
            headers={"User-Agent": "Foyer", "Accept": "application/json"},
            transport=transport,
        )

    def get(self, path: str, *, acting_session_token: str = "", **query: str) -> Json:
        headers = _headers(acting_session_token=acting_session_token)
        return self._call("GET", path, query=query, headers=headers)

    def get_published(self, path: str) -> Json:
        """Fetch what a cache in front of the service may hold: its arrival ends no outage."""
        request = self._client.build_request("GET", path, headers=_headers())
        return _read(self._send(request, proves=False), path=path)

    def post(
        self,
        path: str,
        body: Json,
        *,
        client_ip: str = "",
        browser: str = "",
        acting_session_token: str = "",
        for_stranger: bool = False,
    ) -> Json:
        headers = _headers(
            client_ip=client_ip, browser=browser, acting_session_token=acting_session_token
        )
        headers |= {FOR_STRANGER_HEADER: "true"} if for_stranger else {}
        headers |= asker.headers(path)
        return self._call("POST", path, body={**body, **asker.fields(path)}, headers=headers)

    def put(self, path: str, body: Json, *, acting_session_token: str = "") -> Json:
        headers = _headers(acting_session_token=acting_session_token)
        return self._call("PUT", path, body=body, headers=headers)

    def delete(self, path: str, *, acting_session_token: str = "") -> Json:
        headers = _headers(acting_session_token=acting_session_token)
        return self._call("DELETE", path, headers=headers)

    def close(self) -> None:
        self._client.close()

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        request = self._client.build_request(
            method, path, params=query, json=body, headers=headers or _headers()
        )
        return _read(self._send(request), path=path)

    def _send(self, request: httpx.Request, *, proves: bool = True) -> httpx.Response:
        with self.circuit.call() as call, self.bulkhead.place():
            response = self._answer(request, call)
            silent = response.status_code in GATEWAY and not _is_json(response)
            call.answered = False if silent else proves or None
            return response

    def _answer(self, request: httpx.Request, call: Call) -> httpx.Response:
        try:
            return _whole(self._client.send(request, stream=True), clock=self.circuit.clock)
        except httpx.HTTPError as error:
            call.answered = False
            raise Unavailable(f"no answer: {type(error).__name__}") from error


def path(template: str, **ids: str) -> str:
    """Fill ids into a path, nothing in them considered safe (CONTRACT 1.2)."""
    return template.format(**{name: _segment(value) for name, value in ids.items()})


def given(**fields: object) -> dict[str, object]:
    """Keep what was given: unset parameters are left out, never sent as null (CONTRACT 1.2)."""
    return {name: value for name, value in fields.items() if value not in (None, "", ())}


def _segment(value: str) -> str:
    # "." and ".." would be resolved away on the way
    return quote(value, safe="") if value.strip(".") else value.replace(".", "%2E")


def _headers(
    *, client_ip: str = "", browser: str = "", acting_session_token: str = ""
) -> dict[str, str]:
    headers = {
        CLIENT_IP_HEADER: rejections.plain(client_ip),
        BROWSER_HEADER: rejections.plain(browser),
        MEMBER_SESSION_HEADER: acting_session_token,
        REQUEST_ID_HEADER: rejections.plain(tracing.request_id.get()),
    }
    return {name: value for name, value in headers.items() if value}


def _whole(response: httpx.Response, *, clock: Callable[[], datetime]) -> httpx.Response:
    """Read to the end, within limits; raises httpx.HTTPError."""
    until, body = clock() + WITHIN, bytearray()
    with closing(response):
        for piece in response.iter_bytes():
            body += piece
            if clock() > until or len(body) > LARGEST:
                raise httpx.ReadTimeout("too slow or too long", request=response.request)
    headers = {name: response.headers.get(name, "") for name in READ_HEADERS}
    return httpx.Response(response.status_code, headers=headers, content=bytes(body))


def _is_json(response: httpx.Response) -> bool:
    """Gateways answer with a page; what comes in JSON the service has said itself."""
    content_type: str = response.headers.get("Content-Type", "")
    return content_type.startswith("application/json")


def _read(response: httpx.Response, *, path: str) -> Json:
    body = _json(response)
    if response.is_success:
        return body
    if response.is_client_error:
        raise rejections.rejection(
            body,
            status_code=response.status_code,
            path=path,
            retry_after=response.headers.get("Retry-After", ""),
        )
    raise Unavailable(f"answered {response.status_code}", request_id=rejections.request_id(body))


def _json(response: httpx.Response) -> Json:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        # `from None`: the decoder's error carries the whole answer, tokens and all
        raise Unavailable(f"answered {response.status_code}, not in JSON") from None
    if not isinstance(body, dict):
        raise Unavailable(f"answered {response.status_code}, not with an object")
    return body
