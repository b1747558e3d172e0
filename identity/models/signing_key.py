"""Keys that sign JWTs: published while young enough, private halves sealed (ARCHITECTURE 5)."""

from django.db import models
from django.db.models.lookups import IsNull


class SigningKey(models.Model):
    kid = models.CharField(max_length=80, primary_key=True)
    private_key_sealed = models.BinaryField()
    certificate_pem = models.TextField()
    created_at = models.DateTimeField()
    # Signs until this moment; published for a month longer (CONTRACT 4.4). None: the one in use.
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-kid")
        constraints = (
            # Of two processes that make a key at the same moment, one keeps it.
            models.UniqueConstraint(
                IsNull(models.F("retired_at"), True),
                condition=models.Q(retired_at=None),
                name="one_signing_key_in_use",
            ),
        )

    def __str__(self) -> str:
        return self.kid
