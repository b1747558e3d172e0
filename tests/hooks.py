"""A team's hooks, for the servers that are told of them."""

from django.http import HttpRequest

from accounts.client.outcomes import Authenticated


def at_sign_in(outcome: Authenticated, request: HttpRequest) -> dict[str, object]:
    """SESSION_CLAIMS: a plan for everybody; for who is in Broken what can be nobody's claim."""
    is_broken = outcome.organization is not None and outcome.organization.name == "Broken"
    return {"sub": "somebody else"} if is_broken else {"plan": "gold"}
