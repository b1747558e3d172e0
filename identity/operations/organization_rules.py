"""What an organization's settings may say, alone and together (CONTRACT 3.3)."""

from collections.abc import Callable
from typing import Any

from identity import addresses, identifiers
from identity.errors import bad_request, not_found
from identity.models import Organization
from identity.operations import metadata, roles

PROVISIONING_ROUTES = (
    "email_invites",
    "email_jit_provisioning",
    "sso_jit_provisioning",
    "oauth_tenant_jit_provisioning",
)


def normalized(organization: Organization, fields: dict[str, Any]) -> dict[str, Any]:
    """The values to keep: domains in one spelling, lists without repetition, metadata merged."""
    return {name: _normalized(organization, name, value) for name, value in fields.items()}


def check(organization: Organization) -> None:
    """Raises the contract's error for settings that contradict each other."""
    _check_restricted(organization)
    if all(getattr(organization, route) == "NOT_ALLOWED" for route in PROVISIONING_ROUTES):
        raise bad_request(
            "no_provisioning_method_allowed",
            "At least one way of joining the organization must stay open.",
        )


def _check_restricted(organization: Organization) -> None:
    if organization.auth_methods == "RESTRICTED" and not organization.allowed_auth_methods:
        raise bad_request(
            "allowed_auth_methods_required_for_restricted",
            "allowed_auth_methods is required when auth_methods is RESTRICTED.",
        )
    if organization.mfa_methods == "RESTRICTED" and not organization.allowed_mfa_methods:
        raise bad_request(
            "allowed_mfa_methods_required_for_restricted",
            "allowed_mfa_methods is required when mfa_methods is RESTRICTED.",
        )


def _normalized(organization: Organization, name: str, value: Any) -> Any:
    special = SPECIAL.get(name)
    if special:
        return special(organization, value)
    return list(dict.fromkeys(value)) if isinstance(value, list) else value


def _trusted_metadata(organization: Organization, given: dict[str, Any]) -> dict[str, Any]:
    return metadata.merged(organization.trusted_metadata, given)


def _domains(_organization: Organization, domains: list[str]) -> list[str]:
    return list(dict.fromkeys(_domain(domain) for domain in domains))


def _implicit_roles(
    organization: Organization, assignments: list[dict[str, str]]
) -> list[dict[str, str]]:
    wanted = [each["role_id"] for each in assignments]
    roles.check_known(organization=organization, role_ids=wanted)
    return [{"domain": _domain(each["domain"]), "role_id": each["role_id"]} for each in assignments]


def _domain(text: str) -> str:
    try:
        domain = addresses.normalized_domain(text)
    except ValueError as error:
        raise bad_request("invalid_domain", "A domain is not a valid domain name.") from error
    if addresses.is_common(domain):
        raise bad_request(
            "organization_settings_domain_too_common",
            "A domain is used by a public e-mail provider and belongs to no organization.",
        )
    return domain


def _slug(_organization: Organization, slug: str) -> str:
    """An INFERRED refusal, like the next one's: the contract has no word for it."""
    if identifiers.is_id(slug, "organization"):
        raise bad_request(
            "invalid_organization_slug",
            "The organization slug must not begin like an organization's id.",
        )
    return slug


def _external_id(_organization: Organization, external_id: str) -> str:
    if identifiers.is_id(external_id, "organization"):
        raise bad_request(
            "bad_request",
            "organization_external_id must not begin like an organization's id.",
            details={"field": "organization_external_id", "reason": "reserved"},
        )
    return external_id


def _default_connection(organization: Organization, connection_id: str) -> str:
    """One that people can sign in by; "" for none."""
    active = {each["connection_id"] for each in organization.sso_active_connections}
    if connection_id and connection_id not in active:
        raise not_found("sso_connection_not_found", "The SSO connection could not be found.")
    return connection_id


SPECIAL: dict[str, Callable[[Organization, Any], Any]] = {
    "organization_slug": _slug,
    "organization_external_id": _external_id,
    "trusted_metadata": _trusted_metadata,
    "email_allowed_domains": _domains,
    "claimed_email_domains": _domains,
    "rbac_email_implicit_role_assignments": _implicit_roles,
    "sso_default_connection_id": _default_connection,
}
