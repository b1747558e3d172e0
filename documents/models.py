"""A page of text that belongs to one organization."""

import secrets

from django.db import models


def new_document_id() -> str:
    return secrets.token_urlsafe(12)


class Document(models.Model):
    document_id = models.CharField(
        max_length=32, primary_key=True, default=new_document_id, editable=False
    )
    # Ids of the identity service, which is reached by HTTP only: no foreign keys.
    organization_id = models.CharField(max_length=80, db_index=True)
    member_id = models.CharField(max_length=80)
    author = models.CharField(max_length=254)
    title = models.CharField(max_length=200)
    body = models.TextField(max_length=10_000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at", "document_id")

    def __str__(self) -> str:
        return self.title
