"""What a member can send about their own factors."""

from django import forms

from accounts.password_forms import password_field


class Default(forms.Form):
    method = forms.ChoiceField(choices=[("totp", "totp"), ("sms_otp", "sms_otp")])


class Enrolment(forms.Form):
    at_sign_in = forms.ChoiceField(choices=[("ask", "ask"), ("no", "no")])


class NewPassword(forms.Form):
    # A manager that is about to save the password wants to know for whom.
    email_address = forms.EmailField(
        required=False, widget=forms.HiddenInput(attrs={"autocomplete": "username"})
    )
    password = password_field(
        label="New password", autocomplete="new-password", required="Choose a password."
    )
