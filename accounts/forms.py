"""What a visitor can send while signing in, and how it is tidied before anyone looks at it."""

import re

from django import forms

CODE_LENGTH = 6
# What people paste around the digits: spaces, dashes of every kind, zero-width characters.
AROUND_DIGITS = re.compile(r"[\s\-\u2010-\u2015\u200b\u2060\ufeff.]+")

# The kinds of mailed link, as the service names them in the address it mails.
DISCOVERY, ORGANIZATION = "discovery", "multi_tenant_magic_links"


class Login(forms.Form):
    email_address = forms.EmailField(
        label="Work email",
        max_length=254,
        error_messages={
            "required": "Enter your work email.",
            "invalid": "That doesn’t look like an email address. Check it for typing slips.",
        },
        widget=forms.EmailInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class Code(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=32,
        error_messages={"required": "Enter the code from the email."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )
    # Outlives the cookie of the step, so that a page left open too long keeps the address.
    email_address = forms.EmailField(required=False, widget=forms.HiddenInput)

    def clean_code(self) -> str:
        code = AROUND_DIGITS.sub("", self.cleaned_data["code"])
        if not (len(code) == CODE_LENGTH and code.isascii() and code.isdecimal()):
            raise forms.ValidationError("The code has six digits. Check the newest email.")
        return code


class Link(forms.Form):
    """What a mailed link brings: which kind of sign-in it is for, and its one-time token."""

    stytch_token_type = forms.ChoiceField(
        choices=[(kind, kind) for kind in (DISCOVERY, ORGANIZATION)], widget=forms.HiddenInput
    )
    token = forms.CharField(max_length=512, widget=forms.HiddenInput)
