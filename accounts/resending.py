"""A form that was sent in vain, offered once more: what of it a page may keep."""

import re

from django.http import HttpRequest
from django.utils.http import escape_leading_slashes

# Never written into a page: what a person would not want to find there, and what is used up anyway.
SECRET = re.compile(r"pass|secret|token|jwt|code|otp|pin|key", re.IGNORECASE)
CSRF = "csrfmiddlewaretoken"


def offer(request: HttpRequest) -> dict[str, object]:
    """For `components/send_again.html`: where the form goes, and what was typed but for secrets.

    Only for a form that is known to be ours: to send another site's would need but one press.
    """
    if request.method != "POST":
        return {}
    return {
        "action": escape_leading_slashes(request.get_full_path()),
        "fields": kept(request),
        "is_incomplete": any(SECRET.search(name) for name in request.POST if name != CSRF),
    }


def kept(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, values in request.POST.lists()
        if not SECRET.search(name)
        for value in values
    )
