"""One factor of each kind that the contract knows (CONTRACT 3.5)."""

from dataclasses import replace
from datetime import UTC, datetime

from identity.factors import Factor, email_factor, password_factor
from identity.provenance import Provenance

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def oauth(provider: str, *, verifying: bool = False) -> Factor:
    detail = {"id": "1", "provider_subject": "s", "email_id": "e", "provider_tenant_id": "t"}
    word = Provenance.VOUCHED if verifying else Provenance.SEEN
    return Factor(
        "oauth", f"oauth_{provider}", NOW, f"{provider}_oauth_factor", detail, verifying, word
    )


def mail(type: str) -> Factor:
    return email_factor(type=type, email_id="e", email_address="a@acme.example", now=NOW)


LINK = mail("magic_link")
CODE = mail("email_otp")
PASSWORD = password_factor(email_id="e", email_address="a@acme.example", now=NOW)
# Set in this moment through a link mailed to the address.
NEW_PASSWORD = password_factor(
    email_id="e",
    email_address="a@acme.example",
    now=NOW,
    email_verifying=True,
    provenance=Provenance.MAILBOX,
)
GOOGLE = oauth("google", verifying=True)
GOOGLE_NO_HD = oauth("google")
MICROSOFT = oauth("microsoft", verifying=True)
SLACK = oauth("slack")
GITHUB = oauth("github")
HUBSPOT = oauth("hubspot")
SSO = Factor("sso", "sso_saml", NOW, "saml_sso_factor", {"id": "1"}, True, Provenance.OWN_PROVIDER)
# Found by its subject; and unknown, under an address that the provider itself doubts.
FOUND = replace(oauth("microsoft"), provenance=Provenance.NOBODY)
DOUBTED = replace(oauth("microsoft"), provenance=Provenance.DOUBTED)
SMS = Factor("otp", "sms", NOW, "phone_number_factor", {"phone_id": "1"})
TOTP = Factor("totp", "authenticator_app", NOW)
RECOVERY = Factor("recovery_codes", "recovery_code", NOW)
IMPERSONATED = Factor("impersonated", "impersonation", NOW)
TRUSTED = Factor("trusted_auth_token", "trusted_token_exchange", NOW)
IMPORTED = Factor("imported", "imported_auth0", NOW)
CONNECTED_APP = Factor("oauth", "oauth_access_token_exchange", NOW, provenance=Provenance.SEEN)

FACTORS = (
    LINK, CODE, PASSWORD, NEW_PASSWORD, GOOGLE, GOOGLE_NO_HD, MICROSOFT, SLACK, GITHUB, HUBSPOT,
    SSO, FOUND, DOUBTED, SMS, TOTP, RECOVERY, TRUSTED, IMPORTED,
)  # fmt: skip
