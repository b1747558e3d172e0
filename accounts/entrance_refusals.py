"""What a clear "no" to a password or a provider's word says to the person it concerns."""

from accounts import refusals
from accounts.client.errors import (
    MemberLocked,
    Rejected,
    StepExpired,
    WeakPassword,
    WrongCredentials,
)

NO_MATCH = "That address and password don’t match. Check both, or set a new password."
# Of the password alone: a code or link by email still signs in, and a new password at once.
LOCKED = (
    "Too many wrong passwords in a row, so passwords are locked here for a while. "
    "Choose another way, such as a code by email, or set a new password."
)
WEAK = "That password is too easy to guess. Make it longer, with words that don’t belong together."
BREACHED = "That password is known from a data breach elsewhere. Choose another one."
NO_ENTRY = (
    "Your account there is confirmed, but the organization doesn’t let it in. Ask for an invite."
)
USED_UP = "That sign-in was used already, or took longer than ten minutes. Begin it again."
NOT_GIVEN = (
    "Your identity provider didn’t let you in here. If you cancelled, nothing was changed: "
    "try again, or choose another way. If you didn’t, your account there isn’t assigned to this "
    "app: ask your administrator."
)
DOWN = "Your identity provider can’t be reached. Try again in a moment, or choose another way."
SET_UP_WRONGLY = (
    "Signing in this way isn’t set up right, and trying again won’t help. "
    "Tell your administrator, or choose another way."
)
NONSENSE = (
    "The provider’s answer couldn’t be used. Begin once more, or choose another way. "
    "If it happens again, tell your administrator."
)
NO_ADDRESS = (
    "Your account at the provider has no email address, or doesn’t show it to us. "
    "Add one there, ask your administrator, or choose another way."
)
NOT_VERIFIED = (
    "The provider hasn’t verified your email address. Confirm it there if it lets you, or sign in "
    "by email. An account that you have signed in with at your organization’s own page works here, "
    "too."
)
NOT_ASCII = (
    "The provider knows you by an address with letters beyond a to z before the @. "
    "Mail can’t reach that here: have it changed there, or choose another way."
)
# By whose move it is, as the service says it (identity's provider_refusals).
BY_ERROR = {
    "access_denied": NOT_GIVEN,
    "provider_unavailable": DOWN,
    "provider_misconfigured": SET_UP_WRONGLY,
    "sso_connection_not_found": SET_UP_WRONGLY,
    "oauth_provider_not_found": SET_UP_WRONGLY,
    "provider_email_missing": NO_ADDRESS,
    "provider_email_not_verified": NOT_VERIFIED,
    "provider_email_not_ascii": NOT_ASCII,
}


def of_password(rejected: Rejected) -> str:
    """Nobody and a wrong password read alike (QUALITY 24)."""
    match rejected:
        case MemberLocked():
            return LOCKED
        case WrongCredentials():
            return NO_MATCH
        case Rejected(error_type="member_not_found"):
            return NO_MATCH
        case _:
            return refusals.say(rejected)


def of_new_password(rejected: Rejected) -> str:
    match rejected:
        case Rejected(error_type="breached_password"):
            return BREACHED
        case WeakPassword():
            return WEAK
        case _:
            return refusals.say(rejected)


def of_provider(rejected: Rejected) -> str:
    match rejected:
        case WrongCredentials() | StepExpired():
            return USED_UP
        case _:
            return refusals.BY_ERROR_TYPE.get(rejected.error_type, NO_ENTRY)


def of_error(error: str) -> str:
    """What the service put into the address; who knows the error knows whose move it is."""
    return BY_ERROR.get(error, NONSENSE)
