"""How every call answers that may end in a session: the AUTH block (CONTRACT 2)."""

from typing import Any

from identity import visitors
from identity.api import edge, wire_sessions
from identity.operations import sms
from identity.operations.sign_in import Finished


def answer(request: edge.ApiRequest, finished: Finished) -> dict[str, Any]:
    """A code is texted here, where no transaction waits for the provider (CONTRACT 5.5)."""
    visitor = visitors.of(request)
    return wire_sessions.finished(sms.begin(finished, visitor=visitor, now=request.now))
