"""How pages say what the code knows: names, times, roles and factors in a person's words."""

import hashlib
import re
import zlib
from datetime import datetime

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import logos
from accounts.client.entities import Factor

register = template.Library()

HUES = 11  # as many as components.css has for .monogram[data-hue]
MINUTE, HOUR, DAY = 60, 3600, 86_400

# The vendors' ids; a project's own roles speak for themselves.
ROLES = {"stytch_admin": "Admin", "stytch_member": "Member"}

# By delivery method where one type has several, else by type.
FACTORS = {
    "authenticator_app": "Authenticator app",
    "email_otp": "Email code",
    "impersonated": "Impersonation by support",
    "imported": "Imported session",
    "magic_link": "Email link",
    "oauth_github": "GitHub",
    "oauth_google": "Google",
    "oauth_hubspot": "HubSpot",
    "oauth_microsoft": "Microsoft",
    "oauth_slack": "Slack",
    "password": "Password",
    "recovery_codes": "Recovery code",
    "sms": "Text message",
    "sso": "Single sign-on",
    "trusted_auth_token": "Another app",
}

METHODS = {
    "email_otp": "an email code",
    "github_oauth": "GitHub",
    "google_oauth": "Google",
    "hubspot_oauth": "HubSpot",
    "magic_link": "an email link",
    "microsoft_oauth": "Microsoft",
    "password": "a password",
    "slack_oauth": "Slack",
    "sms_otp": "a text message",
    "sso": "SSO",
    "totp": "an authenticator app",
}


@register.filter
def hue(slug: str) -> int:
    """Which monogram colour a slug has: the same in every process and on every page."""
    return zlib.crc32(str(slug).encode()) % HUES


@register.filter
def our_logo(logo_url: str) -> str:
    """Where this app serves it; "" shows the monogram alone."""
    return logos.address(logo_url) if logo_url else ""


@register.filter
def initials(name: str) -> str:
    """One or two letters: of a name's first and last word, or of an address's local part."""
    words = re.findall(r"\w+", str(name).partition("@")[0].replace("_", " "))
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.filter
def fingerprint(identifier: str) -> str:
    """Tells two sessions apart in the browser without naming either."""
    return hashlib.sha256(str(identifier).encode()).hexdigest()[:12]


@register.filter
def human_time(moment: datetime | None) -> SafeString:
    """`Today, 17:42`; further off with the date, and the year when it isn't this one."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    return _time(local, f"{_day(local)}, {local:%H:%M}")


@register.filter
def short_time(moment: datetime | None) -> SafeString:
    """Within a sentence: `17:42` of today, else `yesterday, 21:10`."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    day, clock = _day(local), f"{local:%H:%M}"
    # Only the named days; "3 March" begins with its number.
    return _time(local, clock if day == "Today" else f"{day[0].lower()}{day[1:]}, {clock}")


@register.filter
def until(moment: datetime | None) -> SafeString:
    """`in 49 minutes`, or `now` when it has come."""
    if moment is None:
        return SafeString("")
    seconds = (moment - timezone.now()).total_seconds()
    return _time(timezone.localtime(moment), f"in {span(seconds)}" if seconds >= 1 else "now")


@register.filter
def since(moment: datetime | None) -> SafeString:
    """`12 seconds ago`, or `just now`."""
    if moment is None:
        return SafeString("")
    seconds = (timezone.now() - moment).total_seconds()
    words = f"{span(seconds)} ago" if seconds >= 1 else "just now"
    return _time(timezone.localtime(moment), words)


@register.filter
def telling(roles: tuple[str, ...]) -> list[str]:
    """The more telling role first: what every member has comes last."""
    return sorted(roles, key="stytch_member".__eq__)


@register.filter
def role_name(role: str) -> str:
    return ROLES.get(role) or _words(role)


@register.filter
def factor_name(factor: Factor) -> str:
    method = factor.delivery_method.replace("oauth_exchange_", "oauth_")
    return FACTORS.get(method) or FACTORS.get(factor.type) or _words(factor.type)


@register.filter
def method_names(methods: tuple[str, ...]) -> str:
    """`Google or SSO`: what an organization accepts, ready for a sentence."""
    ordered = sorted(methods, key="sso".__eq__)  # what a colleague has to set up comes last
    names = list(dict.fromkeys(METHODS.get(method) or _words(method) for method in ordered))
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@register.filter
def provider_name(provider: str) -> str:
    return METHODS.get(f"{provider}_oauth") or _words(provider)


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget in our class; the first wrong one takes the focus."""
    attrs: dict[str, str | bool] = {}
    match field.field.widget:
        case RadioSelect():
            pass  # a group of inputs, styled by what holds it
        case CheckboxInput():
            attrs["class"] = "field__check"
        case _:
            attrs["class"] = "field__control"
    wrong = next((other.name for other in field.form.visible_fields() if other.errors), None)
    if wrong == field.name:
        attrs["autofocus"] = True
    return field.as_widget(attrs=attrs)


def _day(local: datetime) -> str:
    today = timezone.localdate()
    named = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}.get((local.date() - today).days)
    year = "" if local.year == today.year else f" {local.year}"
    return named or f"{local.day} {local:%B}{year}"


def _time(local: datetime, words: str) -> SafeString:
    """In the words of the copy, English: `date_format` asks for the language 14 times a moment."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%A}, {local.day} {local:%B %Y, %H:%M:%S} {local.tzname()}",
        words,
    )


@register.filter
def span(seconds: float | None) -> str:
    """`90 seconds`: the largest unit of which there are two, so that it isn't cut to 1 minute."""
    if not seconds:
        return ""
    for unit, size in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}s"
    return f"{int(seconds)} second{'' if int(seconds) == 1 else 's'}"


def _words(identifier: str) -> str:
    return str(identifier).replace("_", " ").replace("-", " ").capitalize()
