"""Bodies and queries of the member endpoints (CONTRACT 2.9)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from identity import phones
from identity.api.schemas import Body, Cleaned, EmailAddress, Metadata, Named, SearchQuery
from identity.api.schemas_organizations import ExternalId, Ids

PhoneNumber = Annotated[str, AfterValidator(phones.normalized)]
MemberName = Annotated[str, Field(max_length=256), Cleaned, Named]


class MemberFields(Body):
    name: MemberName | None = None
    trusted_metadata: Metadata | None = None
    untrusted_metadata: Metadata | None = None
    is_breakglass: bool | None = None
    mfa_phone_number: PhoneNumber | None = None
    mfa_enrolled: bool | None = None
    roles: Ids | None = None
    external_id: ExternalId | None = None


class CreateMember(MemberFields):
    email_address: EmailAddress
    create_member_as_pending: bool = False


class UpdateMember(MemberFields):
    email_address: EmailAddress | None = None
    unlink_email: bool = False
    default_mfa_method: Literal["sms_otp", "totp", ""] | None = None
    # Sessions end with an SSO connection's role only, and there are none yet.
    preserve_existing_sessions: bool = False


class UnlinkRetiredEmail(Body):
    email_id: str = ""
    email_address: EmailAddress | Literal[""] = ""


class SearchMembers(Body):
    organization_ids: Annotated[Ids, Field(min_length=1)]
    query: SearchQuery | None = None
    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
