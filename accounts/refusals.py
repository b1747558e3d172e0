"""What a clear "no" from the service says to the person it concerns."""

from accounts.client.errors import RateLimited, Rejected, StepExpired, WrongCredentials

WRONG_CODE = "That code doesn’t match. Check the newest email, or send a new code."
TOOK_TOO_LONG = "That sign-in took longer than ten minutes. Your address is kept: start again."
NOT_ACCEPTED = "The sign-in service didn’t accept that. Start again, or ask your administrator."

BY_ERROR_TYPE = {
    "invalid_email": "That doesn’t look like an email address. Check it for typing slips.",
    "inactive_email": "Mail to that address comes back. Use another address.",
    "organization_slug_already_used": "That short name is taken. Choose another one.",
    "invalid_organization_slug": (
        "Use at least two letters or digits; dashes, dots and underscores may stand between."
    ),
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
}


def say(rejected: Rejected) -> str:
    match rejected:
        case RateLimited(retry_after=seconds):
            return f"Too many tries for now. Try again in {spell_wait(seconds)}."
        case StepExpired():
            return TOOK_TOO_LONG
        case WrongCredentials():
            return WRONG_CODE
        case _:
            return BY_ERROR_TYPE.get(rejected.error_type, NOT_ACCEPTED)


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
    return 429 if isinstance(rejected, RateLimited) else 200
