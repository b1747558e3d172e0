"""What is sent, and what the answers of a good, bad or broken service become."""

import base64
import json

import httpx
import pytest

from accounts.client import rejections, tracing
from accounts.client._http import path
from accounts.client.client import IdentityClient
from accounts.client.errors import (
    Forbidden,
    IdentityError,
    MemberLocked,
    PasswordResetRequired,
    RateLimited,
    Rejected,
    SessionExpired,
    StepExpired,
    Unavailable,
    WeakPassword,
    WrongCredentials,
)
from accounts.client.tokens import Intermediate, Tokens
from tests import transports
from tests.client import samples, signing
from tests.client.conftest import make_client

TOKENS = Tokens("the-session-token", "the-session-jwt", samples.NOW)
STEP = Intermediate("the-intermediate-token", samples.NOW)
ADA = {"organization_id": "acme", "member_id": "ada"}


def client_through(transport):
    return IdentityClient(
        base_url=signing.BASE_URL,
        project_id=signing.PROJECT_ID,
        secret="secret-test-of-the-project",
        transport=transport,
    )


def sent(**changes):
    """The one request of a call that is answered well."""
    requests = []

    def answer(request):
        requests.append(request)
        return httpx.Response(200, json={**samples.ENVELOPE, **changes})

    return make_client(answer), requests


def test_the_project_speaks_with_basic_auth_and_json():
    client, requests = sent()
    client.factors.send_discovery_code("ada@acme.example")
    (request,) = requests
    credentials = base64.b64encode(f"{signing.PROJECT_ID}:secret-test-of-the-project".encode())
    assert request.headers["Authorization"] == f"Basic {credentials.decode()}"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {"email_address": "ada@acme.example"}


def test_nobody_waits_for_long():
    """Two seconds to connect, five to answer (QUALITY 63)."""
    client, requests = sent()
    client.factors.send_discovery_code("ada@acme.example")
    timeout = requests[0].extensions["timeout"]
    assert (timeout["connect"], timeout["read"]) == (2.0, 5.0)
    assert max(timeout.values()) == 5.0


def test_the_visitors_address_goes_along_when_known():
    client, requests = sent()
    client.factors.send_discovery_code("ada@acme.example", client_ip="2001:db8::1")
    client.factors.send_discovery_code("ada@acme.example", client_ip="evil\r\nX-Other: 1")
    client.factors.send_discovery_code("ada@acme.example")
    for call in (
        lambda: client.factors.authenticate_discovery_code("a@b.example", "1", client_ip="::2"),
        lambda: client.factors.authenticate_code(
            organization_id="o-1", email_address="a@b.example", code="1", client_ip="::2"
        ),
    ):
        with pytest.raises(Unavailable):
            call()
    said = [request.headers.get("X-Foyer-Client-IP") for request in requests]
    assert said == ["2001:db8::1", None, None, "::2", "::2"]


def test_the_request_id_goes_along_when_there_is_one():
    client, requests = sent()
    for value in ("request-1", "", "two\nlines"):
        token = tracing.request_id.set(value)
        client.factors.send_discovery_code("ada@acme.example")
        tracing.request_id.reset(token)
    assert [request.headers.get("X-Request-Id") for request in requests] == [
        "request-1",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("organization_id", "expected"),
    [
        ("organization-test-1", "/v1/b2b/organizations/organization-test-1"),
        ("a/b", "/v1/b2b/organizations/a%2Fb"),
        ("a+b?c#d", "/v1/b2b/organizations/a%2Bb%3Fc%23d"),
        ("..", "/v1/b2b/organizations/%2E%2E"),
        (".", "/v1/b2b/organizations/%2E"),
        ("ä", "/v1/b2b/organizations/%C3%A4"),
    ],
)
def test_ids_cannot_leave_their_place_in_the_path(organization_id, expected):
    """Nothing in them is safe (CONTRACT 1.2)."""
    client, requests = sent(organization=samples.ORGANIZATION)
    client.organizations.get(organization_id)
    assert requests[0].url.raw_path.decode() == expected
    assert path("/x/{organization_id}", organization_id="{0}") == "/x/%7B0%7D"


@pytest.mark.parametrize("transport", [transports.Down(), transports.Slow()])
def test_silence_is_unavailable(transport):
    """Down or slow: neither a yes nor a no (QUALITY 63)."""
    with pytest.raises(Unavailable) as silence:
        client_through(transport).sessions.authenticate(TOKENS)
    assert silence.value.request_id == ""


NONSENSE = {
    "500": (500, {"status_code": 500, "error_type": "internal_server_error"}),
    "502 html": (502, "<html>bad gateway</html>"),
    "503 session_not_found": (503, {"error_type": "session_not_found"}),
    "200 html": (200, "<html>captive portal</html>"),
    "200 empty": (200, ""),
    "200 list": (200, []),
    "200 null": (200, None),
    "200 deep": (200, "[" * 100_000),
    "200 not utf-8": (200, b'{"a": "\xff"}'),
    "200 object": (200, {}),
    "204": (204, ""),
    "302": (302, {"error_type": "session_not_found"}),
    "304": (304, ""),
    "401 html": (401, "<html>proxy says no</html>"),
    "403 waf": (403, {"message": "Forbidden"}),
    "404 html": (404, "<html>not found</html>"),
    "404 list": (404, []),
    "404 type number": (404, {"error_type": 7}),
    "404 type empty": (404, {"error_type": ""}),
    "404 type odd": (404, {"error_type": "session_not_found\nINFO all is well"}),
    "429 html": (429, "slow down"),
    "601": (601, {"error_type": "session_not_found"}),
}


@pytest.mark.parametrize(("status", "body"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_unavailable_and_never_a_no(status, body):
    """A proxy's 401 or a portal's page signs nobody out (QUALITY 63)."""
    client = client_through(transports.Answering(status, body))
    with pytest.raises(Unavailable):
        client.sessions.authenticate(TOKENS)


KINDS = [
    (404, "session_not_found", SessionExpired),
    (401, "user_unauthenticated", SessionExpired),
    (401, "invalid_secret_authentication", SessionExpired),
    (401, "unauthorized_credentials", SessionExpired),
    (404, "intermediate_session_not_found", StepExpired),
    (404, "otp_code_not_found", WrongCredentials),
    (401, "unable_to_auth_otp_code", WrongCredentials),
    (401, "unable_to_auth_magic_link", WrongCredentials),
    (404, "magic_link_not_found", WrongCredentials),
    (400, "unable_to_authenticate_totp", WrongCredentials),
    (404, "totp_not_found", WrongCredentials),
    (404, "recovery_codes_not_found", WrongCredentials),
    (400, "no_active_recovery_code_backed_factor", WrongCredentials),
    (403, "session_authorization_error", Forbidden),
    (403, "session_authorization_tenancy_error", Forbidden),
    (400, "operation_restricted_by_organization_auth_methods", Forbidden),
    (403, "email_jit_provisioning_not_allowed", Forbidden),
    (401, "insufficient_factors", Forbidden),
    (403, "action_available_only_once_primary_authentication_is_met", Forbidden),
    (429, "too_many_requests", RateLimited),
    (429, "session_not_found", RateLimited),
    (429, "user_lock_limit_reached", MemberLocked),
    (401, "user_lock_limit_reached", MemberLocked),
    (400, "member_reset_password", PasswordResetRequired),
    (400, "weak_password", WeakPassword),
    (400, "breached_password", WeakPassword),
    (400, "pkce_mismatch", WrongCredentials),
    (400, "invalid_session_duration_minutes", Rejected),
    (401, "an_error_of_the_future", Rejected),
]


@pytest.mark.parametrize(("status", "error_type", "kind"), KINDS)
def test_a_clear_no_says_which(status, error_type, kind):
    """error_type decides, the status does not (CONTRACT 7.4)."""
    client = client_through(transports.refusal(status, error_type))
    with pytest.raises(Rejected) as no:
        client.sessions.authenticate(TOKENS)
    assert type(no.value) is kind
    assert (no.value.error_type, no.value.status_code) == (error_type, status)
    assert no.value.message == "No."
    assert no.value.request_id.startswith("request-id-test-")


def test_every_kind_of_no_is_a_subclass():
    assert all(issubclass(kind, Rejected) for kind in rejections.KINDS.values())
    assert not issubclass(Unavailable, Rejected)
    assert issubclass(Unavailable, IdentityError)


def test_unauthorized_credentials_end_a_session_only_where_one_was_shown():
    """The same name is a wrong password elsewhere, and must not sign anyone out there."""
    client = client_through(transports.refusal(401, "unauthorized_credentials"))
    with pytest.raises(WrongCredentials):
        client.factors.authenticate_discovery_code("ada@acme.example", "000000")
    with pytest.raises(SessionExpired):
        client.sessions.exchange("token", organization_id="acme")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("99999999", 86_400),
        ("", 60),
        ("-5", 60),
        ("1e3", 60),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 60),
        ("9" * 5000, 60),
    ],
)
def test_too_many_says_when_to_come_back(header, seconds):
    transport = transports.refusal(429, "too_many_requests", retry_after=header)
    with pytest.raises(RateLimited) as limited:
        client_through(transport).factors.send_discovery_code("ada@acme.example")
    assert limited.value.retry_after == seconds


def test_an_odd_request_id_does_not_reach_a_log():
    """Log lines are built from it (QUALITY 67)."""
    transport = transports.refusal(404, "session_not_found", request_id="a\nINFO all is well")
    with pytest.raises(SessionExpired) as no:
        client_through(transport).sessions.authenticate(TOKENS)
    assert no.value.request_id == ""


def calls_with_secrets(client):
    yield lambda: client.sessions.authenticate(TOKENS)
    yield lambda: client.sessions.exchange("the-session-token", organization_id="acme")
    yield lambda: client.discovery.organizations(intermediate=STEP)
    yield lambda: client.discovery.exchange("the-intermediate-token", organization_id="acme")
    yield lambda: client.factors.authenticate_discovery_code("a@b.example", "987654")
    yield lambda: client.factors.authenticate_discovery_link("the-link-token")
    yield lambda: client.factors.authenticate_link("the-link-token")
    yield lambda: client.second_factors.authenticate_sms(**ADA, code="987654")
    yield lambda: client.second_factors.authenticate_totp(**ADA, code="987654")
    yield lambda: client.second_factors.recover(**ADA, recovery_code="the-recovery-code")
    yield lambda: client.second_factors.create_totp(**ADA, session_token="the-session-token")
    yield lambda: client.passwords.strength("the-password")
    yield lambda: client.passwords.reset_by_email("the-link-token", password="the-password")
    yield lambda: client.providers.authenticate_sso("the-token", pkce_code_verifier="the-verifier")


ECHO = json.dumps({"session_token": "the-session-token", "code": "987654"})


@pytest.mark.parametrize(
    "transport",
    [
        transports.Down(),
        transports.Answering(500, ECHO),
        transports.Answering(200, ECHO),
        transports.Answering(200, ECHO + "}"),
        transports.Answering(404, ECHO),
        transports.refusal(400, "invalid_code", error_message="the-session-token 987654"),
    ],
)
def test_no_secret_is_in_an_error(transport, caplog):
    """Nor in a log line, nor in what the error was raised from (QUALITY 4, 67)."""
    caplog.set_level("DEBUG")
    said = ""
    for call in calls_with_secrets(client_through(transport)):
        with pytest.raises(IdentityError) as failed:
            call()
        said += repr(failed.value) + str(failed.value) + repr(failed.value.__cause__)
    for secret in ("the-", "987654", "secret-test-of-the-project"):
        assert secret not in said + caplog.text


def test_no_decoder_error_with_the_whole_answer_hangs_on_ours():
    client = client_through(transports.Answering(200, ECHO + "}"))
    with pytest.raises(Unavailable) as failed:
        client.sessions.authenticate(TOKENS)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_ready_says_whether_there_are_keys():
    """Which dependency is missing is the caller's to name (QUALITY 70)."""
    ready = make_client(lambda request: httpx.Response(200, json=signing.jwks("jwk-1")))
    assert ready.ready() is None
    for transport in (
        transports.Down(),
        transports.Answering(200, {"keys": []}),
        transports.refusal(401, "unauthorized_credentials"),
    ):
        with pytest.raises(Unavailable):
            client_through(transport).ready()


def test_a_closed_client_is_closed():
    client, _ = sent()
    client.close()
    with pytest.raises(RuntimeError):
        client.factors.send_discovery_code("ada@acme.example")
