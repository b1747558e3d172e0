"""Calls on behalf of a member: the act-as-member headers of CONTRACT 1.2.

The rule, until roles with permissions of their own exist: the session must be alive, belong to
the organization that is touched, and its member must be an admin (stytch_admin). Everything else
is refused, also what the contract allows a member on themselves (`stytch.self`), and also reads.
"""

from collections.abc import Iterable

from identity.api import edge
from identity.errors import ApiError, forbidden, unauthorized
from identity.models import Organization
from identity.operations import presented, roles


def authorize(
    request: edge.ApiRequest, *, organization: Organization, fields: Iterable[str] = ()
) -> None:
    """Call it before anything is changed or shown; `fields` are those about to be written."""
    token, jwt = (request.headers.get(name, "") for name in edge.ACTING_HEADERS)
    if not token and not jwt:
        if any(name in request.headers for name in edge.ACTING_HEADERS):
            raise _refused()
        return
    caller = presented.resolve(session_token=token, session_jwt=jwt, now=request.now)
    if not isinstance(caller, presented.ALiveSession):
        raise _refused()
    member = caller.session.member
    if member.organization_id != organization.organization_id:
        raise forbidden(
            "session_authorization_tenancy_error", "The session is of another organization."
        )
    if not roles.is_admin(member):
        raise _refused()
    if "trusted_metadata" in fields:
        raise unauthorized(
            "cannot_update_trusted_metadata", "Trusted metadata is for the backend alone."
        )


def _refused() -> ApiError:
    return forbidden("session_authorization_error", "The member may not do this.")
