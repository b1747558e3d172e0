"""Accounts at providers from before, when people were matched by address."""

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from identity import migrations
from identity.models import Member, Registration
from tests.identity.arriving import by_oauth, by_sso, connected
from tests.identity.people import later, member, organization

pytestmark = pytest.mark.django_db


def migrate() -> None:
    names = [each.name for each in pkgutil.iter_modules(migrations.__path__)]
    (name,) = [each for each in names if each.endswith("_registrations")]
    import_module(f"identity.migrations.{name}").copy(apps, None)


def of_sso(connection: Any, *subjects: str) -> list[dict[str, str]]:
    return [
        {"connection_id": connection.pk, "external_id": each, "registration_id": f"r-{each}"}
        for each in subjects
    ]


def of_google(subject: str) -> list[dict[str, str]]:
    return [
        {
            "provider_type": "Google",
            "provider_subject": subject,
            "member_oauth_registration_id": "one id for two",
        }
    ]


def held(**lists: Any) -> None:
    """As an old version wrote them."""
    address = lists.pop("address")
    Member.objects.filter(email_address=address).update(**lists)


def subjects() -> set[tuple[str, str]]:
    rows = Registration.objects.select_related("member")
    return {(row.member.email_address, row.subject) for row in rows}


def test_what_was_listed_is_found() -> None:
    acme = organization()
    connection = connected(acme)
    ann, bob = member(acme, "ann@acme.example"), member(acme, "bob@acme.example")
    held(address="ann@acme.example", sso_registrations=of_sso(connection, "1"))
    held(address="bob@acme.example", oauth_registrations=of_google("2"))
    migrate()
    assert by_sso(connection, "1", "new@acme.example").member.pk == ann.pk
    assert by_oauth(acme, "2", "b@acme.example").member.pk == bob.pk


def test_of_two_members_with_one_account_the_newer_keeps_it() -> None:
    acme = organization()
    connection = connected(acme)
    for address in ("old@acme.example", "new@acme.example"):
        member(acme, address)
        held(address=address, sso_registrations=of_sso(connection, "1"))
    Member.objects.filter(email_address="new@acme.example").update(created_at=later(hours=1))
    migrate()
    assert subjects() == {("new@acme.example", "1")}
    assert Member.objects.get(email_address="old@acme.example").sso_registrations == []


def test_of_two_accounts_of_one_member_the_later_counts() -> None:
    acme = organization()
    connection = connected(acme)
    member(acme, "ann@acme.example")
    held(address="ann@acme.example", sso_registrations=of_sso(connection, "1", "2"))
    migrate()
    assert subjects() == {("ann@acme.example", "2")}
    (left,) = Member.objects.get().sso_registrations
    assert left["external_id"] == "2"


def test_an_id_that_was_taken_along_is_made_anew() -> None:
    for name in ("Acme", "Globex"):
        member(organization(name), f"ann@{name.lower()}.example")
    Member.objects.update(oauth_registrations=of_google("1"))
    migrate()
    shown = {
        each.oauth_registrations[0]["member_oauth_registration_id"] for each in Member.objects.all()
    }
    assert shown == set(Registration.objects.values_list("pk", flat=True))
    assert len(shown) == 2


def test_the_deleted_and_what_is_gone_are_left_out() -> None:
    acme = organization()
    connection = connected(acme)
    member(acme, "gone@acme.example", status="deleted")
    member(acme, "ann@acme.example")
    held(address="gone@acme.example", sso_registrations=of_sso(connection, "1"))
    connection.delete()
    held(
        address="ann@acme.example",
        sso_registrations=[{"connection_id": "gone", "external_id": "1", "registration_id": "r"}],
    )
    migrate()
    assert not Registration.objects.exists()
