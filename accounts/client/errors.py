"""How a call to the identity service can fail: no answer, or a clear no.

    IdentityError
    ├── Unavailable            no answer worth trusting; nobody is signed out for it
    │   ├── CircuitOpen        none to the last calls, so that this one was not sent
    │   ├── NotAllowedHere     the session isn't judged where this browser is (`ip_not_allowed`)
    │   └── Misasked           the service finds fault with the question: a fault of ours
    ├── JwtStale               this JWT cannot be judged or used here any more; ask the service
    └── Rejected               a clear no, with the service's error_type
        ├── WrongCredentials   code, link, token or password is wrong, used or expired
        │   └── TriedTooOften  even the right code is refused now; another one has to be sent
        ├── MemberLocked       too many wrong ones; nothing helps but waiting (CONTRACT 8.3)
        ├── PasswordResetRequired  the password may be right, but must be replaced by mail
        ├── WeakPassword       too easy to guess, or known from a breach; choose another
        ├── SessionExpired     the session is over for good (CONTRACT 7.4)
        │   └── JwtInvalid     the JWT was never ours
        ├── StepExpired        the half-finished sign-in is over
        ├── RateLimited        too many, try again after `retry_after` seconds
        └── Forbidden          known, but not allowed to

No message or attribute of these ever holds a token, a code or a secret.
"""


class IdentityError(Exception):
    """What went wrong, and the `request_id` to find it by ("" when there was no answer)."""

    def __init__(self, reason: str = "", *, request_id: str = "") -> None:
        super().__init__(reason)
        self.request_id = request_id


class Unavailable(IdentityError):
    """Silence, a timeout, a 5xx, or an answer that makes no sense."""


class CircuitOpen(Unavailable):
    """The service was silent a moment ago and is being left alone; it was not asked."""


class NotAllowedHere(Unavailable):
    """A 403 about where the request comes from; it says nothing of the session."""


class Misasked(Unavailable):
    """A refusal that no member could bring about; the session is what it was.

    `error_type` is the service's name for it.
    """

    def __init__(self, error_type: str, *, request_id: str = "") -> None:
        super().__init__(error_type, request_id=request_id)
        self.error_type = error_type


class JwtStale(IdentityError):
    """The JWT can't be accepted locally now, yet nothing says it is forged: ask the service.

    Raised for a well-signed JWT outside its time, and for one whose key this process cannot know:
    retired since (the JWT is long expired) or so new that fetching it has to wait.
    """


class Rejected(IdentityError):
    """The service understood and said no; `message` is its text, meant for developers."""

    def __init__(
        self, error_type: str, *, status_code: int, message: str = "", request_id: str = ""
    ) -> None:
        super().__init__(f"{status_code} {error_type}", request_id=request_id)
        self.error_type = error_type
        self.status_code = status_code
        self.message = message


class WrongCredentials(Rejected):
    pass


class TriedTooOften(WrongCredentials):
    pass


class MemberLocked(Rejected):
    pass


class PasswordResetRequired(Rejected):
    pass


class WeakPassword(Rejected):
    pass


class SessionExpired(Rejected):
    """`ended` is what the service says of why: expired, revoked, member_deleted; "" is nothing."""

    ended: str = ""


class JwtInvalid(SessionExpired):
    """Forged, garbage, or meant for someone else; known without asking anybody."""

    def __init__(self, reason: str) -> None:
        super().__init__("jwt_invalid", status_code=401, message=reason)


class StepExpired(Rejected):
    pass


class RateLimited(Rejected):
    def __init__(
        self,
        error_type: str,
        *,
        status_code: int,
        message: str = "",
        request_id: str = "",
        retry_after: int = 60,
    ) -> None:
        super().__init__(
            error_type, status_code=status_code, message=message, request_id=request_id
        )
        self.retry_after = retry_after


class Forbidden(Rejected):
    pass
