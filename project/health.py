"""Two questions of whoever runs the app: is it alive, and what keeps it from serving people?"""

import logging
from collections.abc import Callable

from django.conf import STATICFILES_STORAGE_ALIAS
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import Error as DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from accounts import service
from accounts.access import anonymous_allowed
from accounts.client.errors import IdentityError
from project.postgres import patience

logger = logging.getLogger(__name__)

# Of all checks together: a load balancer mostly waits for 5.
DATABASE_SECONDS = 2
# What a check may meet when its dependency is down; anything else is a bug and should look like it.
OUTAGES = (DatabaseError, RedisError, IdentityError, OSError)


class NotReady(Exception):
    """Why a check fails, in words that anybody may read."""


@anonymous_allowed
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers; nothing else is asked, so that an outage elsewhere restarts nobody."""
    return JsonResponse({"status": "alive"})


@anonymous_allowed
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    with patience.within(DATABASE_SECONDS):
        checks = {name: _outcome(name, check) for name, check in CHECKS.items()}
    ready = set(checks.values()) == {"ok"}
    body = {"status": "ready" if ready else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as reason:
        return str(reason)
    except OUTAGES:
        logger.warning("Not ready: %s", name, exc_info=True)  # the details are for the log alone
        return "unreachable"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("not applied: run manage.py migrate")


def _cache() -> None:
    cache.set("readyz", "ok", timeout=10)
    if cache.get("readyz") != "ok":
        raise NotReady("does not remember")


def _identity() -> None:
    """The service answers, and publishes the keys that sessions are verified with.

    While the client leaves it alone, keys from a cache in front of it don't make this ready.
    """
    service.identity().ready()


def _static_files() -> None:
    storage = storages[STATICFILES_STORAGE_ALIAS]
    if isinstance(storage, ManifestStaticFilesStorage) and not storage.hashed_files:
        raise NotReady("not collected: run manage.py collectstatic")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
    "identity": _identity,
    "static files": _static_files,
}

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
PROBES = {f"/{route.pattern}": route.callback for route in urlpatterns}


class ProbeMiddleware:
    """Answers these two before ALLOWED_HOSTS is asked: a load balancer probes by bare address.

    Neither answer says or links to the host it was asked for, so there is nothing to poison.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)
