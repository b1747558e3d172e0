"""What a provider's "no" means, and which of its words are kept (RFC 6749 4.1.2.1, 5.2)."""

import re
from collections.abc import Iterable

from identity import texts
from identity.provider_http import ProviderFailed, nonsense, unavailable

# What a person, or who decides about their account, didn't give. Providers don't tell the two
# apart: Okta and Entra say `access_denied` of who isn't assigned to the app (OIDC Core 3.1.2.6).
NOT_GIVEN = frozenset(
    {
        *("access_denied", "consent_required", "login_required", "interaction_required"),
        "account_selection_required",
    }
)
DOWN = frozenset({"server_error", "temporarily_unavailable"})
# What trying again doesn't mend; the last line is GitHub's and Slack's spelling.
SET_UP_WRONGLY = frozenset(
    {
        *("invalid_client", "unauthorized_client", "invalid_request", "invalid_scope"),
        *("unsupported_response_type", "unsupported_response_mode", "unsupported_grant_type"),
        *("redirect_uri_mismatch", "invalid_redirect_uri", "invalid_request_object"),
        *("request_not_supported", "request_uri_not_supported", "registration_not_supported"),
        *("incorrect_client_credentials", "bad_client_secret", "invalid_client_id"),
    }
)
LONGEST = 180  # characters of a cause; a line of the log holds 200
# JWTs, and long words with digits, may be tokens; trace ids, which are UUIDs, are worth having.
UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
WORD = r"[\w+/=~-]"
TOKEN = re.compile(rf"eyJ[\w.-]+|(?<!{WORD})(?!{UUID}(?!{WORD}))(?={WORD}*\d){WORD}{{16,}}")


def refused(
    error: str, description: str = "", *, hidden: Iterable[str] = (), status: int = 0
) -> ProviderFailed:
    """The failure that the app is told of, with its cause for log and audit.

    `hidden` are secrets of this sign-in, which some providers repeat; `status` is that of a token
    endpoint, where 401 says that the client's secret is wrong (RFC 6749 5.2).
    """
    failure = _kind(error, status=status)
    failure.cause = cause(error, description, hidden=hidden) or failure.cause
    return failure


def misconfigured(what: str) -> ProviderFailed:
    message = "The identity provider and this app are not set up to fit each other."
    return ProviderFailed(502, "provider_misconfigured", message, cause=what)


def cause(error: str, description: str, *, hidden: Iterable[str] = ()) -> str:
    """Both in one line, without what is or could be a token or secret."""
    said = f"{error}: {description}" if error and description else error or description
    for secret in filter(None, hidden):
        said = said.replace(secret, "…")
    return texts.cleaned(TOKEN.sub("…", texts.cleaned(said, longest=2000)), longest=LONGEST)


def _kind(error: str, *, status: int) -> ProviderFailed:
    if error in NOT_GIVEN:
        message = "Signing in was cancelled at the identity provider, or isn't allowed there."
        return ProviderFailed(400, "access_denied", message)
    if error in DOWN:
        return unavailable()
    if error in SET_UP_WRONGLY or status == 401:
        return misconfigured(f"status {status}")
    return nonsense(f"status {status}" if status else "it refuses")
