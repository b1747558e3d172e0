"""Whose word for an address is good for what: a mailbox's everywhere, an organization's at home."""

from datetime import timedelta
from typing import Any

import pytest

from identity import provenance
from identity.errors import ApiError
from identity.factors import Factor, email_factor, password_factor
from identity.models import Member, Organization
from identity.oidc import Identity
from identity.operations import (
    discovery,
    members,
    organizations,
    password_change,
    passwords,
    provisioning,
)
from identity.operations.accounts import oauth_factor, sso_factor
from identity.operations.discovery import list_organizations
from identity.operations.exchange import exchange
from identity.operations.mailbox import Held
from identity.operations.presented import Nobody
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.provenance import GOOD_FOR, Provenance, Use, is_good
from tests.identity.arriving import connected
from tests.identity.people import NOW, begun, later, member, organization, signed_in

pytestmark = pytest.mark.django_db

VICTIM = "victim@corp.example"
PASSWORD = "umber walrus 41 sandwich"
P, U = Provenance, Use

# Said again here, one by one, so that a change of the table is seen by who makes it.
LEADS_OUTSIDE = {
    (P.SEEN, U.LIST), (P.SEEN, U.EXCHANGE), (P.SEEN, U.PASSWORD_RESET),
    (P.VOUCHED, U.LIST), (P.VOUCHED, U.EXCHANGE), (P.VOUCHED, U.DISCOVERY),
    (P.VOUCHED, U.JOIN_BY_DOMAIN), (P.VOUCHED, U.COLLEAGUE), (P.VOUCHED, U.PASSWORD_RESET),
    (P.VOUCHED, U.KNOWN_BY), (P.VOUCHED, U.MEMBERSHIP),
    (P.MAILBOX, U.LIST), (P.MAILBOX, U.EXCHANGE), (P.MAILBOX, U.DISCOVERY),
    (P.MAILBOX, U.JOIN_BY_DOMAIN), (P.MAILBOX, U.COLLEAGUE), (P.MAILBOX, U.PASSWORD_RESET),
    (P.MAILBOX, U.KNOWN_BY), (P.MAILBOX, U.MEMBERSHIP),
}  # fmt: skip
CELLS = [(word, use) for word in Provenance for use in Use]
# Whose word a factor can rest on; ADMIN and UNKNOWN are words about members and passwords alone.
SAID = [P.NOBODY, P.DOUBTED, P.OWN_PROVIDER, P.SEEN, P.VOUCHED, P.MAILBOX]


@pytest.mark.parametrize(("word", "use"), CELLS)
def test_the_table(word: Provenance, use: Use) -> None:
    assert is_good(word, use) == ((word, use) in LEADS_OUTSIDE)


def test_every_word_has_a_row() -> None:
    assert set(GOOD_FOR) == set(Provenance)


def test_the_strongest_word_is_the_one_that_leads_furthest() -> None:
    assert provenance.strongest(()) == P.NOBODY
    assert provenance.strongest((P.MAILBOX, P.OWN_PROVIDER, P.VOUCHED)) == P.MAILBOX
    assert provenance.strongest((P.OWN_PROVIDER, P.ADMIN, P.NOBODY)) == P.OWN_PROVIDER
    reach = [len(GOOD_FOR[each]) for each in Provenance]
    assert reach == sorted(reach)


def factor_of(word: Provenance, *, of: Member, now: Any = NOW) -> Factor:
    """Made as the doors make it."""
    address = of.email_address
    match word:
        case P.MAILBOX:
            return email_factor(
                type="email_otp", email_id=of.email_id, email_address=address, now=now
            )
        case P.OWN_PROVIDER:
            connection = connected(of.organization)
            return sso_factor(Identity("s", address, True), connection_id=connection.pk, now=now)
        case P.NOBODY:
            return password_factor(email_id=of.email_id, email_address=address, now=now)
        case _:
            identity = Identity("s", address, word == P.VOUCHED, email_doubted=word == P.DOUBTED)
            return oauth_factor(identity, provider="microsoft", now=now)


def at(home: str, word: Provenance) -> Finished:
    """The victim's session there by that word, and by nothing that says more."""
    of = member(organization(home), VICTIM, provenance=P.ADMIN)
    factors = [factor_of(word, of=of)]
    if word == P.DOUBTED:  # which alone gets nobody in, so the own provider helps
        factors.insert(0, factor_of(P.OWN_PROVIDER, of=of))
    return signed_in(of, *factors)


def names(session_token: str) -> set[str]:
    listing = list_organizations(session_token=session_token, now=NOW)
    return {each.organization.organization_name for each in listing.organizations}


@pytest.mark.parametrize("word", SAID)
def test_who_sees_where_else_they_belong(word: Provenance) -> None:
    member(organization("Real"), VICTIM)
    seen = names(at("Evil", word).session_token)
    assert ("Real" in seen) == is_good(word, U.LIST)
    assert "Evil" in seen


@pytest.mark.parametrize("word", SAID)
@pytest.mark.parametrize("is_member", [True, False])
def test_who_gets_into_another_organization(word: Provenance, is_member: bool) -> None:
    """And who is a member there isn't told by the kind of refusal."""
    real = organization("Real")
    if is_member:
        member(real, VICTIM)
    token = at("Evil", word).session_token
    if not is_good(word, U.EXCHANGE):
        with pytest.raises(ApiError, match="insufficient_factors_for_session_exchange"):
            exchange(organization_id="real", session_token=token, terms=Terms(), now=NOW)
    elif is_member:
        assert exchange(organization_id="real", session_token=token, terms=Terms(), now=NOW).session


@pytest.mark.parametrize("word", SAID)
def test_who_founds_and_joins_by_it_at_once(word: Provenance) -> None:
    """Begun in an organization: what counts there alone begins nothing elsewhere."""
    evil = organization("Evil")
    of = member(evil, VICTIM, provenance=P.ADMIN)
    open_ = organization(
        "Open", email_jit_provisioning="RESTRICTED", email_allowed_domains=["corp.example"]
    )
    member(open_, "boss@corp.example")
    for use in (U.DISCOVERY, U.JOIN_BY_DOMAIN):
        token = begun(VICTIM, factor_of(word, of=of), organization=evil, member=of)
        assert enters(token, use) == is_good(word, use)


def enters(token: str, use: Use) -> bool:
    try:
        if use == U.DISCOVERY:
            finished = discovery.create_organization(
                intermediate_session_token=token, fields={}, terms=Terms(), now=NOW
            )
        else:
            finished = discovery.exchange(
                intermediate_session_token=token, organization_id="open", terms=Terms(), now=NOW
            )
    except ApiError as refusal:
        if refusal.error_type != "invalid_intermediate_session_token_for_organization":
            raise
        return False
    return finished.session is not None


@pytest.mark.parametrize("word", Provenance)
def test_who_proves_a_domain_for_the_organization(word: Provenance) -> None:
    """An organization that says so itself is offered to nobody."""
    rules = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["corp.example"]}
    evil = organization("Corp Inc.", **rules)
    member(evil, "boss@corp.example", provenance=word)
    listing = list_organizations(intermediate_session_token=begun("someone@corp.example"), now=NOW)
    assert bool(listing.organizations) == is_good(word, U.COLLEAGUE)
    assert provisioning.may_join_by_domain(
        organization=evil, email_address="someone@corp.example"
    ) == is_good(word, U.COLLEAGUE)


def test_free_mail_is_never_an_organizations_own() -> None:
    """However the domain got into the settings, and whoever has an address there."""
    evil = organization("Evil", email_jit_provisioning="RESTRICTED")
    Organization.objects.update(email_allowed_domains=["gmail.com"])
    member(evil, "boss@gmail.com")
    token = begun("someone@gmail.com")
    assert not list_organizations(intermediate_session_token=token, now=NOW).organizations
    found = organizations.get("evil")
    with pytest.raises(ApiError, match="invalid_email_for_jit_provisioning"):
        provisioning.check_domain(organization=found, email_address="someone@gmail.com")
    with pytest.raises(ApiError, match="invalid_email_for_jit_provisioning"):
        provisioning.join(organization=found, email_address="someone@gmail.com", now=NOW)


def by_password(of: Member, *, now: Any = NOW) -> Finished:
    return password_change.enter(of, by=Nobody(), terms=Terms(), now=now)


def set_password(session: Finished, password: str = PASSWORD) -> Finished:
    return passwords.reset_by_session(
        organization_id=session.organization.pk,
        password=password,
        held=Held(session_token=session.session_token),
        terms=Terms(),
        now=NOW,
    )


@pytest.mark.parametrize("word", SAID)
def test_a_password_leads_as_far_as_the_proof_it_was_set_with(word: Provenance) -> None:
    member(organization("Real"), VICTIM)
    changed = set_password(at("Evil", word))
    for session in (changed, by_password(changed.member)):
        assert ("Real" in names(session.session_token)) == is_good(word, U.PASSWORD_RESET)


def test_a_password_of_one_organization_does_not_turn_into_a_fact_of_the_project() -> None:
    """Whatever the member has proven there before, and whatever second factor comes with it."""
    member(organization("Real"), VICTIM)
    evil = organization("Evil")
    joined = signed_in(member(evil, VICTIM, verified=False, status="invited"))
    assert Member.objects.get(pk=joined.member.pk).email_provenance == P.MAILBOX
    by_sso = signed_in(joined.member, factor_of(P.OWN_PROVIDER, of=joined.member))
    session = by_password(set_password(by_sso).member)
    assert names(session.session_token) == {"Evil"}
    totp = Factor("totp", "authenticator_app", NOW, "authenticator_app_factor", {"totp_id": "t"})
    both = signed_in(session.member, factor_of(P.NOBODY, of=session.member), totp)
    assert names(both.session_token) == {"Evil"}


def test_a_password_set_by_mail_shows_the_rest_and_leads_to_the_step_that_is_missing() -> None:
    """The list and the move say the same, and no session there comes of it."""
    real = organization("Real")
    member(real, VICTIM)
    member(organization("Narrow", auth_methods="RESTRICTED", allowed_auth_methods=["sso"]), VICTIM)
    of = member(organization("Home"), VICTIM)
    session = by_password(set_password(signed_in(of)).member)
    listed = list_organizations(session_token=session.session_token, now=NOW).organizations
    assert [each.organization.organization_name for each in listed] == ["Home", "Narrow", "Real"]
    for each in listed[1:]:
        asked = exchange(
            organization_id=each.organization.pk,
            session_token=session.session_token,
            terms=Terms(),
            now=NOW,
        )
        assert asked.session is None
        assert asked.intermediate_session_token
        assert asked.primary_required == each.primary_required
    assert {"email_otp", "magic_link"} <= set(listed[2].primary_required or ())
    proven = signed_in_with(asked_again(real, session), of=Member.objects.get(organization=real))
    assert proven.session


def asked_again(to: Organization, session: Finished) -> str:
    asked = exchange(
        organization_id=to.pk, session_token=session.session_token, terms=Terms(), now=NOW
    )
    return asked.intermediate_session_token


def signed_in_with(token: str, *, of: Member) -> Finished:
    """The code of the step, proven with the intermediate token in hand."""
    return sign_in(
        member=of,
        factors=(factor_of(P.MAILBOX, of=of),),
        presented=Held(intermediate_session_token=token).resolve(now=NOW),
        joining=False,
        terms=Terms(),
        now=NOW,
    )


def test_a_step_without_a_factor_lists_nothing_and_enters_nowhere() -> None:
    """What a password's exchange gives is good for the step alone."""
    real = organization("Real")
    member(real, VICTIM)
    of = member(organization("Home"), VICTIM)
    token = asked_again(real, by_password(set_password(signed_in(of)).member))
    with pytest.raises(ApiError, match="invalid_intermediate_session_token_for_organization"):
        list_organizations(intermediate_session_token=token, now=NOW)
    assert not enters(token, U.DISCOVERY)


@pytest.mark.parametrize("status", ["invited", "pending"])
def test_the_list_and_the_move_agree_on_who_has_yet_to_join(status: str) -> None:
    """A login by Slack proves no address, and an invite elsewhere asks for one."""
    member(organization("Real"), VICTIM, status=status)
    of = member(organization("Home"), VICTIM)
    identity = Identity("s", VICTIM, False)
    session = signed_in(of, oauth_factor(identity, provider="slack", now=NOW))
    listed = list_organizations(session_token=session.session_token, now=NOW).organizations
    asked = exchange(
        organization_id="real", session_token=session.session_token, terms=Terms(), now=NOW
    )
    assert asked.session is None
    assert asked.primary_required == listed[1].primary_required


@pytest.mark.parametrize("word", [P.OWN_PROVIDER, P.VOUCHED, P.MAILBOX])
def test_a_member_is_noted_with_the_strongest_word_there_was(word: Provenance) -> None:
    of = member(organization(), VICTIM, verified=False, status="pending")
    for said in (word, P.OWN_PROVIDER):
        signed_in(of, factor_of(said, of=of))
        of.refresh_from_db()
        assert (of.email_address_verified, of.email_provenance) == (True, word)


def test_a_new_address_is_nobodys_word() -> None:
    of = member(organization(), VICTIM)
    members.update(member=of, changes={"email_address": "other@corp.example"}, now=NOW)
    of.refresh_from_db()
    assert (of.email_address_verified, of.email_provenance) == (False, "")


def test_an_address_the_provider_doubts_gets_nobody_in_without_the_mailbox() -> None:
    """Nor does a second login: an account is known once it came with a proof."""
    of = member(organization(), VICTIM)
    first = signed_in(of, factor_of(P.DOUBTED, of=of))
    assert first.session is None
    assert set(first.primary_required or ()) >= {"email_otp", "magic_link"}
    assert signed_in(of, factor_of(P.DOUBTED, of=of)).session is None
    assert signed_in(of, factor_of(P.DOUBTED, of=of), factor_of(P.MAILBOX, of=of)).session


def test_nobody_joins_by_an_address_that_the_provider_doubts() -> None:
    """Nothing is written for it either."""
    rules = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["corp.example"]}
    acme = organization(**rules)
    of = member(acme, "boss@corp.example")
    with pytest.raises(ApiError, match="provider_email_not_verified"):
        provisioning.join(
            organization=acme,
            email_address=VICTIM,
            factors=(factor_of(P.DOUBTED, of=of),),
            now=NOW,
        )
    assert Member.objects.count() == 1


def test_a_stored_factor_without_a_word_is_nobodys() -> None:
    """Written by a version from before: it fails closed."""
    stored = factor_of(P.MAILBOX, of=member(organization(), VICTIM)).to_json()
    assert Factor.from_json(stored).provenance == P.MAILBOX
    del stored["provenance"]
    assert Factor.from_json(stored).provenance == P.NOBODY


def test_a_password_is_kept_with_its_word_when_it_is_changed_by_itself() -> None:
    of = member(organization("Home"), VICTIM)
    member(organization("Real"), VICTIM)
    by_sso = signed_in(of, factor_of(P.OWN_PROVIDER, of=of))
    set_password(by_sso)
    claim = passwords.Claim(of.organization_id, VICTIM, PASSWORD)
    changed = passwords.reset_by_existing(
        claim, password="violet otter 73 teapot", held=Held(), terms=Terms(),
        now=later(seconds=1),
    )  # fmt: skip
    assert names(changed.session_token) == {"Home"}
    assert changed.session
    assert changed.session.expires_at - NOW > timedelta(minutes=59)
