"""Sessions made elsewhere: what has to hold before a browser may take one over.

A view that was given a session by other means than a sign-in ends like every other:
`return hydrate(request, takeover.verified(session_token))`.
"""

from contextlib import suppress

from accounts import inquiry
from accounts.auth import AuthRequest
from accounts.client.entities import MemberSession
from accounts.client.errors import JwtInvalid, JwtStale
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.hydration import is_of
from accounts.service import identity
from accounts.stamps import UNKNOWN_END


def verified(session_token: str, session_jwt: str = "") -> Authenticated:
    """What the service says of a session now; with a JWT, that both are of the same one.

    Raises SessionExpired when the session is over or never was, JwtInvalid when the JWT isn't ours
    (known without a call) or is another session's, and like inquiry.ask. A JWT past its
    five minutes is as good as its session (CONTRACT 2.1).
    """
    sessions = identity().sessions
    if session_jwt:
        with suppress(JwtStale):
            sessions.verify_jwt(session_jwt)
    outcome = inquiry.ask(Tokens(session_token, "", UNKNOWN_END))
    if session_jwt and not is_of(sessions.authenticate_jwt(session_jwt).session, outcome):
        raise JwtInvalid("of another session")
    return outcome


def in_the_way(request: AuthRequest, outcome: Authenticated) -> MemberSession | None:
    """The other session that lives in this browser; one that is over blocks nobody."""
    member = request.auth.member
    return None if member is None or is_of(member, outcome) else request.auth.recheck()
