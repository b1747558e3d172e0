"""Where mailed links may lead."""

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.operations import redirects


@pytest.fixture(autouse=True)
def _production(settings: Settings) -> None:
    settings.DEBUG = False
    settings.HTTPS = True
    settings.ALLOWED_HOSTS = ["app.example"]
    settings.PUBLIC_URL = "https://app.example"
    settings.REDIRECT_URLS = ["https://other.example/land?from=mail"]


def refusal(wanted: str, purpose: str = "discovery") -> str:
    try:
        redirects.choose(purpose=purpose, wanted=wanted)
    except ApiError as error:
        return error.error_type
    return ""


@pytest.mark.parametrize(
    "wanted",
    [
        "https://app.example/authenticate",
        "https://app.example:443/authenticate",
        "https://app.example/authenticate?next=%2Fhome",
        "https://other.example/land?from=mail",
        "https://other.example/land?from=mail&next=x",
    ],
)
def test_what_is_registered_is_taken(wanted: str) -> None:
    assert redirects.choose(purpose="login", wanted=wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/authenticate",
        "http://app.example/authenticate",
        "https://app.example:8443/authenticate",
        "https://app.example/elsewhere",
        "https://app.example/authenticate/../elsewhere",
        "https://app.example/authenticate#fragment",
        "https://app.example@evil.example/authenticate",
        "https://user@app.example/authenticate",
        "https://app.example\\@evil.example/authenticate",
        "https://evil.example\\app.example/authenticate",
        "https://app.example.evil.example/authenticate",
        "https://\u0430pp.example/authenticate",  # a Cyrillic letter in front
        "//app.example/authenticate",
        "/authenticate",
        "javascript:alert(1)//app.example/authenticate",
        "data:text/html,https://app.example/authenticate",
        "https://app.example/authenticate\nhttps://evil.example",
        "https://app.example/authenticate ",
        "https://app.example:port/authenticate",
        "https://[app.example/authenticate",
        "http://localhost:3000/authenticate",
        "http://127.0.0.1/authenticate",
        "app.example/authenticate",
        " ",
    ],
)
def test_nothing_else_is(wanted: str) -> None:
    assert refusal(wanted) == "no_match_for_provided_magic_link_url"


def test_a_registered_query_has_to_be_there() -> None:
    assert refusal("https://other.example/land") == "query_params_do_not_match"
    assert refusal("https://other.example/land?from=web") == "query_params_do_not_match"


@pytest.mark.parametrize(
    "wanted",
    [
        "http://localhost:3000/authenticate",
        "http://127.0.0.1:9/any/path",
        "http://[::1]:8000/authenticate",
    ],
)
def test_with_debug_loopback_is_good(settings: Settings, wanted: str) -> None:
    settings.DEBUG = True
    assert refusal(wanted) == ""
    assert refusal("http://localhost@evil.example/") == "no_match_for_provided_magic_link_url"


def test_without_a_public_url_the_app_s_hosts_are_its_own(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    settings.ALLOWED_HOSTS = [".app.example", "*"]
    assert refusal("https://eu.app.example/authenticate") == ""
    for other in (
        "https://eu.app.example/elsewhere",
        "http://eu.app.example/authenticate",
        "https://evil.example/authenticate",
    ):
        assert refusal(other) == "no_match_for_provided_magic_link_url"


def test_the_default_is_the_app_s_landing_page(settings: Settings) -> None:
    assert redirects.choose(purpose="login", wanted="") == "https://app.example/authenticate"
    settings.PUBLIC_URL = ""
    assert redirects.choose(purpose="login", wanted="") == "https://other.example/land?from=mail"


@pytest.mark.parametrize(
    ("purpose", "error_type"),
    [
        ("discovery", "no_discovery_redirect_url"),
        ("login", "no_login_redirect_urls_set"),
        ("signup", "no_signup_redirect_urls_set"),
        ("invite", "no_invite_redirect_urls_set"),
    ],
)
def test_without_any_the_use_is_named(settings: Settings, purpose: str, error_type: str) -> None:
    settings.PUBLIC_URL, settings.REDIRECT_URLS = "", []
    assert refusal("", purpose) == error_type
    settings.DEBUG = True
    assert redirects.choose(purpose=purpose, wanted="") == "http://localhost:3000/authenticate"


def test_our_parameters_replace_theirs() -> None:
    url = redirects.link(
        redirect_url="https://app.example/authenticate?a=1&token=theirs&stytch_token_type=x&b=",
        token_type="discovery",
        token="ours",
    )
    assert url == ("https://app.example/authenticate?a=1&b=&stytch_token_type=discovery&token=ours")
