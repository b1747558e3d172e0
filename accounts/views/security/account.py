"""A member's standing by the service's word of this very moment, and the gate before changes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypedDict

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.auth import MemberRequest
from accounts.client.entities import (
    Member,
    MemberSession,
    Organization,
    allowed_mfa_methods,
)
from accounts.client.errors import SessionExpired
from accounts.client.outcomes import AuthOutcome
from accounts.client.second_factors import MemberStep
from accounts.hydration import hydrate
from accounts.navigation import go
from accounts.service import identity

FRESH = timedelta(minutes=5)
# Types of factors that are second ones (CONTRACT 3.1).
SECOND = frozenset({"otp", "totp", "recovery_codes"})

P = ParamSpec("P")


class Whose(TypedDict):
    organization_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class Account:
    session: MemberSession
    member: Member
    organization: Organization
    session_token: str = field(repr=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        return allowed_mfa_methods(self.organization, self.member)

    @property
    def has_app(self) -> bool:
        return bool(self.member.totp_registration_id)

    @property
    def has_phone(self) -> bool:
        return bool(self.member.mfa_phone_number) and self.member.mfa_phone_number_verified

    @property
    def usable(self) -> tuple[str, ...]:
        """The second factors that count here, by method."""
        has = {"totp": self.has_app, "sms_otp": self.has_phone}
        return tuple(method for method in self.allowed if has[method])

    @property
    def is_required(self) -> bool:
        return self.organization.mfa_policy == "REQUIRED_FOR_ALL"

    @property
    def whose(self) -> Whose:
        return {
            "organization_id": self.member.organization_id,
            "member_id": self.member.member_id,
        }

    @property
    def step(self) -> MemberStep:
        """For proving a factor on top of this session, whose end stays where it is."""
        return {
            "organization_id": self.member.organization_id,
            "member_id": self.member.member_id,
            "session_token": self.session_token,
        }

    def is_fresh(self, *, now: datetime) -> bool:
        """A second factor proven within minutes; any factor will do for who has no second one."""
        return any(
            now - factor.last_authenticated_at <= FRESH
            for factor in self.session.factors
            if factor.type in SECOND or not self.usable
        )


def ask(request: MemberRequest) -> Account:
    """Never from the JWT: it may be minutes old, and a change is decided by what is true now."""
    tokens = request.auth.credentials.session
    if tokens is None:
        raise SessionExpired("session_not_found", status_code=404)
    outcome = identity().sessions.authenticate(tokens)
    session = outcome.session
    organization = outcome.organization or identity().organizations.get(session.organization_id)
    member = outcome.member or identity().organizations.members.get(
        organization_id=session.organization_id, member_id=session.member_id
    )
    request.auth.replace(session=outcome.tokens, organization_name=organization.name)
    request.member = request.auth.member or session
    return Account(session, member, organization, outcome.tokens.session_token)


def changing(
    page: str = "",
) -> Callable[
    [Callable[Concatenate[MemberRequest, Account, P], HttpResponse]],
    Callable[Concatenate[MemberRequest, P], HttpResponse],
]:
    """Ask for a fresh proof before the page of a change, then come back to `page`.

    Without `page` to this very address. Nothing of a POST is carried over: it is pressed again.
    """

    def decorate(
        view: Callable[Concatenate[MemberRequest, Account, P], HttpResponse],
    ) -> Callable[Concatenate[MemberRequest, P], HttpResponse]:
        @wraps(view)
        def enter(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            account = ask(request)
            if not account.is_fresh(now=timezone.now()):
                return prove_first(request, back=reverse(page) if page else request.path)
            return view(request, account, *args, **kwargs)

        return enter

    return decorate


def prove_first(request: MemberRequest, *, back: str) -> HttpResponse:
    return go(request, f"{reverse('accounts:verify')}?{urlencode({'next': back})}")


def stay(request: MemberRequest, outcome: AuthOutcome, *, next: str) -> HttpResponse:
    """The same session with one factor more; a step to somewhere else goes on waiting."""
    pending, onward = request.auth.credentials.pending, request.auth.credentials.next
    response = hydrate(request, outcome, next=next)
    request.auth.replace(pending=pending, next=onward)
    return response


def changed(request: MemberRequest, account: Account, what: str) -> HttpResponse:
    """Say it, and that whoever else is signed in still is (QUALITY 43)."""
    others = len(elsewhere(account))
    tail = " You’re still signed in elsewhere: end those sessions below." if others else ""
    messages.success(request, f"{what}{tail}")
    return go(request, "accounts:security")


def elsewhere(account: Account) -> tuple[MemberSession, ...]:
    """This member's other live sessions."""
    here = account.session.member_session_id
    sessions = identity().sessions.list(**account.whose)
    return tuple(each for each in sessions if each.member_session_id != here)
