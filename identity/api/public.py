"""Where browsers begin to sign in by a provider (CONTRACT 2.8); callbacks.py is where they return.

No project secret here: the public token, registered redirect URLs, and a cookie are what counts.
"""

from typing import Annotated

from django.conf import settings
from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from identity import flow_cookie, parties, public_url, tokens
from identity.api import browser, edge
from identity.api.magic_links import Challenge, RedirectUrl
from identity.api.schemas import Body
from identity.errors import bad_request, not_found
from identity.models import Organization
from identity.oidc import RelyingParty
from identity.operations import (
    connection_party,
    connections,
    flows,
    organizations,
    redirects,
)
from identity.operations.flows import Flow, Kind
from identity.provider_http import ProviderFailed

# Not for SDKs, hence not in the schema by which the contract tests count routes.
router = Router(auth=None)
OAUTH_CALLBACK = "/v1/b2b/oauth/callback/"
SSO_CALLBACK = "/v1/b2b/sso/callback/"
PASSED_ON = "provider_"


class Start(Body):
    public_token: str
    pkce_code_challenge: Challenge = ""


class StartDiscovery(Start):
    discovery_redirect_url: RedirectUrl = ""
    custom_scopes: Annotated[str, Field(max_length=1000)] = ""


class StartLogin(Start):
    login_redirect_url: RedirectUrl = ""
    signup_redirect_url: RedirectUrl = ""
    organization_id: str = ""
    slug: str = ""
    custom_scopes: Annotated[str, Field(max_length=1000)] = ""


class StartSSO(StartLogin):
    connection_id: str = ""


@router.get("/b2b/public/oauth/{provider}/discovery/start", include_in_schema=False)
@browser.for_people
def start_discovery(request: edge.ApiRequest, provider: str) -> HttpResponse:
    asked = browser.query(request, StartDiscovery)
    _check(asked.public_token)
    parties.get(provider)
    url = redirects.choose(purpose="discovery", wanted=asked.discovery_redirect_url)
    flow = _flow(
        request, Kind.DISCOVERY, asked, by=provider, urls=(url, url), callback=OAUTH_CALLBACK
    )
    return _begin(request, flow, scopes=asked.custom_scopes)


@router.get("/b2b/public/oauth/{provider}/start", include_in_schema=False)
@browser.for_people
def start_oauth(request: edge.ApiRequest, provider: str) -> HttpResponse:
    asked = browser.query(request, StartLogin)
    _check(asked.public_token)
    parties.get(provider)
    _locate("oauth_organization", asked)
    organization = _organization(asked)
    flow = _flow(
        request,
        Kind.OAUTH,
        asked,
        by=provider,
        organization_id=organization.pk,
        urls=_urls(asked),
        callback=OAUTH_CALLBACK,
    )
    return _begin(request, flow, scopes=asked.custom_scopes)


@router.get("/public/sso/start", include_in_schema=False)
@browser.for_people
def start_sso(request: edge.ApiRequest) -> HttpResponse:
    asked = browser.query(request, StartSSO)
    _check(asked.public_token)
    _locate("sso_connection", asked, asked.connection_id)
    if asked.connection_id:
        connection = connections.get(asked.connection_id)
    else:
        connection = connection_party.for_sign_in(_organization(asked))
    flow = _flow(
        request,
        Kind.SSO,
        asked,
        by=connection.pk,
        organization_id=connection.organization_id,
        urls=_urls(asked),
        callback=SSO_CALLBACK,
    )
    return _begin(request, flow, scopes="")


def _flow(
    request: edge.ApiRequest,
    kind: Kind,
    asked: Start,
    *,
    by: str,
    urls: tuple[str, str],
    callback: str,
    organization_id: str = "",
) -> Flow:
    return Flow(
        kind=kind.value,
        by=by,
        organization_id=organization_id,
        login_url=urls[0],
        signup_url=urls[1],
        challenge=asked.pkce_code_challenge,
        redirect_uri=public_url.callback(request, callback + by),
        expires_at=(request.now + flow_cookie.LIFETIME).timestamp(),
    )


def _begin(request: edge.ApiRequest, flow: Flow, *, scopes: str) -> HttpResponse:
    """Nothing is written: the cookie has it all. That a provider is down, the app should say."""
    try:
        party = _party(flow)
    except ProviderFailed as failure:
        return browser.redirect(
            redirects.failed(
                redirect_url=flow.login_url, token_type=flow.kind, error=failure.error_type
            )
        )
    beside, now = flow_cookie.read(request), request.now
    begun = flows.begin(
        flow, party=party, scopes=scopes, passed_on=_passed_on(request), beside=beside, now=now
    )
    # the demo provider's page is a bare path: wherever the app itself is
    to = public_url.below(begun.url) if begun.url.startswith("/") else begun.url
    response = browser.redirect(to)
    flow_cookie.keep(response, begun.sealed)
    return response


def _party(flow: Flow) -> RelyingParty:
    if flow.kind == Kind.SSO:
        return connection_party.party(connections.get(flow.by))
    return parties.party(flow.by)


def _passed_on(request: edge.ApiRequest) -> dict[str, str]:
    """`provider_prompt=login` goes to the provider as `prompt=login`."""
    given = request.GET.items()
    return {
        name.removeprefix(PASSED_ON): str(value)
        for name, value in given
        if name.startswith(PASSED_ON)
    }


def _urls(asked: StartLogin) -> tuple[str, str]:
    login = redirects.choose(purpose="login", wanted=asked.login_redirect_url)
    signup = asked.signup_redirect_url or asked.login_redirect_url
    return login, redirects.choose(purpose="signup", wanted=signup)


def _organization(asked: StartLogin) -> Organization:
    """Either way only by what is public: external ids can't be tried out here."""
    if asked.slug:
        return organizations.get_by_slug(asked.slug)
    return organizations.get_by_id(asked.organization_id)


def _locate(what: str, asked: StartLogin, *others: str) -> None:
    """Exactly one of those that may say where to."""
    given = [each for each in (asked.organization_id, asked.slug, *others) if each]
    if not given:
        raise bad_request(
            f"missing_{what}_locator", "The query names no organization or connection."
        )
    if len(given) > 1:
        raise bad_request(f"too_many_{what}_locators", "The query names more than one place to go.")


def _check(public_token: str) -> None:
    right = settings.IDENTITY_PUBLIC_TOKEN
    if not right or not tokens.same(public_token, right):
        raise not_found("public_token_not_found", "The public token is not the project's.")
