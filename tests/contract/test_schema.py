"""Schemathesis throws what the schema allows, and what it forbids, at every route."""

import schemathesis
from hypothesis import HealthCheck, Phase, settings as hypothesis_settings
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.generation.modes import GenerationMode

from identity.api.api import api

# Few and always the same: whoever wants to dig deeper raises this by hand.
EXAMPLES = 8
# What a caller may be told about a request that makes sense to nobody.
CLEAR = {200, 400, 401, 403, 404, 405, 429}

schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/v1/"))
schema.config.generation.update(modes=list(GenerationMode))


@schema.parametrize()
@hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_makes_it_stumble(
    case: schemathesis.Case, live_server: LiveServer, settings: Settings
) -> None:
    """Never a 500, never a page: always the contract's envelope."""
    credentials = (settings.IDENTITY_PROJECT_ID, settings.IDENTITY_SECRET)
    response = case.call(base_url=live_server.url, auth=credentials, timeout=5)
    assert response.headers["content-type"] == ["application/json"], response.text
    assert response.status_code in CLEAR, response.text
    if response.status_code != 200:
        body = response.json()
        assert body["status_code"] == response.status_code
        assert body["error_type"]
        assert body["error_message"]
