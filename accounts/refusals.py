"""What a clear "no" from the service says to the person it concerns."""

from accounts.client.errors import (
    MemberLocked,
    RateLimited,
    Rejected,
    StepExpired,
    TriedTooOften,
    WrongCredentials,
)

WRONG_CODE = "That code doesn’t match. Check the newest email, or send a new code."
TRIED_TOO_OFTEN = "This code has been tried too often. We can send another."
LINK_INSTEAD = "Rather than wait, have a link emailed."
WRONG_TEXT_CODE = "That code doesn’t match. Check the newest text message, or send a new code."
WRONG_APP_CODE = "That code doesn’t match. Enter the one the app shows now."
WRONG_RECOVERY_CODE = "That isn’t one of your unused recovery codes. Check it for typing slips."
LOCKED = (
    "Too many wrong tries in a row, so this step is locked for now. "
    "The email we sent you says for how long."
)
TOOK_TOO_LONG = "That sign-in took longer than ten minutes. Your address is kept: start again."
OTHER_STEP = (
    "This browser has since asked for a code for {other}, so the code you typed wasn’t tried. "
    "Continue below for a new one."
)
TOOK_TOO_LONG_HERE = "That took longer than ten minutes. You’re still here: choose once more."
NOT_ACCEPTED = "The sign-in service didn’t accept that. Start again, or ask your administrator."

BY_ERROR_TYPE = {
    "invalid_email": "That doesn’t look like an email address. Check it for typing slips.",
    "inactive_email": "Mail to that address comes back. Use another address.",
    "organization_already_founded": (
        "You created an organization with this sign-in. Prove your email address to enter it."
    ),
    "organization_slug_already_used": "That short name is taken. Choose another one.",
    "invalid_organization_slug": (
        "Use at least two letters or digits; dashes, dots and underscores may stand between."
        " It may not begin with “organization-test-” or “organization-live-”, as ids do."
    ),
    "invalid_organization_name": "A name can’t hold an address or phone number. Leave that out.",
    "invalid_name": "A name can’t hold an address or phone number. Leave that out.",
    "email_jit_provisioning_not_allowed": (
        "That organization no longer takes new people by email address. Ask for an invite."
    ),
    "invalid_email_for_jit_provisioning": (
        "That organization doesn’t take addresses of your domain. Ask for an invite."
    ),
    "organization_not_found": "That organization is gone. Choose another one.",
    "member_not_found": "You’re no longer a member there. Ask for an invite.",
    "organization_suspended": "That organization is suspended. Ask its administrator.",
    "insufficient_factors_for_session_exchange": (
        "The way you signed in doesn’t count there. Confirm your address to go on."
    ),
    "provider_account_mismatch": (
        "Here your address belongs to another account at that provider. If the address or the"
        " account is new to you, ask the organization’s administrator to remove the old one."
    ),
    "provider_email_not_verified": (
        "The provider doesn’t vouch for your address. Use a code or link by email."
    ),
    "operation_restricted_by_organization_mfa_methods": (
        "The organization doesn’t accept that as a second step. Choose another one."
    ),
    "invalid_phone_number": "That isn’t a number we can text. Check it for typing slips.",
    "mfa_phone_number_already_exists": (
        "Another number is on file for you. Ask your administrator to change it."
    ),
    "duplicate_member_phone_number": "That number can’t be used here. Enter another one.",
    "active_totp_exists": "There is an authenticator app already. Use its codes.",
    "insufficient_factors": "Prove the second step you have first, then add another one.",
    "default_mfa_member_missing_factor": "Set that up first, then make it the default.",
    "no_active_recovery_code_backed_factor": "Add an authenticator app first.",
}
# A wrong answer that can be explained better than by its kind.
WRONG_BY_ERROR_TYPE = {
    "totp_code_already_authenticated": "That code was used. Wait for the next one in your app.",
    "expired_totp": "That took too long. Begin again with a new QR code.",
    "recovery_code_used_as_totp_code": "That’s a recovery code. Enter the app’s six digits.",
    "totp_code_used_as_recovery_code": (
        "Recovery codes have letters and dashes. For an app’s code, choose another way."
    ),
    "unable_to_auth_otp_code": "That code was used or is too old. Send a new one.",
}


def say(rejected: Rejected, *, wrong: str = WRONG_CODE) -> str:
    """`wrong` is for a wrong answer that nothing more is known about."""
    match rejected:
        case RateLimited(retry_after=seconds):
            return f"Too many tries for now. Try again in {spell_wait(seconds)}."
        case StepExpired():
            return TOOK_TOO_LONG
        case MemberLocked():
            return LOCKED
        case TriedTooOften():
            return TRIED_TOO_OFTEN
        case WrongCredentials(error_type=error_type) if wrong != WRONG_CODE:
            return WRONG_BY_ERROR_TYPE.get(error_type, wrong)
        case WrongCredentials():
            return wrong
        case _:
            return BY_ERROR_TYPE.get(rejected.error_type, NOT_ACCEPTED)


def say_of_code(rejected: Rejected) -> str:
    """Tries of codes can be used up by others behind the same address; links know no tries."""
    waits = isinstance(rejected, RateLimited)
    return f"{say(rejected)} {LINK_INSTEAD}" if waits else say(rejected)


def spell_wait(seconds: int) -> str:
    """Round up, as a person would say it: nobody comes back after 754 seconds."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds > size:
            count = -(-seconds // size)
            return f"{count} {unit}s"
    if seconds == 60:
        return "a minute"
    return f"{max(seconds, 1)} second{'' if seconds <= 1 else 's'}"


def status_of(rejected: Rejected) -> int:
    """A form answers 200 whatever is wrong with it; only "come back later" has its own status."""
    return 429 if isinstance(rejected, RateLimited | MemberLocked) else 200
