"""After a sign-in that wasn't theirs: what a member looks over, the most urgent first."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts import methods
from accounts.account import ask
from accounts.auth import MemberRequest
from accounts.navigation import page
from accounts.views.security.changes import elsewhere


@require_safe
def review(request: MemberRequest) -> HttpResponse:
    account = ask(request)
    context = {
        "account": account,
        "others": elsewhere(account),
        "may_have_password": methods.PASSWORD in methods.allowed(account.organization),
    }
    return page(request, "accounts/security/review.html", context)
