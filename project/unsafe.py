"""Settings that are each fine alone, and together would leave people or mails unprotected."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from project.environment import SQLITE
from project.hosts import is_private

LEAST_SECRET = 32  # characters
ENCRYPTED_MODES = ("require", "verify-ca", "verify-full")  # of libpq
# Backends that send nothing: each would show codes and links where they don't belong, or lose them.
UNSENT = ("console", "dummy", "filebased", "locmem")


def refuse(settings: dict[str, Any]) -> None:
    """Raise ImproperlyConfigured with a sentence for the first pair that is unsafe."""
    debug = settings["DEBUG"]
    checks = [*_ALWAYS, *(_IN_DEVELOPMENT if debug else _IN_PRODUCTION)]
    for check in checks:
        reason = check(settings)
        if reason:
            raise ImproperlyConfigured(reason)


def _hosts(settings: dict[str, Any]) -> str:
    missing = not settings["ALLOWED_HOSTS"]
    return "Set ALLOWED_HOSTS to the host names this app answers to." if missing else ""


def _debug_in_public(settings: dict[str, Any]) -> str:
    public = [host for host in settings["ALLOWED_HOSTS"] if not is_private(host)]
    if not public:
        return ""
    return f"DEBUG shows everybody's mail; it doesn't start for public hosts: {public}"


def _debug_on_a_network(settings: dict[str, Any]) -> str:
    """ALLOWED_HOSTS keeps nobody away: whoever gets there may say any Host."""
    if _is_loopback(settings["HOST"]):
        return ""
    return (
        "DEBUG shows everybody's mail, so it listens on this machine alone and HOST has to be"
        " 127.0.0.1. To look from elsewhere, forward the port: ssh -L 8000:127.0.0.1:8000 MACHINE."
        " To serve a network, set DEBUG=false and what it then asks for."
    )


def _plain_in_public(settings: dict[str, Any]) -> str:
    public = [host for host in settings["ALLOWED_HOSTS"] if not is_private(host)]
    if settings["HTTPS"] or not public:
        return ""
    return f"HTTPS may be off on this machine and its network only, not for {public}"


def _weak_keys(settings: dict[str, Any]) -> str:
    """What an earlier key signed stays good, so an earlier key is as good as the newest."""
    for name in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"):
        keys = settings[name] if isinstance(settings[name], list) else [settings[name]]
        if settings["DEVELOPMENT_SECRET"] in keys:
            return f"{name} holds the key of development, which everybody knows."
        if any(len(key) < LEAST_SECRET for key in keys):
            return f"{name} is short enough to guess; use 50 random characters."
    return ""


def _no_origin(settings: dict[str, Any]) -> str:
    """Otherwise a stranger's Host decides where the links lead that people are mailed."""
    if not settings["PUBLIC_URL"]:
        return "Set PUBLIC_URL to the address people see, such as https://app.example.com."
    host = urlsplit(settings["PUBLIC_URL"]).hostname or ""
    if not validate_host(host, settings["ALLOWED_HOSTS"]):
        return f"PUBLIC_URL leads to {host}, which is not among ALLOWED_HOSTS."
    if settings["HTTPS"] and not settings["PUBLIC_URL"].startswith("https://"):
        return "PUBLIC_URL takes https:// while HTTPS is on."
    return ""


def _shared_address(settings: dict[str, Any]) -> str:
    if settings["TRUST_FORWARDED_PROTO"] and not settings["TRUSTED_PROXIES"]:
        return (
            "TRUST_FORWARDED_PROTO says there is a proxy, TRUSTED_PROXIES that there is none: then"
            " everybody would have the proxy's address, and share one client's limits. Set it to"
            " the number of proxies that append to X-Forwarded-For, mostly 1."
        )
    return ""


def _alone(settings: dict[str, Any]) -> str:
    """What is used up once, such as a proof that a held change waits for, is remembered there."""
    if settings["WEB_CONCURRENCY"] == 1:
        return ""
    if settings["DATABASES"]["default"]["ENGINE"] == SQLITE:
        return "WEB_CONCURRENCY above 1 needs PostgreSQL: SQLite belongs to one process."
    if "locmem" in settings["CACHES"]["default"]["BACKEND"]:
        return "WEB_CONCURRENCY above 1 needs REDIS_URL: each process would remember for itself."
    return ""


def _unsent(settings: dict[str, Any]) -> str:
    backend = str(settings["EMAIL_BACKEND"])
    if any(f"backends.{name}." in backend for name in UNSENT):
        return (
            "EMAIL_URL names a way that sends no mail; codes and links would be lost or in the log."
        )
    return ""


def _any_host(settings: dict[str, Any]) -> str:
    """Whoever says a Host of theirs would be believed, by pages and by what is kept of them."""
    if "*" not in settings["ALLOWED_HOSTS"]:
        return ""
    return "ALLOWED_HOSTS takes the host names of this app; with * a stranger chooses one."


def _mail_in_clear(settings: dict[str, Any]) -> str:
    """A code or link on its way is as good as a password, for who reads along."""
    host, mail = settings.get("EMAIL_HOST"), settings["MAIL"]
    if not host or mail.get("EMAIL_USE_TLS") or mail.get("EMAIL_USE_SSL") or is_private(host):
        return ""
    return "EMAIL_URL leaves the private network in clear, so it takes smtp+tls:// or smtp+ssl://."


def _database_in_clear(settings: dict[str, Any]) -> str:
    described = settings["DATABASES"]["default"]
    host = described.get("HOST") or described["OPTIONS"].get("host", "")
    sealed = described["OPTIONS"].get("sslmode") in ENCRYPTED_MODES
    if described["ENGINE"] == SQLITE or not host or host.startswith("/") or sealed:
        return ""
    if all(is_private(each) for each in host.split(",")):
        return ""
    return "DATABASE_URL leaves the private network: add ?sslmode=verify-full, or require at least."


def _no_sender(settings: dict[str, Any]) -> str:
    if settings["DEFAULT_FROM_EMAIL"] != settings["DEMO_SENDER"]:
        return ""
    return "Set DEFAULT_FROM_EMAIL to the address that mails come from; nobody has the demo's."


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


_ALWAYS = (_hosts, _shared_address, _alone, _mail_in_clear, _database_in_clear)
_IN_DEVELOPMENT = (_debug_in_public, _debug_on_a_network)
_IN_PRODUCTION = (_weak_keys, _any_host, _plain_in_public, _no_origin, _unsent, _no_sender)
