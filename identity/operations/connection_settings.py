"""What is saved of a connection: tidied, completed from its provider, and judged (2.7).

`Changes` says how a connection is to be changed, and what whoever saves it has to be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from identity import provider_http, provider_metadata, published_keys, texts
from identity.demo_provider.service import AUTHORIZE
from identity.errors import ApiError, bad_request
from identity.models import OIDCConnection
from identity.provider_http import ProviderFailed, is_allowed
from identity.provider_metadata import ENDPOINTS, LONGEST, Metadata

CREDENTIALS = ("client_id", "client_secret")
# A change of any of these has the provider asked again.
OF_PROVIDER = frozenset({"issuer", *CREDENTIALS, *ENDPOINTS})
NO_KEY = "It publishes no key by which a signature of its could be verified."


@dataclass(frozen=True, slots=True)
class Changes:
    """`moves`: it is another provider from now on, so nothing of the old one is kept."""

    values: Mapping[str, Any]
    warning: str = ""
    moves: bool = False


def tidied(given: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is pasted along: blanks and line ends; raises for what can't be meant."""
    changes = {name: _tidied(name, value) for name, value in given.items()}
    for name in ("issuer", *ENDPOINTS):
        url = changes.get(name)
        if url and not (texts.is_token(url, longest=LONGEST) and is_allowed(url)):
            raise bad_request("invalid_url", f"{name} has to be an https:// URL.")
    return changes


def completed(known: OIDCConnection, changes: Mapping[str, Any]) -> Changes:
    """Asks the provider, hence outside of any transaction; explicit values win (2.7)."""
    issuer = changes.get("issuer", known.issuer)
    moves = bool(known.issuer) and not provider_metadata.are_same(issuer, known.issuer)
    if not moves and "issuer" in changes and known.issuer:
        changes = {**changes, "issuer": known.issuer}  # as its metadata spells it
    kept = {**_nothing(), **changes} if moves else dict(changes)
    if not issuer or (known.is_active and not OF_PROVIDER & set(changes)):
        return Changes(kept, moves=moves)
    try:
        found = provider_metadata.read(issuer)
    except ProviderFailed as failure:
        warning = f"The issuer's metadata could not be read. {failure.message}"
        return Changes(kept, warning, moves)
    return _with(found, kept, known=known, moves=moves)


def _with(
    found: Metadata, changes: dict[str, Any], *, known: OIDCConnection, moves: bool
) -> Changes:
    before = {name: "" if moves else getattr(known, name) for name in ENDPOINTS}
    given = {name: changes.get(name, before[name]) for name in ENDPOINTS}
    urls = {name: given[name] or found.endpoints[name] for name in ENDPOINTS}
    bad = [name for name, url in urls.items() if url and not _is_usable(name, url)]
    urls |= dict.fromkeys(bad, "")
    obstacles = [*found.obstacles]
    notes = ["Its metadata names addresses that aren't https."] if bad else []
    notes += [f"It names no {name}." for name, url in urls.items() if not url and name not in bad]
    key_trouble, is_sure = _about_keys(urls["jwks_url"], found)
    (obstacles if is_sure else notes).extend(key_trouble)
    values = {
        **changes,
        **urls,
        "issuer": found.issuer,
        "algorithms": list(found.algorithms),
        "secret_in_header": found.secret_in_header,
        "obstacle": " ".join(obstacles),
    }
    return Changes(values, " ".join([*obstacles, *notes]), moves)


def _about_keys(url: str, found: Metadata) -> tuple[list[str], bool]:
    """What is wrong with the keys, and whether it is for sure: who is down may be up tomorrow."""
    if not url or not found.algorithms:
        return [], False
    try:
        published = provider_http.get_json(url)
    except ProviderFailed as failure:
        return [f"Its keys could not be read. {failure.message}"], False
    usable = published_keys.is_any_usable(published, algorithms=found.algorithms)
    return ([], False) if usable else ([NO_KEY], True)


def _nothing() -> dict[str, Any]:
    """A connection before it knows a provider; the secret of one is not for the next."""
    empty = dict.fromkeys(("issuer", *CREDENTIALS, *ENDPOINTS, "obstacle"), "")
    return {**empty, "algorithms": [], "secret_in_header": True}


def _is_usable(name: str, url: str) -> bool:
    if settings.DEBUG and name == "authorization_url" and url == AUTHORIZE:
        return True  # the demo provider's page, a path wherever this app is
    return texts.is_token(url, longest=LONGEST) and is_allowed(url)


def _tidied(name: str, value: Any) -> Any:
    if name == "issuer":
        return provider_metadata.issuer_in(value)
    if name == "custom_scopes":
        return " ".join(value.split())
    if name == "attribute_mapping":
        return {ours: theirs.strip() for ours, theirs in value.items()}
    if name in CREDENTIALS:
        return _credential(name, value.strip("\ufeff\u200b\u2060 \t\r\n\x0b\x0c\x85\xa0"))
    return value.strip() if isinstance(value, str) else value


def _credential(name: str, value: str) -> str:
    """Visible characters (RFC 6749 A.1, A.2); others came along from where it was copied."""
    if value and not texts.is_plain(value, longest=LONGEST):
        raise _not_visible(name)
    return value


def _not_visible(name: str) -> ApiError:
    return bad_request("bad_request", f"{name} holds characters that can't be seen: copy it again.")
