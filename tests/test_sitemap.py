"""The sitemap: who may enter without being signed in, and that every name leads somewhere."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts import access

# Everybody may open these without being signed in, and nothing else.
ANONYMOUS = {
    "healthz", "readyz",
    "accounts:login", "accounts:login_code", "accounts:login_link", "accounts:login_resend",
    "accounts:login_provider", "accounts:organization_login", "accounts:organization_link",
    "accounts:organization_password", "accounts:organization_forgot",
    "accounts:organization_provider", "accounts:organization_sso", "accounts:password_strength",
    "accounts:authenticate", "accounts:second_factor", "accounts:step_up", "accounts:abandon",
    "accounts:second_factor_choose", "accounts:second_factor_sms", "accounts:second_factor_send",
    "accounts:second_factor_app", "accounts:second_factor_registration",
    "accounts:second_factor_enrolment", "accounts:second_factor_phone",
    "accounts:second_factor_recovery",
    "accounts:unasked", "accounts:unasked_refusal",
    "accounts:session", "accounts:session_refresh", "accounts:session_extend",
    "accounts:session_authenticate",
    "accounts:session_hydrate", "accounts:logo", "accounts:logout", "accounts:not_me",
    "orgswitcher:organizations", "orgswitcher:organization_choose",
    "orgswitcher:organization_new", "orgswitcher:slug_preview",
}  # fmt: skip
# Not pages of people's: the API has its own way to ask who is there, dev/ exists with DEBUG.
ELSEWHERE = ("v1/", ".well-known/", "dev/")


def patterns(
    resolver: URLResolver, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every route of the app with the name it is reversed by."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, route, inner)
        else:
            yield route, f"{namespace}{entry.name}", entry


PAGES = [found for found in patterns(get_resolver()) if not found[0].startswith(ELSEWHERE)]


def test_only_these_views_let_strangers_in() -> None:
    """A step of a sign-in has no member yet either: `during` lets its owner in, and nobody else."""
    open_ = {
        name for _, name, pattern in PAGES if access.allows(pattern.callback, "anonymous_allowed")
    }
    assert open_ == ANONYMOUS


@pytest.mark.parametrize(("route", "name", "pattern"), PAGES, ids=[found[1] for found in PAGES])
def test_every_url_has_a_name_that_leads_to_its_view(
    route: str, name: str, pattern: URLPattern
) -> None:
    arguments = dict.fromkeys(pattern.pattern.converters, "0" * 8)
    assert resolve(reverse(name, kwargs=arguments)).func == pattern.callback, route
