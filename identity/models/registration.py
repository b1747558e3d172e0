"""An account at a provider that belongs to a member: found by its subject, not by an address."""

from django.db import models
from django.db.models import Q

from identity.models.member import Member
from identity.models.oidc_connection import OIDCConnection
from identity.models.organization import Organization

OF_CONNECTION = Q(connection__isnull=False)


class Registration(models.Model):
    """Either of a `connection` of the organization, or of an OAuth `provider` (and its `tenant`).

    A subject is one person, and a member holds one subject of each: so an address that is given to
    somebody else there signs nobody in as the one before. The wire's lists are made from these
    rows and kept on the member (operations/registrations.py).
    """

    registration_id = models.CharField(max_length=80, primary_key=True, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="registrations")
    connection = models.ForeignKey(
        OIDCConnection, models.CASCADE, null=True, related_name="registrations"
    )
    provider = models.CharField(max_length=32, blank=True, default="")
    # Where subjects are told apart by workspace; "" too for what was noted before that was kept.
    tenant = models.CharField(max_length=255, blank=True, default="")
    subject = models.CharField(max_length=255)
    # What the provider called the person last: a change there is followed once.
    email_address = models.EmailField(max_length=254, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "registration_id")
        # In whichever organization: the constraints begin with one.
        indexes = (models.Index(fields=("subject", "provider"), name="registration_by_subject"),)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "subject"),
                condition=OF_CONNECTION,
                name="registration_subject_once_at_a_connection",
            ),
            models.UniqueConstraint(
                fields=("member", "connection"),
                condition=OF_CONNECTION,
                name="registration_one_of_a_connection",
            ),
            models.UniqueConstraint(
                fields=("organization", "provider", "tenant", "subject"),
                condition=~OF_CONNECTION,
                name="registration_subject_once_at_a_provider",
            ),
            models.UniqueConstraint(
                fields=("member", "provider", "tenant"),
                condition=~OF_CONNECTION,
                name="registration_one_of_a_provider",
            ),
        )

    def __str__(self) -> str:
        return self.registration_id
