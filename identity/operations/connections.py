"""An organization's single sign-on: connections made, completed from metadata, removed (2.7)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from identity import provider_http
from identity.errors import ApiError, bad_request
from identity.models import OIDCConnection, Organization, ProviderToken
from identity.operations import audit, connection_party, connection_settings, registrations


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

    Its provider is asked first, so that the answer says what will not work.
    """
    known = _in(organization, connection_id)
    tidied = connection_settings.tidied(changes)
    with provider_http.chosen_by(known.organization_id):
        wanted = connection_settings.completed(known, tidied)
    with transaction.atomic():
        locked = OIDCConnection.objects.select_for_update().get(pk=known.pk)
        if locked.issuer != known.issuer:
            raise _changed_meanwhile()
        _apply(locked, {**wanted.values, "updated_at": now})
        locked.save()
        if wanted.moves:
            _forget_people(locked, now=now)
        publish(organization)
        _record("update", locked, warning=wanted.warning, now=now)
    return locked, wanted.warning


def delete(*, organization: Organization, connection_id: str, now: datetime) -> None:
    """Who is signed in by it stays so until the session ends; nobody gets in by it any more."""
    connection = _in(organization, connection_id)
    with transaction.atomic():
        if organization.sso_default_connection_id == connection_id:
            message = "Make another connection the default one first."
            raise bad_request("cannot_delete_default_sso_connection", message)
        registrations.forget_connection(connection, now=now)
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


def _forget_people(connection: OIDCConnection, *, now: datetime) -> None:
    """Those of the provider it had before, also who is just coming back from there."""
    registrations.forget_connection(connection, now=now)
    ProviderToken.objects.filter(connection=connection).delete()


def _in(organization: Organization, connection_id: str) -> OIDCConnection:
    """Another organization's connection is not there (QUALITY 53)."""
    found = organization.oidc_connections.filter(pk=connection_id).first()
    if found is None:
        raise connection_party.not_found_here()
    return found


def _apply(connection: OIDCConnection, values: dict[str, Any]) -> None:
    if "client_secret" in values:
        connection.secret_sealed = connection_party.sealed(values.pop("client_secret"))
    for name, value in values.items():
        setattr(connection, name, value)


def _record(verb: str, connection: OIDCConnection, *, now: datetime, warning: str = "") -> None:
    audit.record(
        action=f"sso_connection.{verb}",
        outcome="success",
        organization=connection.organization,
        connection_id=connection.connection_id,
        now=now,
        warning=warning,
    )


def _changed_meanwhile() -> ApiError:
    """Somebody else has saved another issuer: what was found out of this one is worth nothing."""
    message = "The connection was changed meanwhile. Look at it, and save again."
    return ApiError(409, "sso_connection_changed", message)
