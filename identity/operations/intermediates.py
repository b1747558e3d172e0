"""Bags of factors that are not a session yet: ten minutes, not extendable (CONTRACT 5.1)."""

from datetime import datetime, timedelta

from identity.factors import Factor
from identity.models import IntermediateSession, Member, Organization
from identity.tokens import hash_token, new_token

LIFETIME = timedelta(minutes=10)


def new_intermediate(
    *,
    email_address: str,
    factors: tuple[Factor, ...],
    organization: Organization | None = None,
    member: Member | None = None,
    now: datetime,
) -> tuple[IntermediateSession, str]:
    """This will store an intermediate session and return it with its token.

    `organization` and `member` for one that begins inside an organization; none for discovery.
    """
    token = new_token()
    intermediate = IntermediateSession(
        token_hash=hash_token(token),
        email_address=email_address,
        organization=organization,
        member=member,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    intermediate.factors = factors
    intermediate.save(force_insert=True)
    return intermediate, token


def bind(*, intermediate: IntermediateSession, member: Member, factors: tuple[Factor, ...]) -> None:
    """This will keep `factors`, some of them proven in the member's organization (5.3).

    From then on it counts as born there: it may hold what doesn't transfer elsewhere (5.6). And it
    speaks of the member's address, which isn't always the one that the sign-in began with.
    """
    intermediate.email_address = member.email_address
    intermediate.factors = factors
    intermediate.organization = member.organization
    intermediate.member = member
    intermediate.save(update_fields=["email_address", "factors_json", "organization", "member"])


def consume(*, intermediate: IntermediateSession, token: str, answer: str, now: datetime) -> None:
    """This will end its use; a repeated post within seconds finds `answer`, the session token."""
    intermediate.consume(presented=token, answer=answer, now=now)
    intermediate.save(update_fields=["consumed_at", "answer"])
