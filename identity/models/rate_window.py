"""Counters of fixed windows, in the database so that every worker counts in the same place."""

from django.db import models


class RateWindow(models.Model):
    """`key` is a hash: neither addresses nor client addresses are kept."""

    key = models.CharField(max_length=64)
    started_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key", "started_at"), name="one_window_of_a_key"),
        )

    def __str__(self) -> str:
        return f"{self.count} since {self.started_at:%H:%M}"
