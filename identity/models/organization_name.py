"""What an organization is found by besides its id: slugs and external ids, in one name space.

Backends name an organization by any of the three in one parameter, and strangers choose slugs. So
a name is one organization's, in any case of letters, and none looks like an id. The primary key and
the constraints hold that, whoever writes: what isn't in this table finds nothing.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from identity import identifiers


class OrganizationName(models.Model):
    folded = models.CharField(max_length=128, primary_key=True)
    organization = models.ForeignKey("identity.Organization", models.CASCADE, related_name="names")
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
        )

    def __str__(self) -> str:
        return self.folded
