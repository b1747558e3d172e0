"""What a visitor can send for a second factor: a code of some kind, or a phone number."""

import re

from django import forms

from accounts.forms import Code, code_field

# As people write numbers: "+44 (0)20 …" keeps its 0 and is refused, by the service if not here.
BETWEEN_DIGITS = re.compile(r"[\s\-\u2010-\u2015\u200b\u2060\ufeff./()]+")
NUMBER = re.compile(r"\+[0-9]{6,15}")


class TextCode(Code):
    """`target` is the organization the step leads to, for a form that outlives its step."""

    source = "the newest text message"

    code = code_field(
        label="Code from the text message", required="Enter the code from the text message."
    )
    target = forms.CharField(required=False, widget=forms.HiddenInput)


class AppCode(Code):
    source = "your authenticator app"

    code = code_field(label="Code from the app", required="Enter the code from the app.")
    target = forms.CharField(required=False, widget=forms.HiddenInput)


class RecoveryCode(forms.Form):
    """What doesn't look like one is the service's to refuse: other services have other codes."""

    code = forms.CharField(
        label="Recovery code",
        max_length=64,
        error_messages={"required": "Enter one of your recovery codes."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
    )
    email_address = forms.EmailField(required=False, widget=forms.HiddenInput)
    target = forms.CharField(required=False, widget=forms.HiddenInput)


class Phone(forms.Form):
    phone_number = forms.CharField(
        label="Mobile number",
        max_length=40,
        help_text="With the country code, like +1 201 555 0123.",
        error_messages={"required": "Enter your mobile number."},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "autofocus": True, "type": "tel"}),
    )
    email_address = forms.EmailField(required=False, widget=forms.HiddenInput)
    target = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_phone_number(self) -> str:
        number = BETWEEN_DIGITS.sub("", self.cleaned_data["phone_number"])
        number = re.sub(r"^00", "+", number)
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError("Begin with + and the country code, like +1 201 555 0123.")
        return number
