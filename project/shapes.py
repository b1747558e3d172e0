"""Values that have a shape of their own, read from the environment."""

from collections.abc import Sequence
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from project.environment import text, words
from project.hosts import HOST, is_address


def choice(name: str, default: str, known: Sequence[str]) -> str:
    value = text(name, default).upper()
    if value not in known:
        raise ImproperlyConfigured(f"{name} takes one of {', '.join(known)}, not {value!r}.")
    return value


def time_zone(name: str) -> str:
    value = text(name, "UTC")
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} knows no time zone {value!r}.") from error
    return value


def hosts(name: str, default: Sequence[str]) -> list[str]:
    """Host names as a browser says them: no scheme, no port, no path."""
    found = words(name, default)
    for host in found:
        name_alone = host.removeprefix(".")
        if host != "*" and not HOST.fullmatch(name_alone) and not is_address(host.strip("[]")):
            raise ImproperlyConfigured(
                f"{name} takes host names such as app.example.com, not {host!r}."
            )
    return found


def sender(name: str, default: str) -> str:
    """A mail address, with or without a name before it."""
    value = text(name, default)
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"{name} takes an address such as Foyer <no-reply@example.com>, not {value!r}."
        ) from error
    return value
