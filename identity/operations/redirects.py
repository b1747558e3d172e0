"""Where mailed links may lead (CONTRACT 8.5): only to the app, else a link gives itself away."""

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http.request import validate_host

from identity import public_url
from identity.errors import ApiError, bad_request

# The app's page for links (ARCHITECTURE 4).
LANDING = "/authenticate"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Stytch's default of a test project (CONTRACT 8.5); it is on loopback, so with DEBUG only.
TEST_DEFAULT = "http://localhost:3000/authenticate"
OURS = frozenset({"stytch_token_type", "token", "error"})
# The error type for each use, when the caller names no URL and none is set (CONTRACT 1.5).
UNSET = {
    "discovery": "no_discovery_redirect_url",
    "login": "no_login_redirect_urls_set",
    "signup": "no_signup_redirect_urls_set",
    "invite": "no_invite_redirect_urls_set",
    "reset": "no_reset_password_redirect_urls_set",
}


def choose(*, purpose: str, wanted: str) -> str:
    """This will return `wanted` if it is registered, the default if it is "", or raise."""
    if wanted:
        _check(wanted)
        return wanted
    defaults = [*_registered(), *([TEST_DEFAULT] if settings.DEBUG else [])]
    if not defaults:
        raise bad_request(UNSET[purpose], "No redirect URL was given and none is set.")
    return defaults[0]


def link(*, redirect_url: str, token_type: str, token: str) -> str:
    """The URL with our two parameters merged into its own."""
    return _with(redirect_url, stytch_token_type=token_type, token=token)


def failed(*, redirect_url: str, token_type: str, error: str) -> str:
    """The URL with the reason why no token comes (INFERRED: the contract names none)."""
    return _with(redirect_url, stytch_token_type=token_type, error=error)


def _with(redirect_url: str, **ours: str) -> str:
    parts = urlsplit(redirect_url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in OURS]
    return parts._replace(query=urlencode([*kept, *ours.items()])).geturl()


def _registered() -> list[str]:
    own = (
        [settings.PUBLIC_URL.rstrip("/") + public_url.below(LANDING)] if settings.PUBLIC_URL else []
    )
    return [*own, *settings.REDIRECT_URLS]


def _check(wanted: str) -> None:
    parts = _split(wanted)
    same_page = [url for url in map(urlsplit, _registered()) if _place(url) == _place(parts)]
    if any(_query(url) <= _query(parts) for url in same_page):
        return
    if same_page:
        raise bad_request("query_params_do_not_match", "The redirect URL's query is not set so.")
    if not (_is_own_landing(parts) or (settings.DEBUG and parts.hostname in LOOPBACK)):
        raise _no_match()


def _split(url: str) -> SplitResult:
    """Browsers read backslashes, blanks and logins in URLs in ways that a parser doesn't."""
    if not url.isascii() or not url.isprintable() or set(url) & set(' \\<>"'):
        raise _no_match()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _no_match() from error
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or parts.fragment:
        raise _no_match()
    return parts


def _place(parts: SplitResult) -> tuple[str, str | None, int | None, str]:
    standard = 443 if parts.scheme == "https" else 80
    return (parts.scheme, parts.hostname, parts.port or standard, parts.path)


def _query(parts: SplitResult) -> set[tuple[str, str]]:
    """A registered query has to be there; the caller may add to it."""
    return set(parse_qsl(parts.query, keep_blank_values=True))


def _is_own_landing(parts: SplitResult) -> bool:
    """Without PUBLIC_URL the app goes by its hosts, so its links may as well."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    right_scheme = parts.scheme == "https" or not settings.HTTPS
    own = validate_host(parts.hostname or "", hosts) and parts.path == public_url.below(LANDING)
    return own and right_scheme and not settings.PUBLIC_URL


def _no_match() -> ApiError:
    return bad_request(
        "no_match_for_provided_magic_link_url", "The redirect URL is not one of the project's."
    )
