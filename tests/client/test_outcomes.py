"""parse_outcome: every known answer becomes one outcome, every unknown one is refused."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from accounts.client.entities import DiscoveredOrganization, MfaOptions
from accounts.client.errors import Unavailable
from accounts.client.outcomes import (
    Authenticated,
    Discovered,
    MfaRequired,
    PrimaryRequired,
    parse_authenticated,
    parse_discovered,
    parse_outcome,
)
from tests.client import samples
from tests.client.samples import bent


def outcome_of(body):
    return parse_outcome(body, now=samples.NOW)


def test_a_full_session_is_authenticated():
    outcome = outcome_of(samples.AUTHENTICATED)
    assert isinstance(outcome, Authenticated)
    assert outcome.tokens.session_token == samples.SESSION_TOKEN
    assert outcome.tokens.session_jwt == samples.SESSION_JWT
    assert outcome.tokens.expires_at == datetime(2026, 11, 20, 12, 59, tzinfo=UTC)
    assert outcome.session.member_session_id == samples.SESSION_ID
    assert outcome.session.custom_claims == {"plan": "gold"}
    assert outcome.session.issued_at is None
    assert outcome.member.roles == ("stytch_member", "stytch_admin")
    assert outcome.member.is_admin
    assert outcome.organization.name == "Acme"
    assert outcome.organization.allowed_auth_methods == ("sso", "google_oauth")


def test_a_missing_second_step_is_mfa_required():
    assert outcome_of(samples.MFA_REQUIRED) == MfaRequired(
        intermediate=outcome_of(samples.MFA_REQUIRED).intermediate,
        organization_id=samples.ORGANIZATION_ID,
        organization_name="Acme",
        organization_slug="acme",
        member_id=samples.MEMBER_ID,
        email_address="admin@acme.example",
        phone="XXXXXXX1234",
        totp_enrolled=True,
        sms_sent=True,
        phone_verified=False,
        allowed_methods=("totp",),
    )


def test_the_step_ends_when_the_service_says():
    intermediate = outcome_of(samples.MFA_REQUIRED).intermediate
    assert intermediate.token == samples.INTERMEDIATE_TOKEN
    assert intermediate.expires_at == datetime(2026, 11, 20, 12, 7, tzinfo=UTC)


def test_the_step_ends_after_ten_minutes_when_the_service_does_not_say():
    """Older services lack intermediate_session_token_expires_at (QUALITY 65)."""
    body = bent(samples.MFA_REQUIRED, intermediate_session_token_expires_at=...)
    assert outcome_of(body).intermediate.expires_at == samples.NOW + timedelta(minutes=10)


def test_a_missing_first_factor_is_primary_required():
    outcome = outcome_of(samples.PRIMARY_REQUIRED)
    assert isinstance(outcome, PrimaryRequired)
    assert outcome.allowed_auth_methods == ("sso", "google_oauth")
    assert (outcome.organization_slug, outcome.member_id) == ("acme", samples.MEMBER_ID)


def test_the_first_factor_comes_before_the_second():
    body = bent(samples.PRIMARY_REQUIRED, mfa_required=samples.MFA)
    assert isinstance(outcome_of(body), PrimaryRequired)


def test_no_method_at_all_is_still_a_step():
    """An empty list is a dead end that the page must tell (CONTRACT 3.4)."""
    body = bent(samples.STEP, primary_required={"allowed_auth_methods": []})
    assert outcome_of(body).allowed_auth_methods == ()


def test_a_step_may_come_without_member_and_organization():
    """CONTRACT 9.3: only the ids are sure."""
    body = bent(samples.MFA_REQUIRED, member=..., organization=...)
    outcome = outcome_of({"organization_id": "acme", **body})
    assert (outcome.organization_id, outcome.member_id) == ("acme", samples.MEMBER_ID)
    assert (outcome.organization_name, outcome.email_address) == ("", "")


def test_nothing_enrolled_for_the_second_step():
    outcome = outcome_of(bent(samples.STEP, mfa_required={"member_options": None}))
    assert (outcome.phone, outcome.totp_enrolled, outcome.sms_sent) == ("", False, False)


def test_a_phone_the_service_forgot_to_mask_is_masked():
    options = {"mfa_phone_number": "+15005550006", "totp_registration_id": ""}
    outcome = outcome_of(bent(samples.STEP, mfa_required={"member_options": options}))
    assert outcome.phone == "XXXXXXX0006"


def test_a_proven_address_is_discovered():
    outcome = outcome_of(samples.DISCOVERED)
    assert isinstance(outcome, Discovered)
    assert outcome.email_address == "admin@acme.example"
    assert outcome.intermediate.token == samples.INTERMEDIATE_TOKEN
    assert outcome == parse_discovered(samples.DISCOVERED, now=samples.NOW)
    (found,) = outcome.organizations
    assert (found.organization.slug, found.membership) == ("acme", "active_member")
    assert found.member.member_id == samples.MEMBER_ID
    assert found.member_authenticated


def test_what_a_discovered_organization_will_ask_for():
    entry = bent(
        samples.DISCOVERED_ORGANIZATION,
        member_authenticated=False,
        membership={"type": "eligible_to_join_by_email_domain", "details": {"domain": "a.example"}},
        primary_required=samples.PRIMARY,
        mfa_required=samples.MFA,
    )
    (found,) = outcome_of(bent(samples.DISCOVERED, discovered_organizations=[entry])).organizations
    assert found == DiscoveredOrganization(
        organization=found.organization,
        membership="eligible_to_join_by_email_domain",
        allowed_auth_methods=("sso", "google_oauth"),
        mfa=MfaOptions(phone="XXXXXXX1234", totp_enrolled=True),
    )


@pytest.mark.parametrize(
    ("told", "verified", "is_unconfirmed"),
    [(True, True, True), (False, False, False), (..., False, True), (..., True, False)],
)
def test_a_membership_by_the_organization_s_word_alone(told, verified, is_unconfirmed):
    """A service that doesn't tell says at least whether the address was verified there."""
    member = bent(samples.MEMBER, email_address_verified=verified)
    membership = bent(samples.DISCOVERED_ORGANIZATION["membership"], member=member)
    membership = bent(membership, unconfirmed=told)
    entry = bent(samples.DISCOVERED_ORGANIZATION, membership=membership)
    (found,) = outcome_of(bent(samples.DISCOVERED, discovered_organizations=[entry])).organizations
    assert found.is_unconfirmed == is_unconfirmed


def test_a_membership_nobody_can_explain_is_left_out():
    """A new type must not keep people from the others (QUALITY 65)."""
    odd = [
        bent(samples.DISCOVERED_ORGANIZATION, membership={"type": "friend_of_the_house"}),
        bent(samples.DISCOVERED_ORGANIZATION, membership=None),
        bent(samples.DISCOVERED_ORGANIZATION, organization=None),
    ]
    entries = [*odd, samples.DISCOVERED_ORGANIZATION]
    outcome = outcome_of(bent(samples.DISCOVERED, discovered_organizations=entries))
    assert len(outcome.organizations) == 1


SESSIONS = {
    "full": {"member_session": samples.SESSION, "session_token": "t", "session_jwt": "j"},
    "none": {"member_session": None, "session_token": "", "session_jwt": ""},
    "no token": {"member_session": samples.SESSION, "session_token": "", "session_jwt": "j"},
    "no jwt": {"member_session": samples.SESSION, "session_token": "t", "session_jwt": ""},
    "no object": {"member_session": None, "session_token": "t", "session_jwt": "j"},
    "only token": {"member_session": None, "session_token": "t", "session_jwt": ""},
    "only object": {"member_session": samples.SESSION, "session_token": "", "session_jwt": ""},
    "absent": {"member_session": ..., "session_token": ..., "session_jwt": ...},
}
MATRIX = list(
    itertools.product(
        [True, False, None, ..., "true", "", 1, 0],  # member_authenticated
        [None, samples.MFA, {}, ..., False, "no"],  # mfa_required
        [None, samples.PRIMARY, {}, ..., False, []],  # primary_required
        ["", samples.INTERMEDIATE_TOKEN, None, ...],  # intermediate_session_token
        SESSIONS,
    )
)


def expected(authenticated, mfa, primary, intermediate, session):
    """What CONTRACT 5 and 7.7 explain; nothing else is let through."""
    absent = (None, ...)
    if authenticated is True and session == "full" and mfa in absent and primary in absent:
        return None if intermediate == samples.INTERMEDIATE_TOKEN else Authenticated
    shapes_hold = all(part in absent or isinstance(part, dict) for part in (mfa, primary))
    step_holds = intermediate == samples.INTERMEDIATE_TOKEN and session in {"none", "absent"}
    if authenticated is not False or not shapes_hold or not step_holds:
        return None
    if primary not in absent:
        return PrimaryRequired
    return None if mfa in absent else MfaRequired


def test_every_combination_is_explained_or_refused():
    """9216 answers; whatever the contract doesn't explain is refused (QUALITY 64)."""
    wrong = []
    for authenticated, mfa, primary, intermediate, session in MATRIX:
        body = bent(
            samples.AUTHENTICATED,
            member_authenticated=authenticated,
            mfa_required=mfa,
            primary_required=primary,
            intermediate_session_token=intermediate,
            **SESSIONS[session],
        )
        try:
            got = type(outcome_of(body))
        except Unavailable:
            got = None
        if got is not expected(authenticated, mfa, primary, intermediate, session):
            wrong.append((authenticated, mfa, primary, intermediate, session, got))
    assert wrong == []


@pytest.mark.parametrize(
    "changes",
    [
        {"session_token": "t"},
        {"session_jwt": "j"},
        {"member_session": samples.SESSION},
        {"member_authenticated": True},
        {"member_authenticated": False},
        {"intermediate_session_token": ""},
        {"intermediate_session_token": ...},
        {"email_address": ""},
        {"email_address": None},
        {"discovered_organizations": None},
        {"discovered_organizations": "none"},
        {"discovered_organizations": ["acme"]},
    ],
)
def test_an_odd_discovery_answer_is_refused(changes):
    """Neither half a session nor half a discovery (QUALITY 64)."""
    with pytest.raises(Unavailable):
        outcome_of(bent(samples.DISCOVERED, **changes))


@pytest.mark.parametrize("body", [samples.MFA_REQUIRED, samples.DISCOVERED, samples.ENVELOPE])
def test_a_promised_session_that_is_none_is_refused(body):
    with pytest.raises(Unavailable):
        parse_authenticated(body)


@pytest.mark.parametrize("value", [False, None, "yes", 0])
def test_a_promised_session_for_someone_not_authenticated_is_refused(value):
    with pytest.raises(Unavailable):
        parse_authenticated(bent(samples.AUTHENTICATED, member_authenticated=value))


def test_a_session_without_the_flag_is_taken_only_where_one_was_promised():
    """sessions/authenticate and the second factors have no member_authenticated (CONTRACT 2.1)."""
    body = bent(samples.AUTHENTICATED, member_authenticated=...)
    assert isinstance(parse_authenticated(body), Authenticated)
    with pytest.raises(Unavailable):
        outcome_of(body)


def with_new_fields(value):
    if isinstance(value, dict):
        return {"new_field": {"of": ["a", "later", "version"]}} | {
            name: with_new_fields(part) for name, part in value.items()
        }
    return [with_new_fields(part) for part in value] if isinstance(value, list) else value


ANSWERS = [
    samples.AUTHENTICATED,
    samples.MFA_REQUIRED,
    samples.PRIMARY_REQUIRED,
    samples.DISCOVERED,
]


@pytest.mark.parametrize("body", ANSWERS)
def test_unknown_new_fields_change_nothing(body):
    """At any depth (QUALITY 65); custom claims alone are passed on as they are."""
    new = with_new_fields(body)
    if body is samples.AUTHENTICATED:
        new["member_session"]["custom_claims"].pop("new_field")
    assert outcome_of(new) == outcome_of(body)


def test_missing_optional_fields_do_not_break_a_sign_in():
    """An old or terse service: the barest answers still mean what they mean (QUALITY 65)."""
    session = {
        name: samples.SESSION[name]
        for name in (
            "member_session_id",
            "member_id",
            "organization_id",
            "started_at",
            "expires_at",
        )
    }
    outcome = outcome_of(
        {
            "member_authenticated": True,
            "session_token": "t",
            "session_jwt": "j",
            "member_session": session,
            "member": {"member_id": samples.MEMBER_ID, "roles": None},
            "organization": {"organization_id": samples.ORGANIZATION_ID},
        }
    )
    assert outcome.session.last_accessed_at == outcome.session.started_at
    assert (outcome.session.organization_slug, outcome.session.factors) == ("", ())
    assert outcome.session.email_address == ""
    assert outcome.member.roles == ()
    assert outcome.organization.mfa_policy == "OPTIONAL"


BROKEN = {
    "no end": {"expires_at": ...},
    "end as a number": {"expires_at": 1893456000},
    "end nonsense": {"expires_at": "tomorrow"},
    "no id": {"member_session_id": ""},
    "roles text": {"roles": "stytch_admin"},
    "roles numbers": {"roles": [1]},
    "factors object": {"authentication_factors": {}},
    "factors texts": {"authentication_factors": ["email_otp"]},
    "factor without type": {"authentication_factors": [{"delivery_method": "email"}]},
    "factor detail": {"authentication_factors": [samples.FACTOR | {"email_factor": "a@b.c"}]},
    "claims list": {"custom_claims": []},
}


@pytest.mark.parametrize("changes", BROKEN.values(), ids=BROKEN)
def test_a_session_of_the_wrong_shape_is_refused(changes):
    session = bent(samples.SESSION, **changes)
    with pytest.raises(Unavailable):
        outcome_of(bent(samples.AUTHENTICATED, member_session=session))


def test_a_role_or_a_flag_of_the_wrong_shape_is_refused():
    for changes in ({"is_admin": "false"}, {"roles": ["stytch_admin"]}, {"roles": [{}]}):
        member = bent(samples.MEMBER, **changes)
        with pytest.raises(Unavailable):
            outcome_of(bent(samples.AUTHENTICATED, member=member))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-20T12:00:00Z", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T12:00:00.123456789Z", datetime(2026, 11, 20, 12, 0, 0, 123456, UTC)),
        ("2026-11-20T14:00:00+02:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T12:00:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_utc(written, meant):
    session = bent(samples.SESSION, expires_at=written)
    outcome = outcome_of(bent(samples.AUTHENTICATED, member_session=session))
    assert outcome.session.expires_at == meant
    assert outcome.session.expires_at.utcoffset() == timedelta(0)


FACTORS = {
    "email": ({"email_factor": {"email_address": "a@b.example"}}, "a@b.example"),
    "sms": ({"phone_number_factor": {"phone_number": "+15005550006"}}, "XXXXXXX0006"),
    "impersonation": (
        {"impersonated_factor": {"impersonator_email_address": "help@stytch.example"}},
        "help@stytch.example",
    ),
    "authenticator_app": ({"authenticator_app_factor": {"totp_id": "totp-test-1"}}, ""),
    "a_method_of_the_future": ({"future_factor": {"x": 1}}, ""),
}


@pytest.mark.parametrize("delivery_method", FACTORS)
def test_a_factor_says_what_was_proven(delivery_method):
    sub_object, detail = FACTORS[delivery_method]
    factor = {"type": "some_type", "delivery_method": delivery_method, **sub_object}
    session = bent(samples.SESSION, authentication_factors=[factor])
    outcome = outcome_of(bent(samples.AUTHENTICATED, member_session=session))
    (read,) = outcome.session.factors
    assert (read.type, read.delivery_method, read.detail) == ("some_type", delivery_method, detail)
    # without a time of its own it counts from the beginning, never as recent
    assert read.last_authenticated_at == outcome.session.started_at


def test_no_secret_is_in_a_repr():
    """Outcomes end up in tracebacks and logs (QUALITY 4)."""
    said = "".join(repr(outcome_of(body)) for body in ANSWERS)
    for secret in (samples.SESSION_TOKEN, samples.SESSION_JWT, samples.INTERMEDIATE_TOKEN):
        assert secret not in said


def test_outcomes_are_values():
    outcome = outcome_of(samples.AUTHENTICATED)
    assert hash(outcome) == hash(outcome_of(samples.AUTHENTICATED))
    with pytest.raises(AttributeError):
        outcome.tokens.session_token = "other"
    with pytest.raises(TypeError):
        outcome.session.custom_claims["plan"] = "platinum"
