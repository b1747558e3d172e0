"""The stamp beside a session's cookies: which JWT belongs to which token, and until when.

Why a stamp: an answer in flight may arrive after a sign-out, or after the next sign-in, with a JWT
that verifies for minutes yet. So a JWT counts only beside the very session token its stamp names.
Keeping a session fresh writes the JWT and its stamp and never the session token: after a sign-out
such an answer leaves a lone JWT, which is cleared; after the next sign-in it leaves a JWT that is
not that session's, and the service is asked instead. Moving a session's end has to write the
session token, so it writes no JWT.

With SESSION_CHECK=token there is no JWT, and the stamp ties names and end to the token alone.

What another backend has set comes without a stamp of ours. The service is asked, and all three are
set by its word: the token too, with the same value, to the same end, and where no script reads it.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts import sealing
from accounts.client.tokens import Tokens
from accounts.told import Told

PURPOSE = "stamp"
UNKNOWN_END = datetime.max.replace(tzinfo=UTC)  # of a session whose cookies carry no stamp of ours
# A session that ends this much earlier or later was moved; less is a matter of rounding.
MOVED = timedelta(minutes=1)
# What a session token can look like (CONTRACT 1.6, and room for others); the rest is noise.
TOKEN = re.compile(r"[A-Za-z0-9_\-]{16,1024}={0,2}")


def read(came: dict[str, str]) -> tuple[Tokens | None, dict[str, Any]]:
    """This will take the session from its cookies: its JWT only if the stamp says it is its own."""
    token, jwt = came.get("session", ""), came.get("jwt", "")
    if not TOKEN.fullmatch(token):
        return None, {}
    stamp = sealing.unseal(came.get("stamp", ""), purpose=PURPOSE, remember=True) or {}
    alone = not jwt and stamp.get("token") == bond(token)
    if not alone and stamp.get("for") != bond(token, jwt):
        return Tokens(token, "", UNKNOWN_END), {}
    return Tokens(token, jwt, datetime.fromtimestamp(stamp["ends"], tz=UTC)), stamp


def seal(tokens: Tokens, *, name: str, who: str, called: str, generation: str) -> str:
    """This will tie the two tokens together, and keep what their answer said beside them.

    `name` is the organization's, `who` the member's address, `called` their name.
    """
    stamp = {
        "for": bond(tokens.session_token, tokens.session_jwt),
        "token": bond(tokens.session_token),
        "ends": int(tokens.expires_at.timestamp()),
        "name": name,
        "who": who,
        "called": called,
        "generation": generation,
    }
    return sealing.seal(stamp, purpose=PURPOSE)


def told(stamp: Mapping[str, str]) -> Told:
    """What the answer said beside the tokens; a stamp of before may say less."""
    return {
        "organization_name": stamp.get("name", ""),
        "member_address": stamp.get("who", ""),
        "member_name": stamp.get("called", ""),
    }


def was_moved(before: Tokens, after: Tokens) -> bool:
    known = before.expires_at != UNKNOWN_END
    return known and abs(after.expires_at - before.expires_at) > MOVED


def bond(token: str, jwt: str = "") -> str:
    """What names them and gives neither away."""
    return hashlib.sha256(f"{token} {jwt}".encode()).hexdigest()
