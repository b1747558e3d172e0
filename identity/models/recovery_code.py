"""Codes for the day the authenticator is lost; each works once (CONTRACT 1.6, 2.5)."""

from django.db import models

from identity.models.member import Member
from identity.models.replay import Replayable
from identity.models.totp_registration import TotpRegistration
from identity.tokens import new_id


def new_recovery_code_id() -> str:
    return new_id("totp-recovery-code")


class RecoveryCode(Replayable):
    """Encrypted rather than hashed, because the contract shows the unused ones again."""

    recovery_code_id = models.CharField(
        max_length=80, primary_key=True, default=new_recovery_code_id, editable=False
    )
    member = models.ForeignKey(Member, models.CASCADE, related_name="recovery_codes")
    # Set while that registration is pending: the codes open nothing before it has been proven,
    # and go when it goes.
    pending = models.ForeignKey(TotpRegistration, models.CASCADE, null=True, related_name="+")
    code_sealed = models.BinaryField()
    position = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "position")

    def __str__(self) -> str:
        return self.recovery_code_id
