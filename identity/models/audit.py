"""The append-only record of security events (ARCHITECTURE 5, QUALITY 67)."""

from typing import Any

from django.db import models


class AuditEvent(models.Model):
    occurred_at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=64)
    outcome = models.CharField(max_length=64)
    organization_id = models.CharField(max_length=80, blank=True, default="", db_index=True)
    member_id = models.CharField(max_length=80, blank=True, default="", db_index=True)
    factor = models.CharField(max_length=64, blank=True, default="")
    request_id = models.CharField(max_length=80, blank=True, default="")
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ("-occurred_at", "-pk")

    def __str__(self) -> str:
        return f"{self.action}: {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """This will refuse to change what was written: the log is append-only."""
        if not self._state.adding:
            raise TypeError("Audit events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("Audit events are never deleted one by one; see `purge`.")
