"""Bodies of the organization endpoints (CONTRACT 2.9); discovery's create takes the same fields."""

from typing import Annotated, Literal

from pydantic import Field

from identity.api.schemas import Body, Cleaned, Metadata, Named, SearchQuery

ExternalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._|-]{1,128}$")]
Name = Annotated[str, Field(max_length=128), Cleaned, Field(min_length=1), Named]
# 2 to 128, at least one letter or digit among them.
Slug = Annotated[
    str,
    Field(min_length=2, max_length=128, pattern=r"^[-._~]*[A-Za-z0-9][A-Za-z0-9._~-]*$"),
]
Url = Annotated[str, Field(max_length=2000, pattern=r"^(https?://\S+)?$")]
Domains = Annotated[list[Annotated[str, Field(max_length=253)]], Field(max_length=100)]
Ids = Annotated[list[Annotated[str, Field(max_length=128)]], Field(max_length=100)]
AuthMethod = Literal[
    "sso", "magic_link", "email_otp", "password", "google_oauth",
    "microsoft_oauth", "slack_oauth", "github_oauth", "hubspot_oauth",
]  # fmt: skip
MfaMethod = Literal["sms_otp", "totp"]
AllOrSome = Literal["ALL_ALLOWED", "RESTRICTED"]
SomeOrNone = Literal["RESTRICTED", "NOT_ALLOWED"]
ThreeWay = Literal["ALL_ALLOWED", "RESTRICTED", "NOT_ALLOWED"]


class EmailImplicitRole(Body):
    domain: Annotated[str, Field(max_length=253)]
    role_id: Annotated[str, Field(max_length=128)]


class OrganizationSettings(Body):
    """What creating, updating and discovery's create have in common; nothing is required."""

    organization_slug: Slug | None = None
    organization_logo_url: Url | None = None
    organization_external_id: ExternalId | None = None
    trusted_metadata: Metadata | None = None
    auth_methods: AllOrSome | None = None
    allowed_auth_methods: list[AuthMethod] | None = None
    mfa_policy: Literal["OPTIONAL", "REQUIRED_FOR_ALL"] | None = None
    mfa_methods: AllOrSome | None = None
    allowed_mfa_methods: list[MfaMethod] | None = None
    email_allowed_domains: Domains | None = None
    email_jit_provisioning: SomeOrNone | None = None
    email_invites: ThreeWay | None = None
    sso_jit_provisioning: ThreeWay | None = None
    oauth_tenant_jit_provisioning: SomeOrNone | None = None
    allowed_oauth_tenants: dict[Literal["slack", "hubspot", "github"], Ids] | None = None
    rbac_email_implicit_role_assignments: list[EmailImplicitRole] | None = None
    first_party_connected_apps_allowed_type: ThreeWay | None = None
    allowed_first_party_connected_apps: Ids | None = None
    third_party_connected_apps_allowed_type: ThreeWay | None = None
    allowed_third_party_connected_apps: Ids | None = None


class DiscoveryOrganization(OrganizationSettings):
    organization_name: Name | None = None


class CreateOrganization(OrganizationSettings):
    organization_name: Name
    claimed_email_domains: Domains | None = None


class UpdateOrganization(OrganizationSettings):
    organization_name: Name | None = None
    claimed_email_domains: Domains | None = None
    sso_default_connection_id: Annotated[str, Field(max_length=80)] | None = None
    sso_jit_provisioning_allowed_connections: Ids | None = None


class SearchOrganizations(Body):
    query: SearchQuery | None = None
    cursor: str = ""
    # Default and maximum of CONTRACT 2.9.
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
