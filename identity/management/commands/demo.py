"""`manage.py demo`: organizations and people to try every path with; again and again harmless."""

import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from identity.demo_provider import service as demo_provider
from identity.models import Member, OIDCConnection, Organization
from identity.operations import (
    connection_party,
    connections,
    members,
    organizations,
    provisioning,
)
from identity.provenance import Provenance
from identity.rbac import ADMIN as ADMIN_ROLE

ADMIN = "admin@acme.example"

# Slug, name, rules; what isn't named is optional and open.
ORGANIZATIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("acme", "Acme", {}),
    ("globex", "Globex", {"mfa_policy": "REQUIRED_FOR_ALL"}),
    (
        "initech",
        "Initech",
        {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["sso", "google_oauth"]},
    ),
    (
        "umbrella",
        "Umbrella",
        {
            "email_jit_provisioning": "RESTRICTED",
            "email_allowed_domains": ["umbrella.example"],
        },
    ),
)
# Organization, address, name, roles. newcomer@umbrella.example is nobody yet: that is its point,
# and the founder's proven address is what lets it join.
MEMBERS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("acme", ADMIN, "Ada Archer", [ADMIN_ROLE]),
    ("acme", "member@acme.example", "Milo Meyer", ["viewer"]),
    ("globex", ADMIN, "Ada Archer", []),
    ("initech", ADMIN, "Ada Archer", []),
    ("umbrella", "founder@umbrella.example", "Fay Farmer", [ADMIN_ROLE]),
)
INVITED = ("acme", "invited@acme.example")
# Its own single sign-on is the demo provider as well.
CONNECTED = "initech"

# For the switcher: names that differ in more than a number, so that filtering has something to do.
FIRST = ("Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Iris", "Juno")
SECOND = ("Works", "Labs", "Health", "Foods", "Studio", "Bank", "Energy", "Books", "Tools", "Air")


class Command(BaseCommand):
    help = "Seed the demo organizations and people. Refuses to run without DEBUG."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--organizations",
            type=int,
            default=0,
            metavar="N",
            help=f"make {ADMIN} a member of N more, to try the switcher",
        )

    def handle(self, *args: Any, organizations: int, verbosity: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo accounts are for development: they need DEBUG.")
        with quiet_audit(), transaction.atomic():
            seed(more=organizations, now=timezone.now())
        if verbosity:
            self.stdout.write(f"The demo accounts are there. Try {ADMIN}.")


@contextmanager
def quiet_audit() -> Iterator[None]:
    """The rows are written all the same; a screen full of them would hide where to go next."""
    logger = logging.getLogger("identity.audit")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def seed(*, more: int, now: datetime) -> None:
    """What is there already stays as it is, changed or not."""
    for slug, name, rules in ORGANIZATIONS:
        ensure_organization(slug, name=name, rules=rules, now=now)
    for slug, address, name, held in MEMBERS:
        ensure_member(slug, address=address, name=name, held=held, now=now)
    ensure_invited(now=now)
    ensure_connection(now=now)
    for number in range(more):
        name = another_name(number)
        slug = name.lower().replace(" ", "-")
        ensure_organization(slug, name=name, rules={}, now=now)
        ensure_member(slug, address=ADMIN, name="Ada Archer", held=[], now=now)


def another_name(number: int) -> str:
    """All hundred pairs first, then once more with a number behind."""
    round_, place = divmod(number, len(FIRST) * len(SECOND))
    name = f"{FIRST[place % len(FIRST)]} {SECOND[place // len(FIRST)]}"
    return f"{name} {round_ + 1}" if round_ else name


def ensure_organization(slug: str, *, name: str, rules: dict[str, Any], now: datetime) -> None:
    if Organization.objects.filter(organization_slug=slug).exists():
        return
    fields = {"organization_name": name, "organization_slug": slug, "email_invites": "ALL_ALLOWED"}
    organizations.create(fields={**fields, **rules}, now=now)


def ensure_member(slug: str, *, address: str, name: str, held: list[str], now: datetime) -> None:
    organization = organizations.get(slug)
    if members.with_email(organization=organization, email_address=address):
        return
    fields = {"email_address": address, "name": name, "roles": held}
    fields["status"] = Member.Status.ACTIVE
    member = members.create(organization=organization, fields=fields, now=now)
    provisioning.activate(member=member, proven_by=Provenance.MAILBOX, now=now)


def ensure_invited(*, now: datetime) -> None:
    slug, address = INVITED
    organization = organizations.get(slug)
    if members.with_email(organization=organization, email_address=address):
        return
    inviter = members.with_email(organization=organization, email_address=ADMIN)
    fields = {"name": "Ines Ivers", "invited_by": inviter}
    provisioning.invite(organization=organization, email_address=address, fields=fields, now=now)


def ensure_connection(*, now: datetime) -> None:
    """Made past the checks of `connections.update`: the demo provider is no https address."""
    organization = organizations.get(CONNECTED)
    if organization.oidc_connections.exists():
        return
    OIDCConnection.objects.create(
        organization=organization,
        display_name="Initech SSO",
        client_id="demo-sso",
        secret_sealed=connection_party.sealed("demo"),
        **demo_provider.endpoints(),
        created_at=now,
        updated_at=now,
    )
    connections.publish(organization)
