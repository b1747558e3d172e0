"""An organization's single sign-on: connections made, completed from metadata, removed (2.7)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from identity import oidc
from identity.errors import bad_request
from identity.models import Member, OIDCConnection, Organization
from identity.oidc import text
from identity.operations import audit, connection_party, registrations
from identity.provider_http import ProviderFailed, is_allowed

ENDPOINTS = {
    "authorization_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "userinfo_url": "userinfo_endpoint",
    "jwks_url": "jwks_uri",
}


def get(connection_id: str) -> OIDCConnection:
    found = OIDCConnection.objects.select_related("organization").filter(pk=connection_id).first()
    if found is None:
        raise connection_party.not_found_here()
    return found


def of(organization: Organization) -> tuple[OIDCConnection, ...]:
    return tuple(organization.oidc_connections.select_related("organization"))


def create(
    *, organization: Organization, display_name: str, identity_provider: str, now: datetime
) -> OIDCConnection:
    connection = OIDCConnection(
        organization=organization,
        display_name=display_name,
        identity_provider=identity_provider,
        created_at=now,
        updated_at=now,
    )
    with transaction.atomic():
        connection.save(force_insert=True)
        _record("create", connection, now=now)
    return connection


def update(
    *, organization: Organization, connection_id: str, changes: dict[str, Any], now: datetime
) -> tuple[OIDCConnection, str]:
    """The connection and a warning, "" if there is nothing to warn of.

    A new issuer is asked for its endpoints, outside of the transaction; explicit values win (2.7).
    """
    _check_urls(changes)
    known = _in(organization, connection_id)
    found: dict[str, Any] = {}
    warning = ""
    if changes.get("issuer", known.issuer) != known.issuer:
        found, warning = _published(changes["issuer"])
    with transaction.atomic():
        locked = OIDCConnection.objects.select_for_update().get(pk=known.pk)
        _apply(locked, {**found, **changes, "updated_at": now})
        locked.save()
        publish(organization)
        _record("update", locked, now=now)
    return locked, warning


def delete(*, organization: Organization, connection_id: str, now: datetime) -> None:
    """Who is signed in by it stays so until the session ends; nobody gets in by it any more."""
    connection = _in(organization, connection_id)
    with transaction.atomic():
        if organization.sso_default_connection_id == connection_id:
            message = "Make another connection the default one first."
            raise bad_request("cannot_delete_default_sso_connection", message)
        for member in _registered(organization, connection_id):
            registrations.forget_connection(member, connection_id=connection_id)
        _record("delete", connection, now=now)
        OIDCConnection.objects.filter(pk=connection.pk).delete()
        publish(organization)


def publish(organization: Organization) -> None:
    """This will note the active connections with the organization, where they are shown."""
    active = [
        {
            "connection_id": each.connection_id,
            "display_name": each.display_name,
            "identity_provider": each.identity_provider,
        }
        for each in of(organization)
        if each.is_active
    ]
    Organization.objects.filter(pk=organization.pk).update(sso_active_connections=active)


def _in(organization: Organization, connection_id: str) -> OIDCConnection:
    """Another organization's connection is not there (QUALITY 53)."""
    found = organization.oidc_connections.filter(pk=connection_id).first()
    if found is None:
        raise connection_party.not_found_here()
    return found


def _published(issuer: str) -> tuple[dict[str, Any], str]:
    if not issuer:
        return {}, ""
    try:
        found = oidc.metadata(issuer)
    except ProviderFailed as failure:
        return {}, f"The issuer's metadata could not be read. {failure.message}"
    urls = {ours: text(found, theirs) for ours, theirs in ENDPOINTS.items()}
    if not all(is_allowed(url) for url in urls.values() if url):
        return {}, "The issuer's metadata names addresses that aren't https."
    ways = found.get("token_endpoint_auth_methods_supported")
    in_body_only = isinstance(ways, list) and "client_secret_basic" not in ways
    return {**urls, "secret_in_header": not in_body_only}, ""


def _check_urls(changes: dict[str, Any]) -> None:
    for name in ("issuer", *ENDPOINTS):
        if changes.get(name) and not is_allowed(changes[name]):
            raise bad_request("invalid_url", f"{name} has to be an https:// URL.")


def _apply(connection: OIDCConnection, values: dict[str, Any]) -> None:
    if "client_secret" in values:
        connection.secret_sealed = connection_party.sealed(values.pop("client_secret"))
    for name, value in values.items():
        setattr(connection, name, value)


def _registered(organization: Organization, connection_id: str) -> list[Member]:
    """As text, because SQLite can't look into JSON lists."""
    rows = organization.members.select_for_update()
    return list(rows.filter(sso_registrations__icontains=connection_id))


def _record(verb: str, connection: OIDCConnection, *, now: datetime) -> None:
    audit.record(
        action=f"sso_connection.{verb}",
        outcome="success",
        organization=connection.organization,
        connection_id=connection.connection_id,
        now=now,
    )
