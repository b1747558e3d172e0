"""Ways to sign in that begin with one press, as rows of buttons."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts import methods
from accounts.methods import Ways
from accounts.templatetags.ui import provider_name


@dataclass(frozen=True, slots=True)
class Choice:
    method: str
    text: str
    action: str


def of_discovery(providers: Iterable[str]) -> list[Choice]:
    return [
        Choice(
            f"{provider}_oauth",
            f"Continue with {provider_name(provider)}",
            reverse("accounts:login_provider", args=[provider]),
        )
        for provider in providers
    ]


def elsewhere(ways: Ways, *, slug: str) -> list[Choice]:
    """Providers first; what a colleague had to set up comes last."""
    by_provider = [
        Choice(
            f"{provider}_oauth",
            f"Continue with {provider_name(provider)}",
            reverse("accounts:organization_provider", args=[slug, provider]),
        )
        for provider in ways.providers
    ]
    by_connection = [
        Choice(
            methods.SSO,
            f"Continue with {connection.display_name or 'SSO'}",
            reverse("accounts:organization_sso", args=[slug, connection.connection_id]),
        )
        for connection in ways.connections
    ]
    return [*by_provider, *by_connection]


def all_of(ways: Ways, *, slug: str, mail_first: bool = False) -> list[Choice]:
    """For whom the address is known already: a mail is one press as well.

    `mail_first` where the address is to be shown: nothing does that more plainly.
    """
    at_home = {
        methods.CODE: (ways.code, "Email me a code", "organization_login"),
        methods.LINK: (ways.link, "Email me a link", "organization_link"),
        methods.PASSWORD: (ways.password, "Use a password", "organization_password"),
    }
    here = [
        Choice(method, text, reverse(f"accounts:{name}", args=[slug]))
        for method, (offered, text, name) in at_home.items()
        if offered
    ]
    return (
        [*here, *elsewhere(ways, slug=slug)] if mail_first else [*elsewhere(ways, slug=slug), *here]
    )
