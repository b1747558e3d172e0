"""An address at which passwords were tried and nobody is: it locks as a member would."""

from django.db import models

from identity.models.lockable import Lockable


class Stranger(Lockable):
    """`key` is a hash: neither the address nor the organization is kept."""

    key = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("seen_at",)

    def __str__(self) -> str:
        return f"stranger {self.key[:8]}"
