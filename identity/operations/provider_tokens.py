"""One-time tokens of who came back from a provider: made, and redeemed once (CONTRACT 2.7)."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cryptography.fernet import InvalidToken
from django.db import transaction

from identity.errors import ApiError, bad_request, not_found
from identity.models import OIDCConnection, Organization, ProviderToken
from identity.oidc import Identity
from identity.operations import one_time, pkce
from identity.operations.one_time import Repeated, Use
from identity.tokens import hash_token, new_token, sealed_by

Kind = ProviderToken.Kind
Answer = TypeVar("Answer")
# A redirect and a POST away; the contract doesn't say (INFERRED).
LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Facts:
    """Who came back, by which provider or connection, and what else that gave."""

    by: str
    identity: Identity
    values: dict[str, Any] = field(default_factory=dict, repr=False)


def issue(
    *,
    kind: str,
    facts: Facts,
    organization: Organization | None,
    connection: OIDCConnection | None,
    challenge: str,
    now: datetime,
) -> str:
    token = new_token()
    ProviderToken.objects.create(
        kind=kind,
        token_hash=hash_token(token),
        organization=organization,
        connection=connection,
        facts=sealed_by(token).encrypt(json.dumps(asdict(facts)).encode()),
        pkce_code_challenge=challenge,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return token


def redeem(
    *,
    kind: str,
    token: str,
    verifier: str,
    by: Callable[[Facts], Use[ProviderToken, Answer]],
    now: datetime,
) -> tuple[Facts, Answer]:
    """This will use up the token, or raise why it can't be; a wrong verifier leaves it good."""
    with transaction.atomic():
        row = _locked(token, kind=kind)
        facts = _facts(row, token=token, kind=kind)
        verdict = _check(row, kind=kind, token=token, verifier=verifier, now=now)
        answer = one_time.use(
            verdict, by=by(facts), presented=token, used=_not_found(kind), now=now
        )
    if isinstance(answer, ApiError):
        raise answer
    return facts, answer


def _locked(token: str, *, kind: str) -> ProviderToken:
    """Until the end of the transaction: of two posts one is the second."""
    rows = ProviderToken.objects.select_for_update().filter(kind=kind)
    row = rows.filter(token_hash=hash_token(token)).first()
    if row is None:
        raise _not_found(kind)
    return row


def _check(
    row: ProviderToken, *, kind: str, token: str, verifier: str, now: datetime
) -> ProviderToken | Repeated | ApiError:
    if refusal := pkce.mismatch(row.pkce_code_challenge, verifier=verifier):
        return refusal
    if answer := row.replay(presented=token, now=now):
        return Repeated(answer)
    return _not_found(kind) if row.consumed_at or row.expires_at <= now else row


def _facts(row: ProviderToken, *, token: str, kind: str) -> Facts:
    """What no secret opens any more (SECRET_KEY changed within these minutes) is lost."""
    try:
        opened = json.loads(sealed_by(token).decrypt(bytes(row.facts)))
    except InvalidToken as error:
        raise _not_found(kind) from error
    told = opened["identity"]
    identity = Identity(**{**told, "tenants": tuple(told["tenants"])})
    return Facts(opened["by"], identity, opened["values"])


def _not_found(kind: str) -> ApiError:
    """Unknown, used and expired alike: an app can only start again (names of 1.5)."""
    if kind == Kind.SSO:
        return not_found("sso_token_not_found", "The SSO token is unknown, used or expired.")
    return bad_request("oauth_token_not_found", "The OAuth token is unknown, used or expired.")
