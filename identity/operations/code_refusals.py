"""Why a mailed code is refused (CONTRACT 10.4)."""

from identity.errors import ApiError, not_found, unauthorized


def tried_too_often() -> ApiError:
    """The contract's refusal, which doesn't say whose move it is; so the details do (CHOICE)."""
    return unauthorized(
        "unable_to_auth_otp_code",
        "The code has been tried too often. Send another one.",
        details={"reason": "tried_too_often"},
    )


def wrong() -> ApiError:
    return not_found("otp_code_not_found", "The code is wrong. Use the newest one that was sent.")


def used() -> ApiError:
    return unauthorized("unable_to_auth_otp_code", "The code was used or has expired.")
