"""Sessions that this app has just replaced: what their browser holds next may be on its way.

A tab may ask for a page with the session that another tab's switch has ended a moment ago. Were its
cookies cleared by the answer to that, the next session's would be, if those arrive first. So they
are left alone. Remembered by all processes where they share a cache.
"""

import hashlib

from django.core.cache import cache

from accounts.client.tokens import Tokens

# As long as browsers wait for the slowest answer of ours, and a little.
REMEMBERED = 30  # seconds


def note(tokens: Tokens) -> None:
    cache.set(_key(tokens), True, REMEMBERED)


def is_recent(tokens: Tokens | None) -> bool:
    return tokens is not None and bool(cache.get(_key(tokens)))


def _key(tokens: Tokens) -> str:
    return f"replaced-{hashlib.sha256(tokens.session_token.encode()).hexdigest()}"
