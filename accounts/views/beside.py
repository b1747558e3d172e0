"""The session that lives on beside an unfinished step, for pages that name both."""

from accounts.auth import AuthRequest
from accounts.cookies import CodeSent
from accounts.navigation import step_url
from accounts.pending import expires_at, sign_in_of


def session(request: AuthRequest) -> dict[str, object]:
    """Who is signed in while something else waits; None and "" when nobody is."""
    return {"member": request.auth.member, "organization_name": request.auth.organization_name}


def step(request: AuthRequest) -> dict[str, object]:
    """What waits while somebody is signed in, where it goes on, and until when."""
    pending = sign_in_of(request.auth.credentials.pending)
    if pending is None:
        return {}
    return {
        "step": pending,
        "step_is_mail": isinstance(pending, CodeSent),
        "step_url": step_url(pending),
        "step_ends_at": expires_at(pending),
    }
