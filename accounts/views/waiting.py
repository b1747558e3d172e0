"""The mails that tabs of this browser wait for: which one is meant, by its address or its mark."""

import secrets

from accounts.auth import AuthRequest
from accounts.pending import CodeSent

MOST = 3  # other tabs' mails that are kept in mind; the oldest gives way


def new_mark() -> str:
    """Known to the mail and to the sealed cookie of the browser that asked for it, to nobody else.

    It opens nothing: it says that a link which comes back is the one that was asked for here.
    """
    return secrets.token_urlsafe(12)


def for_address(request: AuthRequest, email_address: str) -> CodeSent | None:
    """The newest mail to this address; to any, when the form names none."""
    wanted = email_address.strip().casefold()
    sent = request.auth.credentials.sent
    return next((each for each in sent if wanted in {"", each.email_address.casefold()}), None)


def for_mark(request: AuthRequest, mark: str) -> CodeSent | None:
    sent = request.auth.credentials.sent
    return next((each for each in sent if _same(each.mark, mark)), None)


def link_in_hand(request: AuthRequest) -> CodeSent | None:
    step = request.auth.credentials.pending
    return step if isinstance(step, CodeSent) and step.method != "code" else None


def unmarked(request: AuthRequest) -> CodeSent | None:
    """The link in hand where the service takes no marks: perhaps it is the one that comes back."""
    step = link_in_hand(request)
    return step if step and not step.mark else None


def take_up(request: AuthRequest, step: CodeSent) -> None:
    """Make it the step in hand; the mail to another address that was in hand goes on waiting."""
    before = request.auth.credentials
    if before.pending == step:
        return
    others = [each for each in reversed(before.sent) if not _is_instead_of(step, each)]
    request.auth.replace(pending=step)
    request.auth.keep(earlier=tuple(others[-MOST:]))


def _is_instead_of(step: CodeSent, earlier: CodeSent) -> bool:
    return step.email_address.casefold() == earlier.email_address.casefold()


def _same(mark: str, other: str) -> bool:
    return bool(mark) and secrets.compare_digest(mark.encode(), other.encode())
