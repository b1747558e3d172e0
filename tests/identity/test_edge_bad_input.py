"""Everything a confused or hostile caller may send: it never stumbles, it never tells."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from tests.identity.api import Api, refused

ORGANIZATIONS = "/b2b/organizations"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_what_is_no_json_object_is_refused(api: Api, raw: bytes) -> None:
    refused(api.call("POST", ORGANIZATIONS, raw=raw), 400, "invalid_json")


@pytest.mark.parametrize(
    "raw",
    [
        rb'{"organization_name": "a\u0000b"}',
        rb'{"organization_name": "Acme", "trusted_metadata": {"\u0000": 1}}',
        rb'{"organization_name": "\ud800"}',
        b'{"organization_name": "Acme", "trusted_metadata": {"n": 1e999}}',
        b'{"organization_name": "Acme", "trusted_metadata": ' + b'{"a":' * 40 + b"1" + b"}" * 41,
        b'{"organization_name": 5}',
        b'{"organization_name": ["Acme"]}',
        b'{"organization_name": ""}',
        b'{"organization_name": null}',
        b"{}",
        b"",
        b'{"organization_name": "Acme", "email_allowed_domains": "acme.example"}',
        b'{"organization_name": "Acme", "email_allowed_domains": [1]}',
        b'{"organization_name": "Acme", "email_allowed_domains": [null]}',
        b'{"organization_name": "Acme", "mfa_policy": "SOMETIMES"}',
    ],
)
def test_strange_values_are_bad_requests(api: Api, raw: bytes) -> None:
    refused(api.call("POST", ORGANIZATIONS, raw=raw), 400, "bad_request")


@pytest.mark.parametrize(
    ("field", "value", "error_type"),
    [
        ("email_address", 5, "invalid_email"),
        ("code", "12345", "invalid_code"),
        ("code", 123456, "invalid_code"),
        ("code", "\u0661\u0662\u0663\u0664\u0665\u0666", "invalid_code"),
        ("session_duration_minutes", 4, "invalid_session_duration_minutes"),
        ("session_duration_minutes", 527_041, "invalid_session_duration_minutes"),
        ("session_duration_minutes", "60", "invalid_session_duration_minutes"),
        ("session_duration_minutes", 60.0, "invalid_session_duration_minutes"),
        ("session_duration_minutes", True, "invalid_session_duration_minutes"),
        ("session_token", 1, "invalid_session_token"),
        ("session_jwt", {}, "unable_to_parse_session_jwt"),
        ("session_custom_claims", [], "unable_to_represent_custom_claims_json"),
        ("locale", "tlh", "invalid_locale"),
        ("organization_id", 1, "bad_request"),
    ],
)
def test_fields_have_error_types_of_their_own(
    api: Api, field: str, value: Any, error_type: str
) -> None:
    body = {"organization_id": "x", "email_address": "a@b.example", "code": "123456", field: value}
    refused(api.post("/b2b/otps/email/authenticate", **body), 400, error_type)


def test_a_lifetime_of_the_wrong_type_is_an_invalid_expiration(api: Api) -> None:
    body = {"email_address": "a@b.example", "discovery_expiration_minutes": "10"}
    refused(api.post("/b2b/otps/email/discovery/send", **body), 400, "invalid_expiration")


def test_the_refusal_names_the_field_and_never_repeats_its_value(api: Api) -> None:
    response = api.post(ORGANIZATIONS, organization_name={"secret": "s3cr3t"})
    error = refused(response, 400, "bad_request")
    assert error["error_details"]["field"] == "organization_name"
    assert "s3cr3t" not in response.text


@pytest.mark.parametrize(
    "path", [f"{ORGANIZATIONS}/%00", f"{ORGANIZATIONS}/x/member?member_id=%00"]
)
def test_nul_in_a_path_or_query_is_refused(api: Api, path: str) -> None:
    refused(api.call("GET", path), 400, "bad_request")


def test_broken_unicode_in_a_path_is_just_unknown(api: Api) -> None:
    refused(api.call("GET", f"{ORGANIZATIONS}/%ff%fe"), 404, "organization_not_found")


def test_a_thousand_parameters_are_refused(api: Api) -> None:
    query = {f"p{number}": "1" for number in range(1001)}
    refused(api.call("GET", "/b2b/organizations/x/member", query=query), 400, "bad_request")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)
FIELDS = ("organization_name", "organization_slug", "trusted_metadata", "email_allowed_domains",
          "mfa_policy", "allowed_auth_methods", "auth_methods", "allowed_oauth_tenants",
          "rbac_email_implicit_role_assignments", "organization_external_id")  # fmt: skip


@hypothesis_settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES))
def test_no_json_makes_it_stumble(api: Api, body: dict[str, Any]) -> None:
    response = api.call("POST", ORGANIZATIONS, raw=json.dumps(body).encode())
    assert response.status_code in {200, 400}, response.content
    assert response.json()["status_code"] == response.status_code


@hypothesis_settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(raw=st.binary(max_size=200))
def test_no_bytes_make_it_stumble(api: Api, raw: bytes) -> None:
    assert api.call("POST", ORGANIZATIONS, raw=raw).status_code == 400
