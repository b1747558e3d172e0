"""What can be written."""

from django import forms


class Writing(forms.Form):
    title = forms.CharField(
        max_length=200,
        error_messages={"required": "Give the document a title."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    body = forms.CharField(
        label="Text", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 10})
    )
