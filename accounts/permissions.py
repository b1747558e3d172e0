"""What a member's roles allow: asked before a view runs, and by templates before they offer it.

Decided here, from the session as it is known and the policy at hand: a role that was taken away
counts until the JWT is renewed, five minutes at most (with SESSION_CHECK=token not at all).
`strict=True` asks the service instead, which knows of it at once; for what can't be undone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts import answers, inquiry
from accounts.auth import AuthRequest, MemberRequest
from accounts.client.authorization import AuthorizationCheck
from accounts.client.errors import Forbidden, SessionExpired, Unavailable
from accounts.service import identity

P = ParamSpec("P")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a view asks for, and whether the service is asked about it each time."""

    resource_id: str
    action: str
    strict: bool


def permission_required(
    resource_id: str, action: str, *, strict: bool = False
) -> Callable[
    [Callable[Concatenate[MemberRequest, P], HttpResponse]],
    Callable[Concatenate[MemberRequest, P], HttpResponse],
]:
    """Let in whose roles allow it, `@permission_required("documents", "delete")`, else answer 403.

    Without a policy to judge by nobody gets in: 503. `manage.py permissions` lists the rules.
    """
    rule = Rule(resource_id, action, strict)

    def decorate(
        view: Callable[Concatenate[MemberRequest, P], HttpResponse],
    ) -> Callable[Concatenate[MemberRequest, P], HttpResponse]:
        @wraps(view)
        def enter(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            may = _confirmed if rule.strict else _permitted
            if not may(request, rule):
                return answers.refuse(request, 403)
            return view(request, *args, **kwargs)

        enter.rules = (rule, *rules_of(view))  # type: ignore[attr-defined]
        return enter

    return decorate


def rules_of(view: Callable[..., Any]) -> tuple[Rule, ...]:
    """What a view asks for, outermost first; every decorator keeps it that uses `wraps`."""
    rules: tuple[Rule, ...] = getattr(view, "rules", ())
    return rules


def can(request: AuthRequest, resource_id: str, action: str) -> bool:
    """Whether to offer it to who is signed in; when in doubt, as in an outage, not."""
    member = request.auth.known_member
    if member is None:
        return False
    check = AuthorizationCheck(member.organization_id, resource_id, action)
    try:
        return identity().rbac.allows(member, check)
    except Unavailable:
        return False


def own(request: MemberRequest, model: type[M], **which: object) -> M:
    """The one object of the organization this session is in (QUALITY 53); any other is a 404."""
    return get_object_or_404(model, organization_id=request.member.organization_id, **which)


def _permitted(request: MemberRequest, rule: Rule) -> bool:
    return identity().rbac.allows(request.member, _check(request, rule))


def _confirmed(request: MemberRequest, rule: Rule) -> bool:
    """By the service's word of this moment; a no renews the JWT, so that pages offer it no more."""
    tokens = request.auth.credentials.session
    if tokens is None:
        raise SessionExpired("session_not_found", status_code=404)
    try:
        outcome = inquiry.ask(tokens, authorization_check=_check(request, rule))
    except Forbidden:
        request.auth.recheck()
        return False
    request.auth.renewed(outcome)
    request.member = request.auth.member or outcome.session
    return True


def _check(request: MemberRequest, rule: Rule) -> AuthorizationCheck:
    return AuthorizationCheck(request.member.organization_id, rule.resource_id, rule.action)
