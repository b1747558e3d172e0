"""Reads the environment, one typed variable at a time, and refuses what it can't understand."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from project.hosts import reached

BASE_DIR = Path(__file__).resolve().parent.parent
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")

SQLITE, POSTGRES = "django.db.backends.sqlite3", "project.postgres"
MAIL_SCHEMES = "smtp://host:25, smtp+tls://user:password@host:587 or smtp+ssl://…:465"
DATABASE_OPTIONS: dict[str, dict[str, Any]] = {
    SQLITE: {
        "transaction_mode": "IMMEDIATE",  # a writer waits for its turn instead of failing half-way
        "timeout": 10,  # seconds of that
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
    POSTGRES: {},  # project/postgres sets bounds for what is served
}
# One that falls silent keeps no thread for long; one that was restarted is asked anew.
REDIS_OPTIONS = {
    "socket_connect_timeout": 1,  # seconds
    "socket_timeout": 1,
    "retry": Retry(NoBackoff(), 1),
}
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql", "psql", "pgsql")
ENGINES = {SQLITE: SQLITE, "django.db.backends.postgresql": POSTGRES}


def load_file() -> None:
    """Add what ENV_FILE (usually .env) says to the environment, which has the last word."""
    named = os.environ.get("ENV_FILE")
    path = BASE_DIR / (".env" if named is None else named)
    if path.is_file():
        environ.Env.read_env(path)
    elif named:
        raise ImproperlyConfigured(f"ENV_FILE names {named}, which is not there.")


def text(name: str, default: str = "") -> str:
    """The variable, or the default when it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name, YES[0] if default else NO[0]).lower()
    if value not in YES + NO:
        raise ImproperlyConfigured(f"{name} takes true or false, not {value!r}.")
    return value in YES


def choice(name: str, among: Sequence[str]) -> str:
    """One of a few words; the first of them when it is missing or empty."""
    value = text(name, among[0]).lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name} takes {' or '.join(among)}, not {value!r}.")
    return value


def number(
    name: str, *, default: int, least: int = 1, most: int = 10**6, off: int | None = None
) -> int:
    """A whole number within its bounds, or the one that means none."""
    value = text(name, str(default))
    if value == str(off):
        return int(value)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} takes a number from {least} to {most}, not {value!r}.")
    return int(value)


def path(name: str, *, default: str) -> Path:
    """A file or folder, from this one's home on unless it is named in full."""
    return BASE_DIR / text(name, default)


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name, ",".join(default)).split(",") if word.strip()]


def url(name: str, *, schemes: Sequence[str] = ("https", "http")) -> str:
    """An absolute address without the slash at its end, "" when there is none."""
    value = text(name).rstrip("/")
    return reached(name, value, schemes) if value else ""


def urls(name: str) -> list[str]:
    """Addresses written with commas, as `url` reads one."""
    return [reached(name, value, ["https", "http"]) for value in words(name)]


def secret(name: str, *, demo: str, debug: bool, least: int = 1) -> str:
    """A value that has a default with DEBUG only, and without may be neither that nor short."""
    value = text(name, demo if debug else "")
    if not debug and value in {"", demo}:
        raise ImproperlyConfigured(f"Set {name}: without DEBUG there is no default for it.")
    if not debug and len(value) < least:
        raise ImproperlyConfigured(f"{name} is short enough to guess; use {least} characters.")
    return value


def database(name: str) -> dict[str, Any]:
    """Django's description of the database, SQLite beside the code when none is named."""
    if text(name):
        described = _database_url(name)
    else:
        described = {"ENGINE": SQLITE, "NAME": BASE_DIR / "foyer.sqlite3"}
    engine = ENGINES.get(described.get("ENGINE", ""))
    if engine is None or not described.get("NAME"):
        raise ImproperlyConfigured(f"{name} takes sqlite:///… or postgres://….")
    if engine == SQLITE and "memory" in str(described["NAME"]):
        raise ImproperlyConfigured(
            f"{name} names a file: memory is forgotten with each connection."
        )
    options = DATABASE_OPTIONS[engine] | described.get("OPTIONS", {})
    if "pool" in options:
        raise ImproperlyConfigured(f"{name} takes no pool: each thread keeps its connection.")
    return {**described, "ENGINE": engine, "OPTIONS": options}


def _database_url(name: str) -> dict[str, Any]:
    refusal = ImproperlyConfigured(f"{name} takes sqlite:///… or postgres://….")
    if text(name).partition("://")[0] not in DATABASE_SCHEMES:
        raise refusal
    try:
        described: dict[str, Any] = environ.Env.db_url_config(text(name))
    except (ValueError, KeyError) as error:
        raise refusal from error
    return described


def threads() -> int:
    """How many requests one process answers at a time; each may hold a database connection."""
    # Fewer can't be shared out so that one is always left for pages that wait for nobody.
    return number("THREADS", default=16, least=4, most=256)


def shares() -> tuple[int, int, int]:
    """How many threads may wait for the identity service, for third parties, and for logos.

    An eighth of them is in nobody's hands, whatever happens: probes and pages that need no call.
    """
    logos = max(1, threads() // 16)
    return threads() // 2 - logos, threads() * 3 // 8, logos


def cache(name: str) -> dict[str, Any]:
    """Django's description of the cache, this process's own memory when no Redis is named."""
    location = url(name, schemes=["redis", "rediss"])
    if location:
        backend = "django.core.cache.backends.redis.RedisCache"
        return {"BACKEND": backend, "LOCATION": location, "OPTIONS": dict(REDIS_OPTIONS)}
    # Django's 300 entries would forget a spent proof or a limit under a little traffic
    return memory(20_000)


def memory(entries: int, *, name: str = "") -> dict[str, Any]:
    """A cache of each process by itself, apart from others, which it can't push anything out of."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    return {"BACKEND": backend, "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": entries}}


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's settings for sending mail."""
    try:
        described: dict[str, Any] = environ.Env.email_url_config(text(name, default))
    except (ImproperlyConfigured, ValueError, KeyError) as error:  # it doesn't say which variable
        raise ImproperlyConfigured(f"{name} takes {MAIL_SCHEMES}.") from error
    if "smtp" in described["EMAIL_BACKEND"] and not described["EMAIL_HOST"]:
        raise ImproperlyConfigured(f"{name} takes {MAIL_SCHEMES}.")
    if described["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        described["EMAIL_BACKEND"] = "outbound.smtp.Backend"  # the same, but bounded
    return described
