"""The real client against the real service, in process: what one says the other understands."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts import service
from accounts.client.errors import (
    Forbidden,
    JwtInvalid,
    JwtStale,
    Rejected,
    SessionExpired,
    StepExpired,
    Unavailable,
    WrongCredentials,
)
from accounts.client.outcomes import Authenticated, Discovered, MfaRequired, PrimaryRequired
from accounts.client.tokens import Intermediate, Tokens
from tests import transports
from tests.client.people import (
    ADA,
    LANDING,
    discover,
    found_acme,
    newest_code,
    newest_link_token,
    with_member,
)

pytestmark = pytest.mark.django_db


def test_from_an_unknown_address_to_an_organization_of_ones_own(identity):
    discovered = discover(identity)
    assert isinstance(discovered, Discovered)
    assert (discovered.email_address, discovered.organizations) == (ADA, ())
    assert discovered.intermediate.expires_at > datetime.now(UTC) + timedelta(minutes=9)
    outcome = identity.discovery.create_organization(
        discovered.intermediate.token, name="Acme", slug="acme", session_duration_minutes=30
    )
    assert isinstance(outcome, Authenticated)
    assert (outcome.organization.slug, outcome.member.is_admin) == ("acme", True)
    assert outcome.session.email_address == ADA
    left = outcome.tokens.expires_at - datetime.now(UTC)
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)


def test_the_jwt_says_locally_what_the_service_says(identity):
    outcome = found_acme(identity)
    session = identity.sessions.verify_jwt(outcome.tokens.session_jwt)
    said = outcome.session
    assert (session.member_session_id, session.member_id, session.roles) == (
        said.member_session_id,
        said.member_id,
        said.roles,
    )
    assert (session.organization_id, session.organization_slug) == (said.organization_id, "acme")
    assert (session.started_at, session.expires_at) == (said.started_at, said.expires_at)
    assert session.factors == said.factors
    assert session.jwt_expires_at - session.issued_at == timedelta(minutes=5)


def test_a_verified_jwt_costs_neither_call_nor_query(identity, through, django_assert_num_queries):
    tokens = found_acme(identity).tokens
    calls = through(transports.Counting())
    client = service.identity()
    client.ready()
    with django_assert_num_queries(0):
        for _ in range(3):
            client.sessions.verify_jwt(tokens.session_jwt)
    assert len(calls.paths) == 1


def test_a_jwt_of_another_project_or_a_changed_one_is_refused(identity):
    jwt = found_acme(identity).tokens.session_jwt
    head, claims, signature = jwt.split(".")
    for forged in (f"{head}.{claims}.{signature[:-4]}AAAA", f"{head}.{claims}.", jwt + "x"):
        with pytest.raises(JwtInvalid):
            identity.sessions.verify_jwt(forged)


def test_a_jwt_past_its_time_still_tells_whose_live_session_it_is_of(identity):
    outcome = found_acme(identity)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6), tick=False):
        with pytest.raises(JwtStale):
            identity.sessions.verify_jwt(outcome.tokens.session_jwt)
        found = identity.sessions.authenticate_jwt(outcome.tokens.session_jwt)
        assert found.tokens.session_token == outcome.tokens.session_token
        assert found.session.member_session_id == outcome.session.member_session_id
        identity.sessions.revoke(session_token=outcome.tokens.session_token)
        with pytest.raises(SessionExpired):
            identity.sessions.authenticate_jwt(outcome.tokens.session_jwt)


def test_a_link_consumes_itself_once(identity):
    identity.factors.send_discovery_link(ADA, redirect_url=LANDING)
    token = newest_link_token()
    assert isinstance(identity.factors.authenticate_discovery_link(token), Discovered)
    with pytest.raises(WrongCredentials):
        identity.factors.authenticate_discovery_link("a" * 44)


def test_a_wrong_code_is_wrong_credentials(identity):
    identity.factors.send_discovery_code(ADA)
    wrong = "000000" if newest_code() != "000000" else "000001"
    with pytest.raises(WrongCredentials):
        identity.factors.authenticate_discovery_code(ADA, wrong)


def test_a_bad_address_is_a_plain_no(identity):
    with pytest.raises(Rejected) as no:
        identity.factors.send_discovery_code("not an address")
    assert no.value.error_type == "invalid_email"


def test_every_kind_of_membership_reaches_us(identity):
    with_member(identity, "active")
    invited = identity.organizations.create("Invited", organization_slug="invited")
    identity.factors.invite(
        organization_id=invited.organization_id, email_address=ADA, redirect_url=LANDING
    )
    pending = identity.organizations.create("Pending", organization_slug="pending")
    identity.organizations.members.create(
        organization_id=pending.organization_id, email_address=ADA, create_member_as_pending=True
    )
    kinds = {o.organization.slug: o.membership for o in discover(identity).organizations}
    assert kinds == {
        "active": "active_member",
        "invited": "invited_member",
        "pending": "pending_member",
    }


def test_listing_needs_no_new_code_and_uses_nothing_up(identity):
    acme = with_member(identity, "acme")
    discovered = discover(identity)
    step = discovered.intermediate
    assert identity.discovery.organizations(intermediate=step) == discovered.organizations
    assert identity.discovery.rediscover(step) == discovered
    outcome = identity.discovery.exchange(step.token, organization_id=acme.organization_id)
    assert isinstance(outcome, Authenticated)
    by_session = identity.discovery.organizations(session_token=outcome.tokens.session_token)
    assert [o.organization.slug for o in by_session] == ["acme"]


def test_a_used_step_is_over(identity):
    acme = with_member(identity, "acme")
    step = discover(identity).intermediate
    identity.discovery.exchange(step.token, organization_id=acme.organization_id)
    for call in (
        lambda: identity.discovery.organizations(intermediate=step),
        lambda: identity.discovery.exchange("u" * 44, organization_id=acme.organization_id),
        lambda: identity.discovery.rediscover(Intermediate("u" * 44, step.expires_at)),
    ):
        with pytest.raises(StepExpired):
            call()


def test_a_closed_organization_is_forbidden(identity):
    closed = identity.organizations.create("Closed", organization_slug="closed")
    step = discover(identity).intermediate
    with pytest.raises(Forbidden):
        identity.discovery.exchange(step.token, organization_id=closed.organization_id)


def test_an_organization_that_wants_a_second_step_says_so(identity):
    globex = with_member(identity, "globex", mfa_policy="REQUIRED_FOR_ALL")
    discovered = discover(identity)
    (listed,) = discovered.organizations
    assert listed.mfa is not None
    outcome = identity.discovery.exchange(
        discovered.intermediate.token, organization_id=globex.organization_id
    )
    assert isinstance(outcome, MfaRequired)
    assert (outcome.organization_name, outcome.organization_slug) == ("Globex", "globex")
    assert (outcome.email_address, outcome.phone, outcome.totp_enrolled) == (ADA, "", False)
    assert outcome.intermediate.token == discovered.intermediate.token


def test_an_organization_that_wants_another_first_factor_says_which(identity):
    initech = with_member(
        identity,
        "initech",
        auth_methods="RESTRICTED",
        allowed_auth_methods=["sso", "google_oauth"],
    )
    discovered = discover(identity)
    (listed,) = discovered.organizations
    assert set(listed.allowed_auth_methods) == {"sso", "google_oauth"}
    outcome = identity.discovery.exchange(
        discovered.intermediate.token, organization_id=initech.organization_id
    )
    assert isinstance(outcome, PrimaryRequired)
    assert set(outcome.allowed_auth_methods) == {"sso", "google_oauth"}


def test_a_refresh_renews_the_jwt_and_not_the_session(identity):
    outcome = found_acme(identity)
    again = identity.sessions.authenticate(outcome.tokens)
    assert again.tokens.session_token == outcome.tokens.session_token
    assert again.tokens.expires_at == outcome.tokens.expires_at
    assert identity.sessions.verify_jwt(again.tokens.session_jwt)
    longer = identity.sessions.authenticate(outcome.tokens, session_duration_minutes=120)
    assert longer.tokens.expires_at > outcome.tokens.expires_at


def test_custom_claims_arrive_in_session_and_jwt(identity):
    tokens = found_acme(identity).tokens
    outcome = identity.sessions.authenticate(tokens, custom_claims={"plan": "gold"})
    assert outcome.session.custom_claims == {"plan": "gold"}
    assert identity.sessions.verify_jwt(outcome.tokens.session_jwt).custom_claims == {
        "plan": "gold"
    }
    gone = identity.sessions.authenticate(tokens, custom_claims={"plan": None})
    assert gone.session.custom_claims == {}


def test_moving_on_leaves_the_old_session_alive(identity):
    globex = with_member(identity, "globex")
    old = found_acme(identity)
    new = identity.sessions.exchange(
        old.tokens.session_token, organization_id=globex.organization_id
    )
    assert isinstance(new, Authenticated)
    assert new.session.organization_slug == "globex"
    assert new.tokens.session_token != old.tokens.session_token
    assert identity.sessions.authenticate(old.tokens).session.organization_slug == "acme"


def test_moving_to_a_stricter_organization_is_a_step(identity):
    globex = with_member(identity, "globex", mfa_policy="REQUIRED_FOR_ALL")
    old = found_acme(identity)
    outcome = identity.sessions.exchange(
        old.tokens.session_token, organization_id=globex.organization_id
    )
    assert isinstance(outcome, MfaRequired)
    assert outcome.organization_id == globex.organization_id
    assert identity.sessions.authenticate(old.tokens)


def test_a_revoked_session_is_over(identity):
    tokens = found_acme(identity).tokens
    identity.sessions.revoke(session_token=tokens.session_token)
    for call in (
        lambda: identity.sessions.authenticate(tokens),
        lambda: identity.sessions.exchange(tokens.session_token, organization_id="acme"),
        lambda: identity.discovery.organizations(session_token=tokens.session_token),
    ):
        with pytest.raises(SessionExpired):
            call()


def test_an_unknown_session_is_over_and_not_an_error(identity):
    for token in ("s" * 44, "short", "x" * 3000, "ä" * 44):
        with pytest.raises(SessionExpired):
            identity.sessions.authenticate(Tokens(token, "", datetime.now(UTC)))


def test_a_members_sessions_are_listed_and_ended_together(identity):
    first = found_acme(identity)
    who = {
        "organization_id": first.session.organization_id,
        "member_id": first.session.member_id,
    }
    second = identity.discovery.exchange(
        discover(identity).intermediate.token, organization_id="acme"
    )
    listed = {session.member_session_id for session in identity.sessions.list(**who)}
    assert listed == {first.session.member_session_id, second.session.member_session_id}
    identity.sessions.revoke(member_session_id=second.session.member_session_id)
    assert len(identity.sessions.list(**who)) == 1
    identity.sessions.revoke(member_id=who["member_id"])
    assert identity.sessions.list(**who) == ()


def test_signing_in_to_one_organization_by_code(identity):
    acme = with_member(identity, "acme")
    where = {"organization_id": acme.organization_id, "email_address": ADA}
    assert identity.factors.send_code(**where).email_address == ADA
    outcome = identity.factors.authenticate_code(
        **where, code=newest_code(), session_duration_minutes=10
    )
    assert isinstance(outcome, Authenticated)
    assert [factor.type for factor in outcome.session.factors] == ["email_otp"]


def test_signing_in_to_one_organization_by_link(identity):
    acme = with_member(identity, "acme")
    identity.factors.send_link(
        organization_id=acme.organization_id, email_address=ADA, redirect_url=LANDING
    )
    outcome = identity.factors.authenticate_link(newest_link_token())
    assert isinstance(outcome, Authenticated)
    assert [factor.type for factor in outcome.session.factors] == ["magic_link"]


def test_an_invitation_is_accepted_by_its_link(identity):
    host = found_acme(identity)
    invited = identity.factors.invite(
        organization_id=host.session.organization_id,
        email_address="bob@acme.example",
        redirect_url=LANDING,
        name="Bob",
        invited_by_member_id=host.session.member_id,
        acting_session_token=host.tokens.session_token,
    )
    assert (invited.status, invited.name) == ("invited", "Bob")
    outcome = identity.factors.authenticate_link(newest_link_token())
    assert isinstance(outcome, Authenticated)
    assert (outcome.member.status, outcome.member.email_address) == ("active", "bob@acme.example")


def test_acting_for_a_member_who_may_not_is_forbidden(identity):
    acme = with_member(identity, "acme", email_address=ADA)
    step = discover(identity).intermediate
    plain = identity.discovery.exchange(step.token, organization_id=acme.organization_id)
    with pytest.raises(Forbidden):
        identity.organizations.update(
            acme.organization_id,
            organization_name="Mine",
            acting_session_token=plain.tokens.session_token,
        )


def test_keys_cached_and_everything_else_down(identity, through):
    """The common outage: pages go on until the JWT expires, nobody is signed out (QUALITY 63)."""
    tokens = found_acme(identity).tokens
    through(transports.OnlyKeys())
    client = service.identity()
    assert client.sessions.verify_jwt(tokens.session_jwt)
    with pytest.raises(Unavailable):
        client.sessions.authenticate(tokens)


def test_a_stale_jwt_is_asked_about(identity):
    tokens = found_acme(identity).tokens
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        with pytest.raises(JwtStale):
            identity.sessions.verify_jwt(tokens.session_jwt)
        fresh = identity.sessions.authenticate(tokens)
        assert identity.sessions.verify_jwt(fresh.tokens.session_jwt)
    with (
        time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)),
        pytest.raises(SessionExpired),
    ):
        identity.sessions.authenticate(tokens)
