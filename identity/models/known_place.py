"""From where people have proven their mailbox: a block of addresses that has budgets of its own."""

from django.db import models


class KnownPlace(models.Model):
    """`key` is a hash: neither the person's address nor the network's is kept."""

    key = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("seen_at",)

    def __str__(self) -> str:
        return f"known place {self.key[:8]}"
