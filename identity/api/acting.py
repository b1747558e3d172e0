"""Calls on behalf of a member: the act-as-member headers of CONTRACT 1.2.

The session must be alive, belong to the organization that is touched, and its roles must allow
every action that the call comes to (3.9); what a member does to themselves `stytch.self` allows
too. A change that 3.9 has no action for is the backend's alone. All of this is checked before
anything is changed or shown.
"""

from collections.abc import Iterable

from identity import project_policy
from identity.api import edge
from identity.errors import unauthorized
from identity.models import Member, MemberSession, Organization
from identity.operations import authorization, presented

# The update actions of CONTRACT 3.9, by the field they are for.
ORGANIZATION_FIELDS = {
    "organization_name": "update.info.name",
    "organization_slug": "update.info.slug",
    "organization_logo_url": "update.info.logo-url",
    "auth_methods": "update.settings.allowed-auth-methods",
    "allowed_auth_methods": "update.settings.allowed-auth-methods",
    "mfa_methods": "update.settings.allowed-mfa-methods",
    "allowed_mfa_methods": "update.settings.allowed-mfa-methods",
    "mfa_policy": "update.settings.mfa-policy",
    "rbac_email_implicit_role_assignments": "update.settings.implicit-roles",
    "email_allowed_domains": "update.settings.allowed-domains",
    "email_invites": "update.settings.email-invites",
    "email_jit_provisioning": "update.settings.email-jit-provisioning",
    "sso_jit_provisioning": "update.settings.sso-jit-provisioning",
    "sso_jit_provisioning_allowed_connections": "update.settings.sso-jit-provisioning",
    "oauth_tenant_jit_provisioning": "update.settings.oauth-tenant-jit-provisioning",
    "allowed_oauth_tenants": "update.settings.allowed-oauth-tenants",
    "sso_default_connection_id": "update.settings.default-sso-connection",
}
MEMBER_FIELDS = {
    "name": "update.info.name",
    "email_address": "update.info.email",
    "unlink_email": "update.info.unlink.retired-email",
    "untrusted_metadata": "update.info.untrusted-metadata",
    "mfa_phone_number": "update.info.mfa-phone",
    "mfa_enrolled": "update.settings.mfa-enrolled",
    "default_mfa_method": "update.settings.default-mfa-method",
    "is_breakglass": "update.settings.is-breakglass",
    "roles": "update.settings.roles",
    "preserve_existing_sessions": "update.settings.roles",
}
# Of somebody new these come with `create`; roles and exemptions are more than that (INFERRED).
WITH_CREATE = frozenset(
    {"name", "email_address", "untrusted_metadata", "mfa_phone_number", "mfa_enrolled"}
    | {"create_member_as_pending"}
)
# Not what members do to themselves, whatever their roles: it is for a colleague who may, or for the
# backend. The new address would be whoever's, and its owner would find themselves in this account.
NOT_ON_ONESELF = frozenset({"update.info.email"})
# In place of an action, where there is none: no role has it, and no policy can give it.
BACKEND_ALONE = ""


def authorize(
    request: edge.ApiRequest,
    *,
    organization: Organization,
    resource: str,
    actions: Iterable[str],
    target: Member | None = None,
) -> None:
    """Let a call without the headers pass: it is the backend's own.

    `target` is the member it is done to, found by whatever it was named by; None is nobody.
    Raises session_authorization_tenancy_error and session_authorization_error 403, and what
    `presented.resolve` raises.
    """
    if not any(name in request.headers for name in edge.ACTING_HEADERS):
        return
    member = _caller(request)
    if member.organization_id != organization.organization_id:
        raise authorization.tenancy_error()
    wanted = set(actions)
    resources = {resource, "stytch.self"} if member == target else {resource}
    if member == target and wanted & NOT_ON_ONESELF:
        raise authorization.refused()
    if not all(_may(member, resources, action) for action in wanted):
        raise authorization.refused()


def own_session(request: edge.ApiRequest, target: Member) -> MemberSession | None:
    """The session by which somebody does something to themselves; None for everybody else."""
    if not any(name in request.headers for name in edge.ACTING_HEADERS):
        return None
    session = _session(request)
    return session if session.member_id == target.member_id else None


def updating_organization(request: edge.ApiRequest, fields: Iterable[str]) -> list[str]:
    """The actions that changing these fields takes; changing none is none of a member's calls."""
    return _actions(request, fields, ORGANIZATION_FIELDS) or [BACKEND_ALONE]


def updating_member(request: edge.ApiRequest, fields: Iterable[str]) -> list[str]:
    """As above; a change of nothing shows the member, which takes what searching takes."""
    return _actions(request, fields, MEMBER_FIELDS) or ["search"]


def creating_member(request: edge.ApiRequest, fields: Iterable[str]) -> list[str]:
    return ["create", *_actions(request, set(fields) - WITH_CREATE, MEMBER_FIELDS)]


def _actions(request: edge.ApiRequest, fields: Iterable[str], known: dict[str, str]) -> list[str]:
    given = set(fields)
    acting = any(name in request.headers for name in edge.ACTING_HEADERS)
    if acting and "trusted_metadata" in given:
        raise unauthorized(
            "cannot_update_trusted_metadata", "Trusted metadata is for the backend alone."
        )
    return sorted({known.get(name, BACKEND_ALONE) for name in given})


def _caller(request: edge.ApiRequest) -> Member:
    return _session(request).member


def _session(request: edge.ApiRequest) -> MemberSession:
    token, jwt = (request.headers.get(name, "") for name in edge.ACTING_HEADERS)
    caller = presented.resolve(session_token=token, session_jwt=jwt, now=request.now)
    if not isinstance(caller, presented.ALiveSession):
        raise authorization.refused()
    return caller.session


def _may(member: Member, resources: set[str], action: str) -> bool:
    """`*` is every action that the resource has: `stytch.self` has no roles to give away."""
    known = project_policy.current().actions
    return any(
        authorization.granting_ids(member, resource_id=resource, action=action)
        for resource in resources
        if action in known[resource]
    )
