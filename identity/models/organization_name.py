"""What an organization is found by besides its id: slugs and external ids, in one name space.

Backends name an organization by any of the three in one parameter, and strangers choose slugs. So
a name is one organization's, in any case of letters, and none looks like an id. The primary key and
the constraints hold that, whoever writes: what isn't in this table finds nothing.

A name that is given up finds nothing either, but stays here: links and bookmarks still name it, and
whoever had it a minute later would receive them. Its own organization may take it back.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from identity import identifiers

# So long nobody else has a name that was given up.
KEPT = timedelta(days=90)
# Of one organization, the newest: or by renaming one somebody could take every name there is.
MOST_KEPT = 5


class OrganizationName(models.Model):
    """`released_at` is None while it is in use; without an organization that was deleted."""

    folded = models.CharField(max_length=128, primary_key=True)
    organization = models.ForeignKey(
        "identity.Organization", models.CASCADE, related_name="names", null=True
    )
    released_at = models.DateTimeField(null=True)
    # An external id isn't one, unless the slug is the same word.
    is_slug = models.BooleanField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(folded=Lower("folded")) & ~Q(folded=""),
                name="organization_name_is_folded",
            ),
            models.CheckConstraint(
                condition=~identifiers.like_ids("folded", "organization"),
                name="organization_name_is_no_id",
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(released_at__isnull=False),
                name="organization_name_in_use_is_somebodys",
            ),
        )

    def __str__(self) -> str:
        return self.folded

    @staticmethod
    def is_free(now: datetime) -> Q:
        """Given up long enough ago."""
        return Q(released_at__lte=now - KEPT)
