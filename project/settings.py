"""Every setting, read once from the environment; anything missing or unsafe refuses to start."""

from project import (
    cookies,
    csp,
    environment as env,
    forecast,
    logs,
    mount,
    oauth,
    shapes,
    static_files,
    templating,
    transport,
    unsafe,
)

env.load_file()

DEVELOPMENT_SECRET = "development-only-secret-key-never-used-without-debug"  # noqa: S105 the name says it: it refuses to start without DEBUG
DEMO_PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
DEMO_SECRET = "secret-test-demo"  # noqa: S105 of the demo project, refused without DEBUG
DEMO_PUBLIC_TOKEN = "public-token-test-11111111-1111-4111-8111-111111111111"  # noqa: S105 public by name
DEMO_ISSUER = "https://demo-provider.invalid"  # answered in this process; no socket is opened to it
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]

# The machine
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", demo=DEVELOPMENT_SECRET, debug=DEBUG)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = shapes.hosts("ALLOWED_HOSTS", LOOPBACK if DEBUG else [])
HTTPS = env.flag("HTTPS", default=not DEBUG)
# Where the server listens, at PORT, and in how many processes
HOST = env.text("HOST", "127.0.0.1")
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", default=1, most=64)
# The path below which the app lives; "" is the whole origin. Django's own name for it.
MOUNT = mount.path(env.text("SCRIPT_NAME"))
FORCE_SCRIPT_NAME = MOUNT or None
# How many proxies in front append to X-Forwarded-For; 0 believes none of it.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", default=0, least=0, most=9)
# True behind a TLS proxy that sets X-Forwarded-Proto itself.
TRUST_FORWARDED_PROTO = env.flag("TRUST_FORWARDED_PROTO", default=False)

# Identity: embedded unless IDENTITY_URL names a server
IDENTITY_URL = env.url("IDENTITY_URL")
IDENTITY_EMBEDDED = not IDENTITY_URL
# What carries the calls, by dotted path; "" is the network. With DEBUG, through bad weather too
IDENTITY_WEATHER = forecast.checked(
    env.text("IDENTITY_WEATHER"), allowed=DEBUG and IDENTITY_EMBEDDED
)
_CARRIER = "project.weather.WeatherTransport" if DEBUG else "project.embedded.EmbeddedTransport"
IDENTITY_TRANSPORT = _CARRIER if IDENTITY_EMBEDDED else ""
# How many threads may wait for a slow service, and for third parties (providers, texts, mail)
IDENTITY_MOST_WAITING, THIRD_PARTIES_MOST_WAITING, LOGOS_MOST_WAITING = env.shares()
IDENTITY_PROJECT_ID = env.secret("IDENTITY_PROJECT_ID", demo=DEMO_PROJECT_ID, debug=DEBUG)
IDENTITY_SECRET = env.secret("IDENTITY_SECRET", demo=DEMO_SECRET, debug=DEBUG, least=20)
IDENTITY_PUBLIC_TOKEN = env.text("IDENTITY_PUBLIC_TOKEN", DEMO_PUBLIC_TOKEN if DEBUG else "")
# How long a sign-in lasts, in minutes; SECURITY.md says why. The service allows 5 to 527040.
SESSION_DURATION_MINUTES = env.number("SESSION_DURATION_MINUTES", default=60, least=5, most=527_040)
SESSION_MAX_MINUTES = env.number(
    "SESSION_MAX_MINUTES",
    default=max(720, SESSION_DURATION_MINUTES),
    least=SESSION_DURATION_MINUTES,
    most=527_040,
)
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", default=0, least=5, most=527_040, off=0)
SESSION_EXTEND_ON_ACTIVITY = env.flag("SESSION_EXTEND_ON_ACTIVITY", default=False)
# The team's functions, by dotted path: a session's custom claims, and where an address is.
SESSION_CLAIMS = env.text("SESSION_CLAIMS")
PLACE_OF_ADDRESS = env.text("PLACE_OF_ADDRESS")
# How often a page asks for a fresh JWT, in seconds; the JWT lives 300.
HEARTBEAT_SECONDS = env.number("HEARTBEAT_SECONDS", default=180, most=270)
# What says that a session lives: its JWT, up to 310 s old, or the service, at each request
SESSION_CHECK = env.choice("SESSION_CHECK", ("jwt", "token"))
# Whether unsafe requests wait for the service's word; otherwise a JWT's, up to 310 s old, will do
STRICT_WRITES = env.flag("STRICT_WRITES", default=False)
CREATE_ORGANIZATIONS = env.flag("CREATE_ORGANIZATIONS", default=True)
CREATE_FIRST_ORGANIZATION = env.flag("CREATE_FIRST_ORGANIZATION", default=False)
# What the roles of the project may do, when the service is embedded.
RBAC_POLICY = env.path("RBAC_POLICY", default="project/rbac.json")
# Limits of the embedded service, by the hour; .env.example says of what, SECURITY.md what for.
SENDS_PER_ADDRESS = env.number("SENDS_PER_ADDRESS", default=100 if DEBUG else 6)
SENDS_PER_CLIENT = env.number("SENDS_PER_CLIENT", default=1000)
MAILS_PER_PROJECT = env.number("MAILS_PER_PROJECT", default=10_000)
TEXTS_PER_PROJECT = env.number("TEXTS_PER_PROJECT", default=2000)
TEXTS_PER_COUNTRY = env.number("TEXTS_PER_COUNTRY", default=1000)
GUESSES_PER_ADDRESS = env.number("GUESSES_PER_ADDRESS", default=300 if DEBUG else 10)
GUESSES_PER_CLIENT = env.number("GUESSES_PER_CLIENT", default=1000 if DEBUG else 120)
# Wrong passwords and codes in a row that lock a member, and for how many minutes (5 to a week).
MEMBER_LOCK_FAILURES = env.number("MEMBER_LOCK_FAILURES", default=10, most=100)
MEMBER_LOCK_MINUTES = env.number("MEMBER_LOCK_MINUTES", default=60, least=5, most=10_080)
# What argon2id costs; the least is OWASP's. Each sign-in by password takes that memory meanwhile.
PASSWORD_HASH_KIB = env.number("PASSWORD_HASH_KIB", default=65_536, least=19_456, most=2_097_152)
PASSWORD_HASH_PASSES = env.number("PASSWORD_HASH_PASSES", default=3, least=2, most=100)
BREACHED_PASSWORDS_URL = env.url("BREACHED_PASSWORDS_URL")
# Redirect URLs that mailed links may point at; with DEBUG any loopback URL is good as well.
REDIRECT_URLS = env.urls("REDIRECT_URLS")
AUDIT_RETENTION_DAYS = env.number("AUDIT_RETENTION_DAYS", default=365, most=36_500)
# The origin people see, for links in mails; empty takes it from the request (ALLOWED_HOSTS holds).
PUBLIC_URL = mount.origin(env.url("PUBLIC_URL"), mount=MOUNT)

# Providers to sign in with; a demo stands in for Google until there is a client of one's own.
DEMO_PROVIDER = DEBUG and IDENTITY_EMBEDDED
OAUTH_CLIENTS = oauth.clients(demo=DEMO_PROVIDER)
OAUTH_ISSUERS = oauth.issuers(OAUTH_CLIENTS, demo_issuer=DEMO_ISSUER)
OAUTH_PROVIDERS = oauth.offered(
    OAUTH_CLIENTS, embedded=IDENTITY_EMBEDDED, public_token=IDENTITY_PUBLIC_TOKEN
)

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.forms",  # its widgets, for project.forms.FormRenderer
    "csp",
    "django_htmx",
    "heroicons",
    "template_partials",
    "accounts",
    "orgswitcher",
    *(["identity"] if IDENTITY_EMBEDDED else []),
    *(["documents"] if DEBUG else []),  # an example; put your own apps here
]

MIDDLEWARE = [
    "project.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "project.health.ProbeMiddleware",  # with the headers above, before anything asks for the host
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.AuthMiddleware",
    "project.outages.DatabaseMiddleware",  # last: the first to hear what a view raises
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
ASGI_APPLICATION = "project.asgi.application"

TEMPLATES = [templating.engine()]
FORM_RENDERER = "project.forms.FormRenderer"
MESSAGE_STORAGE = "project.messages.Storage"

# Data
DATABASES = {"default": env.database("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("REDIS_URL"), "logos": env.memory(500, name="logos")}

# Mail: with DEBUG the development inbox has it, so none need leave the machine
MAIL = env.mail("EMAIL_URL", "dummymail://" if DEBUG else "smtp://localhost:25")
globals().update(MAIL)
INBOX_RELAY = str(MAIL["EMAIL_BACKEND"])  # with DEBUG a copy stays in the inbox on the way there
if DEBUG and IDENTITY_EMBEDDED:
    EMAIL_BACKEND = "identity.inbox.backend.Inbox"
DEMO_SENDER = "Foyer <no-reply@foyer.example>"  # nobody has that mailbox
DEFAULT_FROM_EMAIL = shapes.sender("DEFAULT_FROM_EMAIL", DEMO_SENDER)
EMAIL_TIMEOUT = 4  # seconds for a whole mail; less than a remote app waits for our answer

# Text messages: with DEBUG the development inbox has them; otherwise a provider, or a refusal
SMS_BACKEND = env.text("SMS_BACKEND", "identity.sms.Inbox" if DEBUG else "identity.sms.Http")
SMS_URL = env.url("SMS_URL")
SMS_TOKEN = env.text("SMS_TOKEN")

# Words and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # those that the words have been translated into
TIME_ZONE = shapes.time_zone("TIME_ZONE")
USE_TZ = True

globals().update(static_files.described(mount=MOUNT, debug=DEBUG))

# Transport and headers
globals().update(
    transport.described(HTTPS, probes=mount.probes(MOUNT), by_proxy=TRUST_FORWARDED_PROTO)
)
CONTENT_SECURITY_POLICY = csp.policy(report_url=env.url("CSP_REPORT_URL"))
# The API refuses more than 64 KiB itself; this is the same bound for forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

# Cookies of the sign-in, as CONTRACT 7.1 lets them be configured
COOKIE_NAMES, COOKIE_PATH, COOKIE_DOMAIN = cookies.read(mount=MOUNT, hosts=ALLOWED_HOSTS)

LOGGING = logs.config(
    level=shapes.choice("LOG_LEVEL", "INFO", logs.LEVELS), embedded=IDENTITY_EMBEDDED
)
unsafe.refuse(globals())
