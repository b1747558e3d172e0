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
CANCELLED = "Nothing was changed. Try again, or choose another way."
SILENT = "The provider didn’t answer as it should. Try again in a moment, or choose another way."
NOT_ASCII = (
    "The provider knows you by an address with letters beyond a to z before the @. "
    "Mail can’t reach that here: have it changed there, or choose another way."
)


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
    """What the provider, or the service for it, put into the address (RFC 6749 4.1.2.1)."""
    known = {"access_denied": CANCELLED, "provider_email_not_ascii": NOT_ASCII}
    return known.get(error, SILENT)
