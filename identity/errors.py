"""Every refusal of the service, as the contract's error envelope (CONTRACT 1.4, 1.5)."""

from typing import Any


class ApiError(Exception):
    """A clear "no" to the caller: HTTP status, `error_type` and a sentence without secrets.

    `cause` is what only log and audit say of it, without secrets as well.
    """

    def __init__(
        self,
        status_code: int,
        error_type: str,
        message: str,
        *,
        details: dict[str, Any] | None = None,
        retry_after: int | None = None,
        cause: str = "",
    ) -> None:
        super().__init__(error_type)
        self.status_code = status_code
        self.error_type = error_type
        self.message = message
        self.details = details
        self.retry_after = retry_after
        self.cause = cause


def bad_request(
    error_type: str, message: str, *, details: dict[str, Any] | None = None
) -> ApiError:
    return ApiError(400, error_type, message, details=details)


def unauthorized(
    error_type: str, message: str, *, details: dict[str, Any] | None = None
) -> ApiError:
    return ApiError(401, error_type, message, details=details)


def forbidden(error_type: str, message: str) -> ApiError:
    return ApiError(403, error_type, message)


def not_found(error_type: str, message: str, *, details: dict[str, Any] | None = None) -> ApiError:
    return ApiError(404, error_type, message, details=details)


def too_many_requests(*, retry_after: int) -> ApiError:
    """`retry_after` in whole seconds; it becomes the Retry-After header."""
    return ApiError(
        429, "too_many_requests", "Too many requests have been made.", retry_after=retry_after
    )


def session_not_found(*, ended: str = "") -> ApiError:
    """Unknown, revoked and expired sessions alike (CONTRACT 1.5: INFERRED, decided so).

    Who holds its token is told in the details why it `ended`: expired, revoked, member_deleted. The
    contract names no details for this error; an app may say more to its people with them.
    """
    details = {"ended": ended} if ended else None
    return not_found("session_not_found", "Session could not be found.", details=details)


def intermediate_session_not_found() -> ApiError:
    """Unknown, consumed and expired alike (CONTRACT 5.2)."""
    return not_found("intermediate_session_not_found", "Intermediate session could not be found.")


def organization_not_found() -> ApiError:
    return not_found("organization_not_found", "Organization could not be found.")


def member_not_found() -> ApiError:
    return not_found("member_not_found", "Member could not be found.")
