"""What a provider says of itself (OpenID Connect Discovery 3 and 4), and what of it won't work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from identity import provider_http, published_keys, texts
from identity.claim_shapes import text
from identity.provider_http import nonsense

WELL_KNOWN = "/.well-known/openid-configuration"
LONGEST = 500  # characters of a URL
ENDPOINTS = {
    "authorization_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "userinfo_url": "userinfo_endpoint",
    "jwks_url": "jwks_uri",
}
BASIC, POST = "client_secret_basic", "client_secret_post"


@dataclass(frozen=True, slots=True)
class Metadata:
    """`issuer` as it spells itself; `endpoints` by our names, "" for what it doesn't name.

    `obstacles` are sentences for whoever sets it up: with any of them nobody can sign in.
    """

    issuer: str
    endpoints: Mapping[str, str]
    algorithms: tuple[str, ...]
    secret_in_header: bool
    obstacles: tuple[str, ...]


def issuer_in(typed: str) -> str:
    """The issuer in what people paste, which often is the address of its metadata."""
    typed = typed.strip()
    return typed.removesuffix("/").removesuffix(WELL_KNOWN) if WELL_KNOWN in typed else typed


def are_same(one: str, other: str) -> bool:
    """The same issuer but for one last slash, which people and programs add and drop."""
    return one.removesuffix("/") == other.removesuffix("/")


def read(issuer: str) -> Metadata:
    """Raises ProviderFailed where there is no metadata, or another issuer's."""
    found = provider_http.get_json(issuer.removesuffix("/") + WELL_KNOWN)
    if not isinstance(found, dict):
        raise nonsense("its metadata is no JSON object")
    named = text(found, "issuer")
    if not are_same(named, issuer):
        raise nonsense(f"its metadata is another issuer's{_quoted(named)}")
    return Metadata(
        issuer=named,
        endpoints={ours: text(found, theirs) for ours, theirs in ENDPOINTS.items()},
        algorithms=_algorithms(found),
        secret_in_header=BASIC in _ways(found),
        obstacles=tuple(filter(None, (each(found) for each in OBSTACLES))),
    )


def _quoted(issuer: str) -> str:
    fit = texts.is_token(issuer, longest=LONGEST)
    return f", which spells itself {issuer}" if fit else ""


def _algorithms(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of ours that it names; who doesn't say may use any, as the key says what it is for."""
    named = _list(found, "id_token_signing_alg_values_supported")
    if named is None:
        return published_keys.ALGORITHMS
    return tuple(each for each in published_keys.ALGORITHMS if each in named)


def _ways(found: Mapping[str, Any]) -> list[str]:
    """How its token endpoint lets a client prove itself; the header is the default."""
    named = _list(found, "token_endpoint_auth_methods_supported")
    return [BASIC] if named is None else named


def _signs_otherwise(found: Mapping[str, Any]) -> str:
    if _algorithms(found):
        return ""
    return "It signs by none of the asymmetric algorithms (RS, PS, ES, EdDSA)."


def _wants_no_secret(found: Mapping[str, Any]) -> str:
    if {BASIC, POST} & set(_ways(found)):
        return ""
    return "Its token endpoint takes no client secret, neither in the header nor in the form."


def _gives_no_code(found: Mapping[str, Any]) -> str:
    kinds = _list(found, "response_types_supported")
    grants = _list(found, "grant_types_supported")
    if (kinds is None or "code" in kinds) and (grants is None or "authorization_code" in grants):
        return ""
    return "It doesn't offer the authorization code flow."


def _wants_more(found: Mapping[str, Any]) -> str:
    names = ("require_pushed_authorization_requests", "require_signed_request_object")
    wanted = [name for name in names if found.get(name) is True]
    return f"It insists on what this service doesn't do: {', '.join(wanted)}." if wanted else ""


OBSTACLES = (_signs_otherwise, _wants_no_secret, _gives_no_code, _wants_more)


def _list(found: Mapping[str, Any], name: str) -> list[str] | None:
    value = found.get(name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else None
