"""Which second factors a member can use for a step, and which one is asked for first."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.client.outcomes import MfaRequired

TOTP, SMS = "totp", "sms_otp"
PAGES = {TOTP: "accounts:second_factor_app", SMS: "accounts:second_factor_sms"}


@dataclass(frozen=True, slots=True)
class Ways:
    """By method: what is enrolled and allowed, and what could be set up instead of nothing."""

    usable: tuple[str, ...]
    offered: tuple[str, ...]

    @property
    def by_recovery_code(self) -> bool:
        """They come with an authenticator app, and are allowed when it is."""
        return TOTP in self.usable

    @property
    def count(self) -> int:
        return len(self.usable) + self.by_recovery_code


def ways(step: MfaRequired) -> Ways:
    """Something new can be set up only while nothing is: else a thief of the first factor would.

    A number on file is something, also before it is proven; one that was typed here isn't yet.
    """
    has = {TOTP: step.totp_enrolled, SMS: bool(step.phone) and not step.phone_typed}
    if step.totp_enrolled and not step.phone_verified:
        has[SMS] = False  # proving it takes the app's code, which is enough by itself
    usable = tuple(method for method in step.allowed_methods if has.get(method))
    return Ways(usable, () if usable else step.allowed_methods)


def may_text(step: MfaRequired) -> bool:
    """To a phone that is enrolled, or to the one being enrolled."""
    return SMS in ways(step).usable or (SMS in step.allowed_methods and step.sms_sent)


def first_page(step: MfaRequired) -> str:
    """The page to begin with, "" when there is nothing to prove yet (CONTRACT 5.5)."""
    usable = ways(step).usable
    if step.sms_sent and may_text(step):
        return reverse(PAGES[SMS])
    if step.default_method in usable:
        return reverse(PAGES[step.default_method])
    return reverse(PAGES[usable[0]]) if usable else ""
