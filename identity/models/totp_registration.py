"""A member's authenticator app, pending until its first code (CONTRACT 2.5)."""

from django.db import models
from django.db.models.lookups import IsNull

from identity.models.member import Member
from identity.models.replay import Replayable
from identity.tokens import new_id


def new_totp_id() -> str:
    return new_id("totp")


class TotpRegistration(Replayable):
    """`consumed_at` and `answer` are of its newest code: each code works once."""

    totp_registration_id = models.CharField(
        max_length=80, primary_key=True, default=new_totp_id, editable=False
    )
    member = models.ForeignKey(Member, models.CASCADE, related_name="totp_registrations")
    secret_sealed = models.BinaryField()
    # The 30-second step of the newest code that was accepted; that one and older ones are used.
    newest_step = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    # Of a pending registration; an active one stays until it is deleted.
    expires_at = models.DateTimeField(db_index=True)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                models.F("member"),
                IsNull(models.F("activated_at"), True),
                name="one_active_and_one_pending_totp",
            ),
        )

    def __str__(self) -> str:
        return self.totp_registration_id
