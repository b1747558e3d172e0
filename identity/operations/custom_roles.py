"""An organization's own roles, beside those of the project (CONTRACT 2.10)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from identity import project_policy, rbac
from identity.errors import bad_request
from identity.models import Member, Organization
from identity.operations import audit
from identity.rbac import Role


def replace(*, organization: Organization, roles: Sequence[Role], now: datetime) -> Organization:
    """This will make these the organization's roles; whoever held one that is gone loses it.

    Raises invalid_rbac_policy 400 (the name is ours, UNKNOWN in the contract) for a resource or
    action that the project does not have, and for a role of the project's under the same id: with
    two of one name, SDKs that add up and SDKs that override would disagree (4.6).
    """
    _check(roles)
    with transaction.atomic():
        held = Organization.objects.select_for_update().get(pk=organization.pk)
        gone = {role["role_id"] for role in held.custom_roles} - {role.role_id for role in roles}
        held.custom_roles = [role.to_wire() for role in roles]
        held.rbac_email_implicit_role_assignments = [
            each
            for each in held.rbac_email_implicit_role_assignments
            if each["role_id"] not in gone
        ]
        held.updated_at = now
        held.save()
        _take_from_members(held, gone, now=now)
        names = " ".join(sorted(role.role_id for role in roles))
        audit.record(
            action="organization.roles", outcome="success", organization=held, now=now, roles=names
        )
    return held


def _check(roles: Sequence[Role]) -> None:
    policy = project_policy.current()
    taken = sorted(policy.role_ids & {role.role_id for role in roles})
    reason = f"The project has a role {taken[0]} already." if taken else ""
    reason = reason or rbac.problem(roles, within=policy)
    if reason:
        raise bad_request("invalid_rbac_policy", reason)


def _take_from_members(organization: Organization, gone: set[str], *, now: datetime) -> None:
    """Or a role of the same name, made anew one day, would find them waiting for it."""
    if not gone:
        return
    holders = Member.objects.select_for_update().filter(organization=organization)
    for member in holders.exclude(roles=[]):
        kept = [role_id for role_id in member.roles if role_id not in gone]
        if kept != member.roles:
            member.roles = kept
            member.updated_at = now
            member.save(update_fields=["roles", "updated_at"])
