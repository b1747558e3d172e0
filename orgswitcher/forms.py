"""What can be sent while choosing, creating and switching organizations."""

from django import forms
from django.http import QueryDict
from django.utils.text import slugify

SLUG_LENGTH = 128  # as the service stores it


class Choice(forms.Form):
    """Which row was pressed; `organization_id` is taken: it says where the page was drawn.

    Only ids, as the rows have them: by a name the service would find an organization as well, and
    its refusals would tell strangers which external ids there are.
    """

    target = forms.RegexField(r"^organization-(?:test|live)-[\w-]+\Z", max_length=128)


class Filter(forms.Form):
    q = forms.CharField(required=False, max_length=128, strip=True)


def wanted(query: QueryDict) -> str:
    """What is searched for; a search that makes no sense finds everything."""
    form = Filter(query)
    return str(form.cleaned_data["q"]) if form.is_valid() else ""


class Organization(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=128,
        error_messages={"required": "Give the organization a name."},
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    slug = forms.CharField(
        label="Short name",
        required=False,
        max_length=SLUG_LENGTH,
        help_text="Used in addresses. Left empty, it is made from the name.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    # What was last made from the name: a short name that differs from it was typed by a person.
    derived = forms.CharField(required=False, max_length=SLUG_LENGTH, widget=forms.HiddenInput)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        slug = slug.lower() or derive_slug(self.cleaned_data.get("name", ""))
        if not slug and self.cleaned_data.get("name"):
            raise forms.ValidationError("Choose a short name: two letters or digits at least.")
        return slug


def derive_slug(name: str) -> str:
    """Two letters at least, as the service asks; a name without any is left to the person."""
    slug = slugify(name)[:SLUG_LENGTH].strip("-")
    return slug if len(slug) > 1 else ""
