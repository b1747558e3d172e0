"""What the list of organizations says, entering one answers: the same, in every combination.

The table is generated: ways of having come here, each with each kind of organization and of
membership. Nothing is left behind by a move, so that the list stays the one that was shown.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from identity.errors import ApiError
from identity.factors import Factor, email_factor, password_factor
from identity.models import Member, Organization, Registration
from identity.oidc import Identity
from identity.operations import discovery, exchange, members
from identity.operations.accounts import oauth_factor, sso_factor
from identity.operations.discovered import Discovered
from identity.operations.sign_in import Finished, Terms
from identity.provenance import Provenance
from tests.identity.arriving import connected
from tests.identity.people import NOW, TOTP, begun, member, organization, signed_in

pytestmark = pytest.mark.django_db
PERSON, TENANT = "person@corp.example", "T1"
Factors = tuple[Factor, ...]


def mailed(type: str = "email_otp") -> Factor:
    return email_factor(type=type, email_id="", email_address=PERSON, now=NOW)


def account(provider: str, *, proven: bool = False, doubted: bool = False) -> Factor:
    tenants = (TENANT,) if provider == "slack" else ()
    identity = Identity("s", PERSON, proven, email_doubted=doubted, tenants=tenants)
    return oauth_factor(identity, provider=provider, now=NOW)


def password(word: Provenance) -> Factor:
    return password_factor(email_id="", email_address=PERSON, now=NOW, provenance=word)


# What is held, by how somebody came; each as a session at home, and most as the start of a sign-in.
WAYS: dict[str, Factors] = {
    "code": (mailed(),),
    "link": (mailed("magic_link"),),
    "code and app": (mailed(), TOTP),
    "google": (account("google", proven=True),),
    "google without a domain": (account("google"),),
    "slack": (account("slack"),),
    "doubted microsoft": (account("microsoft", doubted=True), mailed()),
    "password set by mail": (password(Provenance.MAILBOX),),
    "password by the backend": (password(Provenance.NOBODY),),
    "password and code": (password(Provenance.NOBODY), mailed()),
    "imported": (Factor("imported", "imported_auth0", NOW),),
}
RULES: dict[str, dict[str, Any]] = {
    "open": {},
    **{
        method: {"auth_methods": "RESTRICTED", "allowed_auth_methods": [method]}
        for method in ("email_otp", "google_oauth", "slack_oauth", "sso")
    },
    "two": {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["slack_oauth", "magic_link"]},
    "an app": {
        "mfa_policy": "REQUIRED_FOR_ALL",
        "mfa_methods": "RESTRICTED",
        "allowed_mfa_methods": ["totp"],
    },
    "code and second step": {
        "auth_methods": "RESTRICTED",
        "allowed_auth_methods": ["email_otp"],
        "mfa_policy": "REQUIRED_FOR_ALL",
    },
}
PEOPLE: dict[str, dict[str, Any]] = {
    "member": {},
    "unproven": {"verified": False},
    "invited": {"status": "invited"},
    "pending": {"status": "pending", "verified": False},
    "breakglass": {"is_breakglass": True, "verified": False},
    "enrolled": {"mfa_enrolled": True, "mfa_phone_number": "+12015550123"},
    "with another account": {},
}
JOINABLE = {
    "email_jit_provisioning": "RESTRICTED",
    "email_allowed_domains": ["corp.example"],
    "oauth_tenant_jit_provisioning": "RESTRICTED",
    "allowed_oauth_tenants": {"slack": [TENANT]},
}


def found_everything() -> None:
    """An organization for each rule and each kind of person in it, and one to join by each rule."""
    for rule, fields in RULES.items():
        for who, standing in PEOPLE.items():
            of = organization(f"{rule} / {who}", **fields)
            noted(member(of, PERSON, **standing), who)
        to_join = organization(f"{rule} / to join", **fields, **JOINABLE)
        member(to_join, "colleague@corp.example")


def noted(who: Member, kind: str) -> None:
    """Another workspace calls somebody else by this address."""
    if kind == "with another account":
        for provider in ("google", "slack"):
            Registration.objects.create(
                member=who,
                organization=who.organization,
                provider=provider,
                tenant="T2" if provider == "slack" else "",
                registration_id=f"oauth-test-{provider}-{who.pk}"[:64],
                subject=f"other-{who.pk}",
                email_address=PERSON,
                created_at=NOW,
            )


def said(each: Discovered | Finished) -> tuple[Any, ...]:
    is_in = each.member_authenticated if isinstance(each, Discovered) else each.session is not None
    return is_in, each.primary_required, each.mfa_required


def broken(
    listed: tuple[Discovered, ...], enter: Callable[[Organization], Finished]
) -> dict[str, Any]:
    """By organization what was said and what came, where they differ; nothing stays of a move."""
    found = {}
    for each in listed:
        with transaction.atomic():
            came = said(enter(each.organization))
            transaction.set_rollback(True)
        if came != said(each):
            found[each.organization.organization_name] = (said(each), came)
    return found


def broken_from(session: Finished) -> tuple[int, dict[str, Any]]:
    """From a session: how many it lists, and where another is entered than was said."""
    token = session.session_token
    assert token
    listed = discovery.list_organizations(session_token=token, now=NOW).organizations

    def enter(to: Organization) -> Finished:
        return exchange.exchange(organization_id=to.pk, session_token=token, terms=Terms(), now=NOW)

    return len(listed), broken(listed, enter)


def test_from_a_session_entering_is_as_the_list_says() -> None:
    found_everything()
    home = member(organization("Home"), PERSON)
    found = {way: broken_from(signed_in(home, *held)) for way, held in WAYS.items()}
    assert {way: differing for way, (_, differing) in found.items() if differing} == {}
    others = {way for way, (count, _) in found.items() if count > 1}
    assert others == set(WAYS) - {"password by the backend", "imported"}


@pytest.mark.parametrize("with_code", [False, True])
def test_from_a_session_by_single_sign_on_too(with_code: bool) -> None:
    found_everything()
    home = member(organization("Home"), PERSON)
    identity = Identity("s", PERSON, True)
    by_sso = sso_factor(identity, connection_id=connected(home.organization).pk, now=NOW)
    session = signed_in(home, by_sso, *((mailed(),) if with_code else ()))
    count, differing = broken_from(session)
    assert differing == {}
    assert (count > 1) == with_code


@pytest.mark.parametrize("rule", RULES)
def test_at_home_too_whatever_its_rules_have_become(rule: str) -> None:
    home = member(organization("Home"), PERSON)
    session = signed_in(home, mailed())
    Organization.objects.filter(pk=home.organization_id).update(**RULES[rule])
    assert broken_from(session) == (1, {})


def test_at_home_too_when_nothing_held_is_of_the_address_any_more() -> None:
    home = member(organization("Home"), PERSON)
    session = signed_in(home, mailed())
    members.update(member=home, changes={"email_address": "new@corp.example"}, now=NOW)
    assert broken_from(session) == (1, {})


@pytest.mark.parametrize("begins_at", ["discovery", "home"])
def test_from_the_start_of_a_sign_in_entering_is_as_the_list_says(begins_at: str) -> None:
    found_everything()
    home = member(organization("Home", mfa_policy="REQUIRED_FOR_ALL"), PERSON)
    inside = {"organization": home.organization, "member": home} if begins_at == "home" else {}
    tokens = {way: begun(PERSON, *held, **inside) for way, held in WAYS.items()}
    found = {way: broken_of(token) for way, token in tokens.items()}
    assert {way: differing for way, differing in found.items() if differing} == {}


def broken_of(token: str) -> dict[str, Any]:
    """From the start of a sign-in; who has nothing that counts elsewhere is promised nothing."""

    def enter(to: Organization) -> Finished:
        return discovery.exchange(
            intermediate_session_token=token, organization_id=to.pk, terms=Terms(), now=NOW
        )

    try:
        listing = discovery.list_organizations(intermediate_session_token=token, now=NOW)
    except ApiError as refusal:
        if refusal.error_type != "invalid_intermediate_session_token_for_organization":
            raise
        return {}
    return broken(listing.organizations, enter)
