"""What the service keeps; a file per model."""

from identity.models.audit import AuditEvent
from identity.models.inbox_message import InboxMessage
from identity.models.known_place import KnownPlace
from identity.models.mailed import EmailCode, MagicLink
from identity.models.member import Member
from identity.models.oidc_connection import OIDCConnection
from identity.models.organization import Organization
from identity.models.organization_name import OrganizationName
from identity.models.password import Password
from identity.models.password_door import PasswordDoor
from identity.models.provider_token import ProviderToken
from identity.models.rate_window import RateWindow
from identity.models.recovery_code import RecoveryCode
from identity.models.registration import Registration
from identity.models.session import IntermediateSession, MemberSession
from identity.models.signing_key import SigningKey
from identity.models.sms_code import SmsCode
from identity.models.totp_registration import TotpRegistration

__all__ = [
    "AuditEvent",
    "EmailCode",
    "InboxMessage",
    "IntermediateSession",
    "KnownPlace",
    "MagicLink",
    "Member",
    "MemberSession",
    "OIDCConnection",
    "Organization",
    "OrganizationName",
    "Password",
    "PasswordDoor",
    "ProviderToken",
    "RateWindow",
    "RecoveryCode",
    "Registration",
    "SigningKey",
    "SmsCode",
    "TotpRegistration",
]
