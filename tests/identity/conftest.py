"""The identity service by itself."""

import pytest
from pytest_django import Settings

from tests.identity.api import Api


@pytest.fixture
def api(settings: Settings, db: None) -> Api:
    """The API without pages or middleware around it: it must stand alone."""
    settings.ROOT_URLCONF = "tests.identity.urls"
    settings.MIDDLEWARE = []
    return Api()
