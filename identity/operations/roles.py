"""Which roles a member holds and why (CONTRACT 3.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from identity import addresses, project_policy
from identity.errors import bad_request
from identity.models import Member, Organization
from identity.rbac import ADMIN, MEMBER


@dataclass(frozen=True, slots=True)
class HeldRole:
    """`sources` says why it is held, in the wire's shape (CONTRACT 3.2)."""

    role_id: str
    sources: tuple[dict[str, Any], ...]

    def to_wire(self) -> dict[str, Any]:
        return {"role_id": self.role_id, "sources": list(self.sources)}


def effective(member: Member) -> tuple[HeldRole, ...]:
    """Every member is a stytch_member; the rest was given directly or by e-mail domain."""
    sources: dict[str, list[dict[str, Any]]] = {MEMBER: []}
    for role_id in (MEMBER, *member.roles):
        sources.setdefault(role_id, []).append({"type": "direct_assignment", "details": {}})
    for domain, role_id in _by_email(member):
        source = {"type": "email_assignment", "details": {"email_domain": domain}}
        sources.setdefault(role_id, []).append(source)
    return tuple(HeldRole(role_id, tuple(why)) for role_id, why in sources.items())


def ids(member: Member) -> tuple[str, ...]:
    return tuple(role.role_id for role in effective(member))


def is_admin(member: Member) -> bool:
    return ADMIN in ids(member)


def check_known(*, organization: Organization, role_ids: list[str]) -> list[str]:
    """The direct assignments to keep, each once; stytch_member goes without saying."""
    own = {role["role_id"] for role in organization.custom_roles}
    known = project_policy.current().role_ids | own
    unknown = [role_id for role_id in role_ids if role_id not in known]
    if unknown:
        raise bad_request("invalid_role", "At least one role does not exist.")
    return [role_id for role_id in dict.fromkeys(role_ids) if role_id != MEMBER]


def _by_email(member: Member) -> Iterator[tuple[str, str]]:
    """An address nobody has proven gives no role."""
    if not member.email_address_verified:
        return
    domain = addresses.domain_of(member.email_address)
    for assignment in member.organization.rbac_email_implicit_role_assignments:
        if assignment["domain"] == domain:
            yield domain, assignment["role_id"]
