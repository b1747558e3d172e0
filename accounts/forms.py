"""What a visitor can send while signing in, and how it is tidied before anyone looks at it."""

import re

from django import forms

from accounts import stamps

CODE_LENGTH = 6
# What people paste around the digits: spaces, dashes of every kind, zero-width characters.
AROUND_DIGITS = re.compile(r"[\s\-\u2010-\u2015\u200b\u2060\ufeff.]+")

# What a visitor can land with, as the service names it in the address: mailed links, one that sets
# a password, and what providers send back.
DISCOVERY, ORGANIZATION = "discovery", "multi_tenant_magic_links"
NEW_PASSWORD, *PROVIDERS = "multi_tenant_passwords", "discovery_oauth", "oauth", "sso"


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


def code_field(*, label: str, required: str) -> forms.CharField:
    """One field for six digits, which phones and password managers know how to fill in."""
    return forms.CharField(
        label=label,
        max_length=32,
        error_messages={"required": required},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )


class Code(forms.Form):
    source = "the newest email"

    code = code_field(label="Code", required="Enter the code from the email.")
    # Outlives the cookie of the step, so that a page left open too long keeps the address.
    email_address = forms.EmailField(required=False, widget=forms.HiddenInput)

    def clean_code(self) -> str:
        code = AROUND_DIGITS.sub("", self.cleaned_data["code"])
        if not (len(code) == CODE_LENGTH and code.isascii() and code.isdecimal()):
            raise forms.ValidationError(f"The code has six digits. Check {self.source}.")
        return code


class Link(forms.Form):
    """What a link brings: which kind of sign-in it is for, its one-time token, and whose mail."""

    stytch_token_type = forms.ChoiceField(
        choices=[(kind, kind) for kind in (DISCOVERY, ORGANIZATION, NEW_PASSWORD, *PROVIDERS)],
        widget=forms.HiddenInput,
    )
    token = forms.CharField(max_length=512, widget=forms.HiddenInput)
    # The mark of the mail that the link came in (accounts.pending.CodeSent).
    asked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class Duration(forms.Form):
    """How long a session is to go on from now, in minutes as the service takes them."""

    session_duration_minutes = forms.IntegerField(required=False, min_value=5, max_value=527_040)


class Takeover(forms.Form):
    """The tokens of a session made elsewhere; as secret as passwords, so never sent back."""

    session_token = forms.RegexField(
        rf"\A(?:{stamps.TOKEN.pattern})\Z",
        label="Session token",
        strip=True,
        max_length=1026,
        error_messages={
            "required": "Paste the session token.",
            "invalid": "That isn’t a session token. Paste all of it, and nothing else.",
        },
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    session_jwt = forms.CharField(
        label="Session JWT (optional)",
        required=False,
        max_length=8192,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def tokens(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("session_token", "session_jwt")}
