"""What a page shows of the session: drawn with the page, and anew by the heartbeat.

A part is a template in `parts/`, which a page shows by `{% session_part "navigation" %}`. The
heartbeat of the page names its parts; a beat that finds the session another than the page was made
for draws them anew, where they stand. So a role, a name or a link is written down once, for both.
"""

import re
from collections.abc import Iterable

from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.urls import Resolver404, get_script_prefix, resolve
from django.utils.safestring import SafeString

from accounts.auth import AuthRequest
from accounts.client.authorization import AuthorizationCheck
from accounts.client.entities import MemberSession
from accounts.client.errors import Unavailable
from accounts.permissions import Rule, rules_of
from accounts.service import identity

NAME = re.compile(r"[a-z_]{1,32}")
MOST = 16  # parts of a page; the list comes back from the browser


def draw(request: AuthRequest, name: str, *, path: str) -> SafeString:
    """The part as it is now; `path` is the page's, for what is marked as current."""
    context = {
        "member": request.auth.member,
        "organization_name": request.auth.organization_name,
        "path": path,
        "is_shut": is_shut(request, path),
    }
    return SafeString(render_to_string(f"parts/{name}.html", context, request=request))


def named(names: Iterable[str]) -> tuple[str, ...]:
    """Those that can be one; a browser may send anything."""
    return tuple(dict.fromkeys(name for name in names if NAME.fullmatch(name)))[:MOST]


def exists(name: str) -> bool:
    try:
        get_template(f"parts/{name}.html")
    except TemplateDoesNotExist:
        return False
    return True


def is_shut(request: AuthRequest, path: str) -> bool:
    """Whether the page there, which was open to this member once, is so no more."""
    member = request.auth.member
    try:
        view = resolve(path.removeprefix(get_script_prefix().rstrip("/"))).func
        return member is not None and not all(_allows(member, rule) for rule in rules_of(view))
    except (Resolver404, Unavailable):
        return False


def _allows(member: MemberSession, rule: Rule) -> bool:
    check = AuthorizationCheck(member.organization_id, rule.resource_id, rule.action)
    return identity().rbac.allows(member, check)
