"""What a proof is added to and how long the session then lasts, alike for every way to sign in."""

from typing import TypedDict

from accounts.client._http import given


class SessionFields(TypedDict, total=False):
    """At most one of the two tokens; minutes are 5 to 527040, the service's 60 when None.

    With `session_token` the factor joins that session, with `intermediate_token` the unfinished
    sign-in (CONTRACT 5.3, 6.1).
    """

    session_token: str
    intermediate_token: str
    session_duration_minutes: int | None


def wire(fields: SessionFields) -> dict[str, object]:
    """Name them as the service does; what was not given is left out."""
    return given(
        session_token=fields.get("session_token"),
        intermediate_session_token=fields.get("intermediate_token"),
        session_duration_minutes=fields.get("session_duration_minutes"),
    )
