"""The name of a static file is worked out once, and is what it would be anyway."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from pytest_django import Settings

from project.assets import Storage


@pytest.fixture
def storage(tmp_path: Path, settings: Settings) -> Storage:
    settings.STATIC_ROOT, settings.DEBUG = str(tmp_path), False
    (tmp_path / "staticfiles.json").write_text(
        '{"version": "1.1", "hash": "", "paths": {"css/base.css": "css/base.0123456789ab.css"}}'
    )
    return Storage()


def test_a_name_is_worked_out_once(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    stored_name = ManifestStaticFilesStorage.stored_name

    def counted(self: ManifestStaticFilesStorage, name: str) -> str:
        asked.append(name)
        return str(stored_name(self, name))

    monkeypatch.setattr(ManifestStaticFilesStorage, "stored_name", counted)
    urls = {storage.url("css/base.css") for _ in range(3)}
    assert urls == {"/static/css/base.0123456789ab.css"}
    assert asked == ["css/base.css"]


def test_a_file_that_is_not_there_is_still_an_error(storage: Storage) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match=r"nowhere\.css"):
            storage.url("css/nowhere.css")
