"""What an organization may be called and what its settings may say."""

from typing import Any

import pytest

from identity import names
from identity.models import Organization
from identity.operations import slugs
from outbound.mail_domains import organization_name_for
from tests.identity.api import Api, refused

PATH = "/b2b/organizations"


@pytest.mark.parametrize("slug", ["a", "a b", "---", "ä-slug", "a/b", "x" * 129, "ab\n", 5])
def test_bad_slugs_are_refused(api: Api, slug: Any) -> None:
    response = api.post(PATH, organization_name="Acme", organization_slug=slug)
    refused(response, 400, "invalid_organization_slug")


@pytest.mark.parametrize(
    ("fields", "error_type"),
    [
        ({"auth_methods": "RESTRICTED"}, "allowed_auth_methods_required_for_restricted"),
        ({"mfa_methods": "RESTRICTED"}, "allowed_mfa_methods_required_for_restricted"),
        ({"email_allowed_domains": ["gmail.com"]}, "organization_settings_domain_too_common"),
        ({"claimed_email_domains": ["GMAIL.com"]}, "organization_settings_domain_too_common"),
        ({"email_allowed_domains": ["not a domain"]}, "invalid_domain"),
        ({"organization_logo_url": "javascript:alert(1)"}, "bad_request"),
        ({"organization_external_id": "a b"}, "bad_request"),
        ({"organization_name": "x" * 129}, "bad_request"),
        ({"organization_name": "   "}, "bad_request"),
        ({"allowed_auth_methods": ["carrier_pigeon"]}, "bad_request"),
        ({"email_jit_provisioning": "ALL_ALLOWED"}, "bad_request"),
        ({"allowed_oauth_tenants": {"myspace": ["1"]}}, "bad_request"),
        (
            {"rbac_email_implicit_role_assignments": [{"domain": "a.example", "role_id": "king"}]},
            "invalid_role",
        ),
        (
            {"sso_jit_provisioning": "NOT_ALLOWED", "email_invites": "NOT_ALLOWED"},
            "no_provisioning_method_allowed",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(
    api: Api, fields: dict[str, Any], error_type: str
) -> None:
    path = f"{PATH}/{api.organization()['organization_id']}"
    refused(api.put(path, **fields), 400, error_type)
    refused(api.post(PATH, **{"organization_name": "New", **fields}), 400, error_type)
    assert Organization.objects.count() == 1


def test_domains_are_kept_in_one_spelling(api: Api) -> None:
    domains = ["Acme.Example", "acme.example", "@b.example"]
    organization = api.organization(email_allowed_domains=domains)
    assert organization["email_allowed_domains"] == ["acme.example", "b.example"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("jo@acme.example", "Acme"),
        ("jo@acme-corp.example", "Acme-Corp"),
        ("jo@xn--bcher-kva.example", "Bücher"),
        ("jo.doe@gmail.com", "Jo Doe"),
        ("jo.doe+foyer@gmail.com", "Jo Doe"),
        ("evil.com@gmail.com", "Evil Com"),
        ("491511234567@t-online.de", "My organization"),
        ("jo@math.berkeley.edu", "Jo"),
    ],
)
def test_a_founders_address_names_the_organization(address: str, name: str) -> None:
    """And it is one that a person could have typed: no address, no number."""
    assert organization_name_for(address) == name
    assert not names.holds_address(name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["会社", "!", "a" * 200])
def test_every_name_gets_a_slug(name: str) -> None:
    assert 2 <= len(slugs.free_slug(name)) <= 128
