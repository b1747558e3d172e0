"""Ada, her mailbox and her organizations, for tests of the real client and the real service."""

import re

from django.core import mail

ADA = "ada@acme.example"
LANDING = "http://localhost/authenticate"


def newest_code():
    return re.search(r"\b(\d{6})\b", mail.outbox[-1].body)[1]


def newest_link_token():
    return re.search(r"[?&]token=([^&\s]+)", mail.outbox[-1].body)[1]


def discover(identity, email_address=ADA):
    identity.factors.send_discovery_code(email_address)
    return identity.factors.authenticate_discovery_code(email_address, newest_code())


def found_acme(identity, email_address=ADA):
    """Ada creates Acme and is in it."""
    step = discover(identity, email_address).intermediate
    return identity.discovery.create_organization(step.token, name="Acme", slug="acme")


def with_member(identity, slug, email_address=ADA, **rules):
    """An organization that the address is a member of."""
    organization = identity.organizations.create(slug.title(), organization_slug=slug, **rules)
    identity.organizations.members.create(
        organization_id=organization.organization_id, email_address=email_address
    )
    return organization
