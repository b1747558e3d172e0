"""The same person, signed in to the peer: a user, a session row, and the cookie that names it."""

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from tests.benchmarks import visitors
from tests.benchmarks.visitors import Visitor


def cookies(visitor: Visitor) -> dict[str, str]:
    request = HttpRequest()
    request.session = SessionStore()
    user = User.objects.create_user(visitors.ADDRESS, visitors.ADDRESS)
    login(request, user)
    session, member = visitor.session, visitor.session.member
    request.session.update(
        {
            "session_id": session.member_session_id,
            "organization_id": member.organization_id,
            "organization_slug": member.organization.organization_slug,
            "organization_name": member.organization.organization_name,
            "roles": ["stytch_admin", "stytch_member"],
            "started_at": session.started_at.isoformat(),
            "expires_at": session.expires_at.isoformat(),
        }
    )
    request.session.save()
    return {"sessionid": request.session.session_key or ""}
