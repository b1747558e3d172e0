"""An account whose provider vouches for no address (HubSpot) leads where it is known, by itself."""

from typing import Any

import pytest

from identity.errors import ApiError
from identity.models import IntermediateSession, Member, Organization
from identity.oidc import Identity
from identity.operations import callbacks, discovery, flows
from identity.operations.callbacks import Answer
from identity.operations.flows import Flow
from identity.operations.presented import intermediate_by_token
from identity.operations.sign_in import Terms, sign_in
from tests.identity.arriving import ANN, MARRIED, by_oauth, discovers
from tests.identity.people import NOW, member, organization, proof

pytestmark = pytest.mark.django_db
VICTIM = "victim@bank.example"
DOUBTED: dict[str, Any] = {
    "provider": "hubspot",
    "email_verifying": False,
    "email_doubted": True,
    "tenants": ("H1",),
}


@pytest.fixture
def acme(db: None) -> Organization:
    """Where Ann has signed in with her HubSpot account, and proven her mailbox beside it."""
    acme = organization("Acme", organization_slug="acme")
    member(acme, ANN)
    waiting = by_oauth(acme, "7", ANN, **DOUBTED)
    assert waiting.session is None
    held = intermediate_by_token(waiting.intermediate_session_token, now=NOW)
    terms = {"presented": held, "joining": False, "terms": Terms(), "now": NOW}
    assert sign_in(member=waiting.member, factors=(proof(ANN),), **terms).session
    return acme


def enter(token: str, to: str) -> Any:
    return discovery.exchange(
        intermediate_session_token=token, organization_id=to, terms=Terms(), now=NOW
    )


def lands(monkeypatch: pytest.MonkeyPatch, subject: str, address: str, **said: Any) -> str:
    """Where the browser goes on after HubSpot has sent it back to a discovery."""
    word = {**DOUBTED, **said}
    identity = Identity(
        subject, address, False, tenants=word["tenants"], email_doubted=word["email_doubted"]
    )
    monkeypatch.setattr(callbacks, "_ask", lambda *_, **__: (identity, {}))
    url = "https://app.example/authenticate"
    fields = dict.fromkeys(Flow.__dataclass_fields__, "")
    given = {**fields, "kind": flows.Kind.DISCOVERY, "by": "hubspot", "login_url": url}
    return callbacks.finish(
        Flow(**{**given, "signup_url": url}), answer=Answer("c", "", ""), now=NOW
    )


def test_a_known_account_comes_through(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "token=" in lands(monkeypatch, "7", ANN)
    assert "token=" in lands(monkeypatch, "7", MARRIED)


@pytest.mark.parametrize(
    ("subject", "said"), [("8", {}), ("7", {"tenants": ("H2",)}), ("7", {"tenants": ()})]
)
def test_an_unknown_one_does_not(
    acme: Organization, monkeypatch: pytest.MonkeyPatch, subject: str, said: dict[str, Any]
) -> None:
    landed = lands(monkeypatch, subject, ANN, **said)
    assert "error=provider_email_not_verified" in landed
    assert "token=" not in landed


def test_nor_one_of_a_member_who_is_gone(
    acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    Member.objects.update(status="deleted")
    assert "error=provider_email_not_verified" in lands(monkeypatch, "7", ANN)


@pytest.mark.parametrize("address", [ANN, MARRIED])
def test_it_lists_and_enters_its_own(acme: Organization, address: str) -> None:
    found = discovers("7", address, **DOUBTED)
    (only,) = found.organizations
    assert (only.kind, only.member_authenticated) == ("active_member", True)
    finished = enter(found.intermediate_session_token, "acme")
    assert finished.session
    assert finished.member.email_address == ANN


@pytest.mark.parametrize("subject", ["7", "8"])
def test_the_address_that_it_names_leads_nowhere(acme: Organization, subject: str) -> None:
    """Anybody writes any address into an account of theirs."""
    bank = organization("Bank", organization_slug="bank")
    member(bank, VICTIM)
    found = discovers(subject, VICTIM, **DOUBTED)
    names = {each.organization.organization_name for each in found.organizations}
    assert names == ({"Acme"} if subject == "7" else set())
    with pytest.raises(ApiError, match="provider_email_not_verified"):
        enter(found.intermediate_session_token, "bank")


def test_it_joins_nothing(acme: Organization) -> None:
    umbrella = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["acme.example"]}
    member(organization("Umbrella", organization_slug="umbrella", **umbrella), "boss@acme.example")
    found = discovers("7", ANN, **DOUBTED)
    assert [each.organization.organization_name for each in found.organizations] == ["Acme"]
    with pytest.raises(ApiError, match="provider_email_not_verified"):
        enter(found.intermediate_session_token, "umbrella")


def test_it_founds_nothing_and_writes_nothing(acme: Organization) -> None:
    found = discovers("7", VICTIM, **DOUBTED)
    with pytest.raises(ApiError, match="provider_email_not_verified"):
        discovery.create_organization(
            intermediate_session_token=found.intermediate_session_token,
            fields={},
            terms=Terms(),
            now=NOW,
        )
    assert Organization.objects.count() == Member.objects.count() == 1
    assert IntermediateSession.objects.filter(founded=None).exists()
