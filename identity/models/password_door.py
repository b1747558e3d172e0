"""The password of one address in one organization, as a way in for whoever has proven nothing.

Every address has one, whether or not somebody is there or has a password: alike for strangers.
"""

from django.db import models

from identity.models.lockable import Lockable


class PasswordDoor(Lockable):
    """`key` is a hash: neither the address nor the organization is kept."""

    key = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("seen_at",)

    def __str__(self) -> str:
        return f"password door {self.key[:8]}"
