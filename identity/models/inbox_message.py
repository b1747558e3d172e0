"""What the development inbox shows; written with DEBUG only."""

from django.db import models


class InboxMessage(models.Model):
    channel = models.CharField(max_length=5)
    to = models.CharField(max_length=254, db_index=True)
    subject = models.CharField(max_length=256, blank=True, default="")
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    code = models.CharField(max_length=12, blank=True, default="")
    link = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return f"{self.channel} to {self.to}"
