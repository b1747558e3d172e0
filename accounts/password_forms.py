"""What a visitor sends about passwords; they are never tidied, and never sent back to the page."""

from typing import Any

from django import forms

from accounts.forms import Login

LONGEST = 256  # characters; far beyond what anybody remembers, and little to judge


def password_field(*, label: str, autocomplete: str, required: str) -> forms.CharField:
    """Managers fill it in by its `autocomplete`; pasting is what makes long ones bearable."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        error_messages={"required": required},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
    )


class Password(Login):
    password = password_field(
        label="Password", autocomplete="current-password", required="Enter your password."
    )
    field_order = ("email_address", "password", "next")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("email_address"):  # what is left to type
            self.fields["email_address"].widget.attrs.pop("autofocus")
            self.fields["password"].widget.attrs["autofocus"] = True


class Forgotten(Password):
    """For the link to set one: what stands in the other field doesn't matter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False


class CurrentPassword(forms.Form):
    """Of a member who is in already, to prove that it's still them."""

    password = password_field(
        label="Password", autocomplete="current-password", required="Enter your password."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autofocus"] = True


class NewPassword(forms.Form):
    """What a mailed link brings, and the password that is to be set through it."""

    # A manager that is about to save the password wants to know for whom.
    email_address = forms.EmailField(
        required=False,
        widget=forms.HiddenInput(attrs={"autocomplete": "username"}),
    )
    password = password_field(
        label="New password", autocomplete="new-password", required="Choose a password."
    )
    stytch_token_type = forms.CharField(max_length=64, widget=forms.HiddenInput)
    token = forms.CharField(max_length=512, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class Judged(forms.Form):
    """A password that is being typed, and the address it must not resemble."""

    password = forms.CharField(required=False, strip=False, max_length=LONGEST)
    email_address = forms.EmailField(required=False)
