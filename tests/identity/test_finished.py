"""How a sign-in ended, told again, and what ended while it was under way (CONTRACT 5.2)."""

from datetime import datetime

import pytest

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import Member, MemberSession
from identity.operations import members, presented
from identity.operations.presented import Nobody, Presented
from identity.operations.sign_in import Finished, Terms, resume, sign_in
from tests.identity.people import NOW, begun, later, member, organization, proof, signed_in

pytestmark = pytest.mark.django_db
SOON: datetime = later(minutes=1)


def enter(of: Member, *factors: Factor, by: Presented | None = None) -> Finished:
    return sign_in(
        member=of, factors=factors, presented=by or Nobody(), joining=False, terms=Terms(), now=SOON
    )


def test_what_ended_meanwhile_stays_ended() -> None:
    """QUALITY 40: between being looked up and being used."""
    alice = signed_in(member(organization()))
    held = presented.session_by_token(alice.session_token, now=SOON)
    MemberSession.objects.update(revoked_at=NOW)
    with pytest.raises(ApiError, match="session_not_found"):
        enter(alice.member, proof(now=SOON), by=held)
    used = presented.intermediate_by_token(begun(), now=SOON)
    enter(alice.member, by=used)
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        enter(alice.member, by=used)


def test_a_repeated_answer_is_the_same_answer() -> None:
    alice = signed_in(member(organization()))
    again = resume(answer=alice.session_token, now=SOON)
    assert (again.session, again.session_token) == (alice.session, alice.session_token)
    waiting = enter(member(organization("Globex", mfa_policy="REQUIRED_FOR_ALL")), proof())
    again = resume(answer=waiting.intermediate_session_token, now=SOON)
    assert again.mfa_required == waiting.mfa_required
    assert again.intermediate_session_token == waiting.intermediate_session_token


@pytest.mark.parametrize("answer", ["x" * 44, "discovery"])
def test_nothing_is_repeated_for_what_is_gone_or_belongs_to_nobody_yet(answer: str) -> None:
    token = begun() if answer == "discovery" else answer
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        resume(answer=token, now=SOON)


@pytest.mark.parametrize("policy", ["OPTIONAL", "REQUIRED_FOR_ALL"])
def test_a_member_deleted_meanwhile_does_not_come_back(policy: str) -> None:
    """QUALITY 42: neither with a session nor on the way to one."""
    invited = member(organization(mfa_policy=policy), status="invited")
    members.delete(member=invited, now=NOW)
    with pytest.raises(ApiError, match="member_not_found"):
        enter(invited, proof())
    invited.refresh_from_db()
    assert invited.status == "deleted"
