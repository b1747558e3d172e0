"""Every setting, read once from the environment; anything missing or unsafe refuses to start."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

DEVELOPMENT_SECRET = "development-only-secret-key-never-used-without-debug"  # noqa: S105 the name says it: it refuses to start without DEBUG
DEMO_PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
DEMO_SECRET = "secret-test-demo"  # noqa: S105 of the demo project, refused without DEBUG
DEMO_PUBLIC_TOKEN = "public-token-test-11111111-1111-4111-8111-111111111111"  # noqa: S105 public by name


def required_without_debug(name: str, demo: str) -> str:
    """Read `name`; its demo value serves with DEBUG only."""
    value: str = env.str(name, default=demo if DEBUG else "")
    if not DEBUG and value in {"", demo}:
        raise ImproperlyConfigured(f"Set {name}: without DEBUG there is no default for it.")
    return value


# The machine
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required_without_debug("SECRET_KEY", DEVELOPMENT_SECRET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the host names this app answers to.")
# How many proxies in front append to X-Forwarded-For; 0 believes none of it.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# True behind a TLS proxy that sets X-Forwarded-Proto itself.
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https")
    if env.bool("TRUST_FORWARDED_PROTO", default=False)
    else None
)

# Identity: embedded unless IDENTITY_URL names a server
IDENTITY_URL = env.str("IDENTITY_URL", default="")
IDENTITY_EMBEDDED = not IDENTITY_URL
IDENTITY_PROJECT_ID = required_without_debug("IDENTITY_PROJECT_ID", DEMO_PROJECT_ID)
IDENTITY_SECRET = required_without_debug("IDENTITY_SECRET", DEMO_SECRET)
IDENTITY_PUBLIC_TOKEN = required_without_debug("IDENTITY_PUBLIC_TOKEN", DEMO_PUBLIC_TOKEN)
# What the app asks for at sign-in, in minutes; the service allows 5 to 527040.
SESSION_DURATION_MINUTES = env.int("SESSION_DURATION_MINUTES", default=60)
# How often a page asks for a fresh JWT, in seconds; the JWT lives 300.
HEARTBEAT_SECONDS = env.int("HEARTBEAT_SECONDS", default=180)
# Limits of the embedded service: sends an hour for one address, and for one client.
SENDS_PER_ADDRESS = env.int("SENDS_PER_ADDRESS", default=100 if DEBUG else 6)
SENDS_PER_CLIENT = env.int("SENDS_PER_CLIENT", default=1000 if DEBUG else 60)
# Redirect URLs that mailed links may point at; with DEBUG any loopback URL is good as well.
REDIRECT_URLS = env.list("REDIRECT_URLS", default=[])
# The origin people see, for links in mails; empty takes it from the request (ALLOWED_HOSTS holds).
PUBLIC_URL = env.str("PUBLIC_URL", default="")

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "heroicons",
    "template_partials",
    "accounts",
    "orgswitcher",
    *(["identity"] if IDENTITY_EMBEDDED else []),
]

MIDDLEWARE = [
    "project.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.AuthMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
ASGI_APPLICATION = "project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "project.forms.FormRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Data
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'foyer.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits for its turn instead of failing half-way
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# Mail
if IDENTITY_EMBEDDED:
    vars().update(
        env.email_url("EMAIL_URL", default="consolemail://" if not DEBUG else "dummymail://")
    )
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Foyer <no-reply@foyer.example>")
    EMAIL_TIMEOUT = 10

# Words and time
LANGUAGE_CODE = "en"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static_root"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    }
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# Transport and headers
HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from inside, without TLS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0  # two years, as the preload list asks
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"  # Strict would lose the token on arriving from a mailed link
CSRF_FAILURE_VIEW = "project.errors.csrf_failure"
MESSAGES_COOKIE_NAME = "__Host-messages" if HTTPS else "messages"
SESSION_COOKIE_SECURE = HTTPS  # the messages cookie goes by these two
SESSION_COOKIE_HTTPONLY = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "https:"],  # organizations' logos live elsewhere
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# The API refuses more than 64 KiB itself; this is the same bound for forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

# Cookies of the sign-in, as CONTRACT 7.1 lets them be configured
COOKIE_NAMES = {
    "session": env.str("SESSION_TOKEN_COOKIE", default="stytch_session"),
    "jwt": env.str("SESSION_JWT_COOKIE", default="stytch_session_jwt"),
    "pending": env.str("PENDING_COOKIE", default="stytch_intermediate_session_token"),
}
COOKIE_PATH = env.str("COOKIE_PATH", default="/")
COOKIE_DOMAIN = env.str("COOKIE_DOMAIN", default="") or None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # httpx logs every URL at INFO; a one-time link's token could be in one
        "httpx": {"level": "WARNING"},
    },
}
