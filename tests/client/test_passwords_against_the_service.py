"""Passwords, the real client against the real service: from the first to the forgotten one."""

import pytest

from accounts.client.errors import MemberLocked, SessionExpired, WeakPassword, WrongCredentials
from accounts.client.outcomes import Authenticated, MfaRequired
from tests.client.people import ADA, LANDING, found_acme, newest_link_token, with_member

GOOD = "correct-horse-battery-staple-7"
BETTER = "another-horse-battery-staple-9"

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(identity):
    """Ada is in Acme, without a password."""
    return {
        "organization_id": with_member(identity, "acme").organization_id,
        "email_address": ADA,
    }


def reset(identity, where, password=GOOD, **session):
    identity.passwords.start_reset(**where, redirect_url=LANDING, login_redirect_url=LANDING)
    return identity.passwords.reset_by_email(newest_link_token(), password=password, **session)


def kinds(outcome):
    return [(factor.type, factor.delivery_method) for factor in outcome.session.factors]


def test_the_first_password_is_set_through_a_mailed_link(identity, acme):
    outcome = reset(identity, acme, session_duration_minutes=30)
    assert isinstance(outcome, Authenticated)
    assert ("password", "knowledge") in kinds(outcome)
    assert outcome.member.password_id
    outcome = identity.passwords.authenticate(**acme, password=GOOD)
    assert kinds(outcome) == [("password", "knowledge")]


def test_a_wrong_password_an_unknown_address_and_no_password_are_told_alike(identity, acme):
    """QUALITY 29."""
    nobody = {**acme, "email_address": "nobody@acme.example"}
    with pytest.raises(WrongCredentials) as without:
        identity.passwords.authenticate(**acme, password=GOOD)
    reset(identity, acme)
    with pytest.raises(WrongCredentials) as wrong:
        identity.passwords.authenticate(**acme, password=BETTER)
    with pytest.raises(WrongCredentials) as unknown:
        identity.passwords.authenticate(**nobody, password=GOOD)
    assert len({str(no.value) for no in (without, wrong, unknown)}) == 1


def test_a_link_sets_one_password(identity, acme):
    identity.passwords.start_reset(**acme, redirect_url=LANDING, login_redirect_url=LANDING)
    token = newest_link_token()
    with pytest.raises(WeakPassword):
        identity.passwords.reset_by_email(token, password="password1")
    assert isinstance(identity.passwords.reset_by_email(token, password=GOOD), Authenticated)
    with pytest.raises(WrongCredentials):
        identity.passwords.reset_by_email(token, password=BETTER)


def test_a_reset_ends_every_session(identity, acme):
    old = reset(identity, acme)
    reset(identity, acme, password=BETTER)
    with pytest.raises(SessionExpired):
        identity.sessions.authenticate(old.tokens)


def test_a_password_is_replaced_by_showing_it(identity, acme):
    old = reset(identity, acme)
    with pytest.raises(WrongCredentials):
        identity.passwords.reset_by_existing(**acme, existing_password="x", new_password=BETTER)
    new = identity.passwords.reset_by_existing(**acme, existing_password=GOOD, new_password=BETTER)
    assert isinstance(new, Authenticated)
    with pytest.raises(SessionExpired):
        identity.sessions.authenticate(old.tokens)
    assert identity.passwords.authenticate(**acme, password=BETTER)


def test_a_password_is_set_by_a_session_just_proven(identity):
    outcome = found_acme(identity)
    stayed = identity.passwords.reset_by_session(
        organization_id=outcome.session.organization_id,
        password=GOOD,
        session_token=outcome.tokens.session_token,
    )
    assert stayed.session.member_session_id == outcome.session.member_session_id
    assert ("password", "knowledge") in kinds(stayed)


def test_a_password_alone_is_not_enough_where_a_second_step_is_wanted(identity):
    globex = with_member(identity, "globex", mfa_policy="REQUIRED_FOR_ALL")
    where = {"organization_id": globex.organization_id, "email_address": ADA}
    outcome = reset(identity, where)
    assert isinstance(outcome, MfaRequired)
    assert (outcome.organization_slug, outcome.email_address) == ("globex", ADA)


def test_a_password_joins_a_session(identity, acme):
    session = reset(identity, acme)
    outcome = identity.passwords.authenticate(
        **acme, password=GOOD, session_token=session.tokens.session_token
    )
    assert outcome.session.member_session_id == session.session.member_session_id


def test_ten_wrong_passwords_lock(identity, acme):
    reset(identity, acme)
    for _ in range(10):
        with pytest.raises((WrongCredentials, MemberLocked)):
            identity.passwords.authenticate(**acme, password=BETTER)
    with pytest.raises(MemberLocked):
        identity.passwords.authenticate(**acme, password=GOOD)


def test_a_password_is_judged_before_it_is_set(identity):
    weak = identity.passwords.strength("password1", email_address=ADA)
    assert (weak.valid, weak.breached) == (False, False)
    assert weak.score < 3
    assert weak.warning
    assert identity.passwords.strength("").valid is False
    strong = identity.passwords.strength(GOOD, email_address=ADA)
    assert strong.valid
    assert strong.score >= 3


def test_a_password_is_taken_away(identity, acme):
    password_id = reset(identity, acme).member.password_id
    member = identity.passwords.delete(
        organization_id=acme["organization_id"], password_id=password_id
    )
    assert member.password_id == ""
    with pytest.raises(WrongCredentials):
        identity.passwords.authenticate(**acme, password=GOOD)
