"""Sessions of members, and the bags of factors that are not one yet (CONTRACT 3.1, 5)."""

from django.db import models

from identity.factors import Factor
from identity.models.member import Member
from identity.models.organization import Organization
from identity.models.replay import Replayable
from identity.tokens import new_id


def new_session_id() -> str:
    return new_id("member-session")


class HoldsFactors(models.Model):
    """Factors as stored JSON, read and written as values."""

    factors_json = models.JSONField(default=list)

    class Meta:
        abstract = True

    @property
    def factors(self) -> tuple[Factor, ...]:
        return tuple(Factor.from_json(stored) for stored in self.factors_json)

    @factors.setter
    def factors(self, factors: tuple[Factor, ...]) -> None:
        self.factors_json = [factor.to_json() for factor in factors]


class MemberSession(HoldsFactors):
    member_session_id = models.CharField(
        max_length=80, primary_key=True, default=new_session_id, editable=False
    )
    member = models.ForeignKey(Member, models.CASCADE, related_name="sessions")
    token_hash = models.CharField(max_length=64, unique=True)
    # The token itself, encrypted: a call made with the JWT is answered with it (CONTRACT 2.1).
    token_sealed = models.BinaryField()
    # A factor added later renews the token (QUALITY 31); JWTs from before are refused from then on.
    token_issued_at = models.DateTimeField()
    started_at = models.DateTimeField()
    last_accessed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
    custom_claims = models.JSONField(default=dict)

    class Meta:
        ordering = ("started_at", "member_session_id")

    def __str__(self) -> str:
        return self.member_session_id


class IntermediateSession(HoldsFactors, Replayable):
    """`organization` and `member` are set when it was born inside one (CONTRACT 2.2 hint).

    `founded` is what it has founded, and still has to complete the sign-in to.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    email_address = models.EmailField(max_length=254)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    founded = models.ForeignKey(Organization, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"intermediate session {self.pk}"
