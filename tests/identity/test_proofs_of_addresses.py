"""What proves one address proves no other, be it given to the same member meanwhile."""

from collections.abc import Callable

import pytest

from identity.errors import ApiError
from identity.factors import Factor, email_factor, password_factor
from identity.models import MagicLink, Member, MemberSession, Organization
from identity.oidc import Identity
from identity.operations import (
    discovery,
    exchange,
    member_changes,
    organizations,
    password_change,
    presented,
    roles,
)
from identity.operations.accounts import oauth_factor, sso_factor
from identity.operations.presented import ALiveSession, Nobody
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.provenance import Provenance
from tests.identity.arriving import by_oauth, by_sso, connected
from tests.identity.people import (
    ALICE,
    NOW,
    TOTP,
    begun,
    later,
    member,
    organization,
    proof,
    signed_in,
)
from tests.identity.threads import overtaken

MALLORY, VICTIM = "mallory@evil.example", "victim@corp.example"
SOON = later(minutes=1)
BY: dict[str, Callable[[str], Factor]] = {
    "mail": lambda address: email_factor(
        type="email_otp", email_id="", email_address=address, now=SOON
    ),
    "google": lambda address: oauth_factor(
        Identity("m", address, email_verifying=True), provider="google", now=SOON
    ),
    "doubted": lambda address: oauth_factor(
        Identity("m", address, email_verifying=False, email_doubted=True),
        provider="microsoft",
        now=SOON,
    ),
    "github": lambda address: oauth_factor(
        Identity("m", address, email_verifying=False), provider="github", now=SOON
    ),
    "password": lambda address: password_factor(
        email_id="e", email_address=address, now=SOON, provenance=Provenance.MAILBOX
    ),
}
pytestmark = pytest.mark.django_db


def move(whom: Member, to: str = VICTIM) -> Member:
    today = Member.objects.select_related("organization").get(pk=whom.pk)
    return member_changes.update(member=today, changes={"email_address": to}, now=NOW)


def enter(whom: Member, *factors: Factor, by: ALiveSession | None = None) -> Finished:
    return sign_in(
        member=whom,
        factors=factors,
        presented=by or Nobody(),
        joining=False,
        terms=Terms(),
        now=SOON,
    )


def held_by(finished: Finished) -> ALiveSession:
    return presented.session_by_token(finished.session_token, now=SOON)


def verified(whom: Member) -> tuple[bool, str]:
    rows = Member.objects.filter(pk=whom.pk)
    return rows.values_list("email_address_verified", "email_provenance").get()


@pytest.mark.parametrize("by", BY)
def test_a_proof_that_is_late_is_refused(by: str) -> None:
    """The address was changed after it was looked up, before the member was locked."""
    mallory = member(organization("Evil"), MALLORY)
    move(mallory)
    with pytest.raises(ApiError, match="member_not_found"):
        enter(mallory, BY[by](MALLORY))
    assert not MemberSession.objects.exists()
    assert verified(mallory) == (False, "")


def test_a_late_proof_of_the_own_provider_is_refused() -> None:
    evil = organization("Evil")
    mallory, at = member(evil, MALLORY), connected(evil)
    move(mallory)
    named = Identity("m", MALLORY, email_verifying=True)
    with pytest.raises(ApiError, match="member_not_found"):
        enter(mallory, sso_factor(named, connection_id=at.pk, now=SOON))


def test_a_late_password_link_is_refused() -> None:
    """A new password by a link that was mailed to the address of before."""
    mallory = member(organization("Evil"), MALLORY)
    link = MagicLink(member=mallory, email_address=MALLORY)
    move(mallory)
    new = password_change.New("hashed", link=link)
    with pytest.raises(ApiError, match="member_not_found"):
        password_change.change(new, member=mallory, by=Nobody(), terms=Terms(), now=SOON)
    mallory.refresh_from_db()
    assert mallory.member_password_id == ""


def test_a_step_on_its_way_brings_nothing_of_another_address() -> None:
    """Whatever address it says that it is of."""
    corp = organization("Corp", mfa_policy="REQUIRED_FOR_ALL")
    victim = member(corp, VICTIM)
    step = presented.intermediate_by_token(begun(VICTIM, BY["mail"](MALLORY)), now=NOW)
    finished = sign_in(
        member=victim, factors=(), presented=step, joining=False, terms=Terms(), now=NOW
    )
    assert finished.primary_required


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", ["sign-in", "exchange", "discovery"])
def test_renamed_while_on_the_way(door: str) -> None:
    """Of all doors: who waits for the row goes on with the address that it has then."""
    there = member(organization("There"), MALLORY)
    home = signed_in(member(organization("Home"), MALLORY))
    step = begun(MALLORY)
    to = there.organization_id
    doors: dict[str, Callable[[], Finished]] = {
        "sign-in": lambda: by_oauth(there.organization, "m", MALLORY),
        "exchange": lambda: exchange.exchange(
            organization_id=to, session_token=home.session_token, terms=Terms(), now=NOW
        ),
        "discovery": lambda: discovery.exchange(
            intermediate_session_token=step, organization_id=to, terms=Terms(), now=NOW
        ),
    }
    assert overtaken(lambda: move(there), lambda: answer(doors[door])) == "refused"
    assert verified(there) == (False, "")
    assert not there.sessions.exists()


def answer(act: Callable[[], Finished]) -> str:
    try:
        return f"in as {act().member.email_address}"
    except ApiError:
        return "refused"


def by_own_provider(corp: Organization, address: str) -> Finished:
    corp.sso_jit_provisioning = "ALL_ALLOWED"
    corp.save()
    return by_sso(connected(corp), "m", address)


@pytest.fixture
def corp() -> Organization:
    """Whoever has a proven address of corp.example is its admin."""
    made = organization("Corp")
    assigned = [{"domain": "corp.example", "role_id": "stytch_admin"}]
    changes = {"rbac_email_implicit_role_assignments": assigned}
    return organizations.update(organization=made, changes=changes, now=NOW)


@pytest.mark.parametrize("way", ["sso", "google", "mail"])
def test_a_session_of_before_proves_nothing_of_the_new_address(
    corp: Organization, way: str
) -> None:
    """Nor with one factor more: neither the flag nor the role of its domain comes of it."""
    mallory = (
        by_own_provider(corp, MALLORY)
        if way == "sso"
        else signed_in(member(corp, MALLORY), BY[way](MALLORY))
    )
    renamed = move(mallory.member)
    finished = enter(renamed, TOTP, by=held_by(mallory))
    assert finished.session is None
    assert finished.primary_required
    assert verified(renamed) == (False, "")
    today = Member.objects.select_related("organization").get(pk=renamed.pk)
    assert roles.ids(today) == ("stytch_member",)


def test_an_account_stays_its_members_under_a_new_address(corp: Organization) -> None:
    """It says nothing of the address; beside a proof of that it is a way in as before."""
    ann = by_own_provider(corp, MALLORY)
    corp.auth_methods, corp.allowed_auth_methods = "RESTRICTED", ["sso"]
    corp.save()
    renamed = move(ann.member)
    finished = enter(renamed, proof(VICTIM, now=SOON), by=held_by(ann))
    assert finished.session
    assert [each.type for each in finished.session.factors] == ["sso", "email_otp"]
    assert verified(renamed) == (True, "mailbox")


def test_a_session_of_before_the_update_keeps_what_the_contract_binds(db: None) -> None:
    """Stored before factors named their address: by their `email_id`, and single sign-on not."""
    alice = signed_in(member(organization()), BY["google"](ALICE))
    row = MemberSession.objects.get()
    row.factors_json = [{k: v for k, v in each.items() if k != "email_address"}
                        for each in row.factors_json]  # fmt: skip
    row.save()
    finished = enter(alice.member, TOTP, by=held_by(alice))
    assert finished.session
    assert next(each.provenance for each in finished.session.factors) == Provenance.VOUCHED
