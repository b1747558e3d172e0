"""Models as the contract's objects: every non-null field is present (CONTRACT 3.2, 3.3, 9.3.5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from identity.factors import wire_time
from identity.models import Member, Organization
from identity.operations import roles
from identity.rbac import ADMIN


def organization(of: Organization) -> dict[str, Any]:
    return {
        "organization_id": of.organization_id,
        "organization_name": of.organization_name,
        "organization_slug": of.organization_slug,
        "organization_logo_url": of.organization_logo_url,
        "organization_external_id": of.organization_external_id,
        "trusted_metadata": of.trusted_metadata,
        "custom_roles": of.custom_roles,
        "rbac_email_implicit_role_assignments": of.rbac_email_implicit_role_assignments,
        "created_at": wire_time(of.created_at),
        "updated_at": wire_time(of.updated_at),
        **_sign_in_rules(of),
        **_provisioning_rules(of),
        **_connected_apps(of),
    }


def member(of: Member) -> dict[str, Any]:
    held = roles.effective(of)
    return {
        "organization_id": of.organization_id,
        "member_id": of.member_id,
        "external_id": of.external_id,
        "email_address": of.email_address,
        "email_address_verified": of.email_address_verified,
        "retired_email_addresses": of.retired_email_addresses,
        "status": of.status,
        "name": of.name,
        "is_breakglass": of.is_breakglass,
        "is_admin": any(role.role_id == ADMIN for role in held),
        "roles": [role.to_wire() for role in held],
        "trusted_metadata": of.trusted_metadata,
        "untrusted_metadata": of.untrusted_metadata,
        "created_at": wire_time(of.created_at),
        "updated_at": wire_time(of.updated_at),
        **_member_factors(of),
        **_lock(of),
    }


def both(of: Member) -> dict[str, Any]:
    """The contract's MEMBER block."""
    return {
        "member_id": of.member_id,
        "member": member(of),
        "organization": organization(of.organization),
    }


def organizations_by_id(members: tuple[Member, ...]) -> Mapping[str, dict[str, Any]]:
    return {of.organization_id: organization(of.organization) for of in members}


def _sign_in_rules(of: Organization) -> dict[str, Any]:
    return {
        "auth_methods": of.auth_methods,
        "allowed_auth_methods": of.allowed_auth_methods,
        "mfa_policy": of.mfa_policy,
        "mfa_methods": of.mfa_methods,
        "allowed_mfa_methods": of.allowed_mfa_methods,
        "sso_active_connections": of.sso_active_connections,
        "sso_default_connection_id": of.sso_default_connection_id or None,
        "scim_active_connection": None,
    }


def _provisioning_rules(of: Organization) -> dict[str, Any]:
    return {
        "email_allowed_domains": of.email_allowed_domains,
        "claimed_email_domains": of.claimed_email_domains,
        "email_jit_provisioning": of.email_jit_provisioning,
        "email_invites": of.email_invites,
        "sso_jit_provisioning": of.sso_jit_provisioning,
        "sso_jit_provisioning_allowed_connections": of.sso_jit_provisioning_allowed_connections,
        "oauth_tenant_jit_provisioning": of.oauth_tenant_jit_provisioning,
        "allowed_oauth_tenants": of.allowed_oauth_tenants,
    }


def _connected_apps(of: Organization) -> dict[str, Any]:
    return {
        "first_party_connected_apps_allowed_type": of.first_party_connected_apps_allowed_type,
        "allowed_first_party_connected_apps": of.allowed_first_party_connected_apps,
        "third_party_connected_apps_allowed_type": of.third_party_connected_apps_allowed_type,
        "allowed_third_party_connected_apps": of.allowed_third_party_connected_apps,
    }


def _member_factors(of: Member) -> dict[str, Any]:
    return {
        "sso_registrations": of.sso_registrations,
        "oauth_registrations": of.oauth_registrations,
        "scim_registration": None,
        "member_password_id": of.member_password_id,
        "mfa_enrolled": of.mfa_enrolled,
        "mfa_phone_number": of.mfa_phone_number,
        "mfa_phone_number_verified": of.mfa_phone_number_verified,
        "default_mfa_method": of.default_mfa_method,
        "totp_registration_id": of.totp_registration_id,
    }


def _lock(of: Member) -> dict[str, Any]:
    locked = of.lock_expires_at is not None and of.lock_expires_at > timezone.now()
    return {
        "is_locked": locked,
        "lock_created_at": _moment(of.locked_at) if locked else None,
        "lock_expires_at": _moment(of.lock_expires_at) if locked else None,
    }


def _moment(at: datetime | None) -> str | None:
    return wire_time(at) if at else None
