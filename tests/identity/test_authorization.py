"""Authorization checks within sessions/authenticate: by the session's roles (CONTRACT 4.6)."""

from collections.abc import Callable
from typing import Any

import pytest

from identity.errors import ApiError
from identity.models import MemberSession, Organization
from identity.operations import sessions
from identity.operations.authorization import Check
from identity.operations.sign_in import Finished, Terms
from tests.identity.people import later, member, organization, signed_in

SOON = later(seconds=90)


@pytest.fixture
def alice(db: None) -> Finished:
    return signed_in(member(organization()))


def assert_refused(error_type: str, **call: Any) -> None:
    with pytest.raises(ApiError) as refusal:
        sessions.authenticate(**{"terms": Terms(), "now": SOON, **call})
    assert (refusal.value.status_code, refusal.value.error_type) == (403, error_type)
    assert refusal.value.message.startswith("The ")


def test_a_check_is_answered_by_the_roles_that_grant_it(alice: Finished) -> None:
    """CONTRACT 4.6."""
    admin = signed_in(member(alice.organization, "boss@acme.example", roles=["stytch_admin"]))
    check = Check(alice.organization.organization_id, "stytch.member", "create")
    live = sessions.authenticate(
        session_token=admin.session_token, terms=Terms(), check=check, now=SOON
    )
    assert live.granting_roles == ("stytch_admin",)
    mine = Check(alice.organization.organization_slug, "stytch.self", "update.info.name")
    live = sessions.authenticate(
        session_token=admin.session_token, terms=Terms(), check=mine, now=SOON
    )
    assert live.granting_roles == ("stytch_member", "stytch_admin")


def test_custom_roles_of_the_organization_grant_too(alice: Finished) -> None:
    alice.organization.custom_roles = [
        {"role_id": "editor", "description": "",
         "permissions": [{"resource_id": "documents", "actions": ["edit"]}]}
    ]  # fmt: skip
    alice.organization.save()
    editor = member(alice.organization, "editor@acme.example", roles=["editor"])
    token = signed_in(editor).session_token
    check = Check(alice.organization.organization_id, "documents", "edit")
    live = sessions.authenticate(session_token=token, terms=Terms(), check=check, now=SOON)
    assert live.granting_roles == ("editor",)
    assert_refused(
        "session_authorization_error",
        session_token=token,
        check=Check(alice.organization.organization_id, "documents", "delete"),
    )


@pytest.mark.parametrize(
    ("resource", "action"),
    [("stytch.member", "create"), ("stytch.*", "create"), ("*", "*"), ("stytch", "create")],
)
def test_what_no_role_grants_is_refused_and_changes_nothing(
    alice: Finished, resource: str, action: str
) -> None:
    check = Check(alice.organization.organization_id, resource, action)
    assert_refused(
        "session_authorization_error",
        session_token=alice.session_token,
        check=check,
        terms=Terms(duration_minutes=600),
    )
    assert MemberSession.objects.get().expires_at == later(hours=1)


def test_a_check_of_another_organization_is_refused(alice: Finished) -> None:
    """QUALITY 53"""
    other = organization("Globex")
    check = Check(other.organization_id, "stytch.self", "delete")
    assert_refused(
        "session_authorization_tenancy_error", session_token=alice.session_token, check=check
    )


@pytest.mark.parametrize("field", ["organization_slug", "organization_external_id"])
@pytest.mark.parametrize("change", [str, str.upper])
def test_a_name_that_is_anothers_id_is_no_authority_there(
    db: None, field: str, change: Callable[[str], str]
) -> None:
    """Whatever the row says: names are chosen by strangers, and an id is only ever an id."""
    victim = organization("Victim")
    evil = organization("Evil")
    admin = member(evil, "boss@evil.example", roles=["stytch_admin"])
    token = signed_in(admin).session_token
    Organization.objects.filter(pk=evil.pk).update(**{field: change(victim.organization_id)})
    check = Check(victim.organization_id, "stytch.organization", "delete")
    assert_refused("session_authorization_tenancy_error", session_token=token, check=check)


def test_the_organization_is_found_as_everywhere(alice: Finished) -> None:
    acme = alice.organization
    acme.organization_external_id = "crm-1"
    acme.save()
    for name in (acme.organization_id.upper(), "ACME", "Crm-1"):
        check = Check(name, "stytch.self", "update.info.name")
        live = sessions.authenticate(
            session_token=alice.session_token, terms=Terms(), check=check, now=SOON
        )
        assert live.granting_roles == ("stytch_member",)
    for name in ("nobody", "", "acm\u0435"):
        assert_refused(
            "session_authorization_tenancy_error",
            session_token=alice.session_token,
            check=Check(name, "stytch.self", "update.info.name"),
        )
