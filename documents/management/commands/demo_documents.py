"""`manage.py demo_documents`: something to read in the demo organizations; again harmless."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.service import identity
from documents.models import Document

AUTHOR = "admin@acme.example"
# By organization; another one's are there to see that nobody sees them from Acme.
DOCUMENTS = {
    "acme": (
        ("Welcome to Acme", "Anvils are in the basement. Please sign them out."),
        ("Travel policy", "Rockets are for trips of more than 300 miles."),
        ("Catalogue 2027", "Draft. Prices follow when the magnets are back."),
    ),
    "globex": (("Relocation", "Cypress Creek has schools, parks and a volcano."),),
}


class Command(BaseCommand):
    help = "Seed documents for the organizations of `manage.py demo`. Needs DEBUG."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo documents are for development: they need DEBUG.")
        for slug, texts in DOCUMENTS.items():
            seed(slug, texts)


def seed(slug: str, texts: tuple[tuple[str, str], ...]) -> None:
    """An organization that has any keeps them as they are."""
    members = identity().organizations.members
    author = members.get(organization_id=slug, email_address=AUTHOR)
    ours = Document.objects.filter(organization_id=author.organization_id)
    if ours.exists():
        return
    for title, body in texts:
        Document.objects.create(
            organization_id=author.organization_id,
            member_id=author.member_id,
            author=author.email_address,
            title=title,
            body=body,
        )
