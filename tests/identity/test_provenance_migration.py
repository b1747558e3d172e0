"""What the migration makes of rows from before: the weaker word, unless more is on record."""

import pkgutil
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from identity import migrations
from identity.models import AuditEvent, Member, MemberSession, Password
from identity.operations import kept_passwords
from identity.provenance import Provenance
from tests.identity.factor_samples import CODE, GOOGLE, MICROSOFT, PASSWORD, SLACK, SSO
from tests.identity.people import NOW, later, member, organization, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Member:
    """Verified before it was noted by whom."""
    return member(organization(), "bob@acme.example", provenance=Provenance.NOBODY)


def migrate() -> None:
    """By its name alone: its number is the next one."""
    names = [each.name for each in pkgutil.iter_modules(migrations.__path__)]
    (name,) = [each for each in names if each.endswith("_provenance")]
    import_module(f"identity.migrations.{name}").note(apps, None)


def event(of: Member, action: str, *, factor: str = "", at: Any = NOW, **details: str) -> None:
    AuditEvent.objects.create(
        occurred_at=at,
        action=action,
        outcome=details.pop("outcome", "success"),
        member_id=of.pk,
        factor=factor,
        details=details,
    )


def word(of: Member) -> str:
    of.refresh_from_db()
    return of.email_provenance


def test_nothing_is_known_of_most(bob: Member) -> None:
    unproven = member(organization("Other"), verified=False)
    event(bob, "session.create", factor="sso")
    event(bob, "otp.authenticate", outcome="otp_code_not_found")
    migrate()
    assert (word(bob), word(unproven)) == ("unknown", "")


@pytest.mark.parametrize(
    ("action", "factor"),
    [
        ("otp.authenticate", "email_otp"),
        ("link.authenticate", "magic_link"),
        ("password.reset_by_email", "password"),
        ("session.create", "email_otp"),
        ("session.update", "magic_link"),
    ],
)
def test_a_mailbox_that_was_used_is_on_record(bob: Member, action: str, factor: str) -> None:
    event(bob, action, factor=factor)
    migrate()
    assert word(bob) == "mailbox"


def test_it_was_the_address_from_before(bob: Member) -> None:
    event(bob, "otp.authenticate")
    event(bob, "member.update", at=later(hours=1), fields="email_address name")
    migrate()
    assert word(bob) == "unknown"
    event(bob, "otp.authenticate", at=later(hours=2))
    event(bob, "member.update", at=later(hours=3), fields="name")
    migrate()
    assert word(bob) == "mailbox"


def test_a_password_was_set_by_the_link_of_that_moment(bob: Member) -> None:
    kept_passwords.keep(bob, hashed="h", provenance=Provenance.NOBODY, now=NOW)
    migrate()
    assert Password.objects.get().provenance == "unknown"
    event(bob, "password.reset_by_email", at=NOW)
    migrate()
    assert Password.objects.get().provenance == "mailbox"
    Password.objects.update(changed_at=later(minutes=1))
    migrate()
    assert Password.objects.get().provenance == "unknown"


def test_factors_of_live_sessions_get_the_word_of_their_kind(bob: Member) -> None:
    """But for Microsoft's, which was taken where it said nothing."""
    held = (CODE, SSO, GOOGLE, SLACK, MICROSOFT, PASSWORD)
    his = [replace(factor, email_address=bob.email_address) for factor in held]
    session = signed_in(bob, *his, now=timezone.now())
    assert session.session
    stored = session.session.factors_json
    for factor in stored:
        del factor["provenance"]
    MemberSession.objects.update(factors_json=stored)
    migrate()
    said = {each.delivery_method: each for each in MemberSession.objects.get().factors}
    assert {name: str(each.provenance) for name, each in said.items()} == {
        "email": "mailbox",
        "sso_saml": "own_provider",
        "oauth_google": "vouched",
        "oauth_slack": "seen",
        "oauth_microsoft": "",
        "knowledge": "",
    }
    assert not said["oauth_microsoft"].email_verifying
