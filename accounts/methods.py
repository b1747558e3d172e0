"""The ways to prove who one is first, by the names the service has for them (CONTRACT 3.3)."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.client.entities import (
    Factor,
    MemberSession,
    Organization,
    SsoConnection,
    is_restricted,
)
from accounts.client.providers import OAUTH

CODE, LINK, PASSWORD, SSO = "email_otp", "magic_link", "password", "sso"
PROVIDERS = {f"{provider}_oauth": provider for provider in OAUTH}
ALL = frozenset({CODE, LINK, PASSWORD, SSO, *PROVIDERS})


@dataclass(frozen=True, slots=True)
class Ways:
    """What a page can offer, in the order it does."""

    code: bool = False
    link: bool = False
    password: bool = False
    providers: tuple[str, ...] = ()
    connections: tuple[SsoConnection, ...] = ()

    @property
    def mail(self) -> bool:
        return self.code or self.link

    @property
    def only_elsewhere(self) -> bool:
        return not (self.mail or self.password)

    def __bool__(self) -> bool:
        return bool(not self.only_elsewhere or self.providers or self.connections)


def ways(
    methods: Collection[str],
    *,
    providers: Collection[str],
    connections: tuple[SsoConnection, ...] = (),
) -> Ways:
    """This will keep what is set up: providers that have a client, connections that are there."""
    return Ways(
        code=CODE in methods,
        link=LINK in methods,
        password=PASSWORD in methods,
        providers=tuple(
            provider
            for method, provider in PROVIDERS.items()
            if method in methods and provider in providers
        ),
        connections=connections if SSO in methods else (),
    )


def allowed(organization: Organization) -> frozenset[str]:
    return frozenset(organization.allowed_auth_methods) if is_restricted(organization) else ALL


def proven(session: MemberSession) -> str:
    """The method of the first factor that was shown last, "" when there is none we know."""
    shown = sorted(session.factors, key=lambda factor: factor.last_authenticated_at, reverse=True)
    return next((method for method in map(of_factor, shown) if method), "")


def of_factor(factor: Factor) -> str:
    if factor.type == "oauth":
        provider = factor.delivery_method.rpartition("_")[2]
        return f"{provider}_oauth" if provider in OAUTH else ""
    return factor.type if factor.type in ALL else ""
