"""A member's password, as an argon2id hash and nothing else (password_hash.py)."""

from django.db import models

from identity.models.member import Member
from identity.tokens import new_id


def new_password_id() -> str:
    return new_id("member-password")


class Password(models.Model):
    """Its id is on the member as `member_password_id` too; operations/kept_passwords.py."""

    password_id = models.CharField(
        max_length=80, primary_key=True, default=new_password_id, editable=False
    )
    member = models.OneToOneField(Member, models.CASCADE, related_name="password")
    hashed = models.CharField(max_length=255)
    changed_at = models.DateTimeField()
    # That of the proof it was set with (provenance.py): a password leads no further than that did.
    provenance = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        ordering = ("changed_at",)

    def __str__(self) -> str:
        return self.password_id
