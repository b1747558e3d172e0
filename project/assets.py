"""Static files under names that tell their content, each name worked out once a process."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """A page names ten files, and the manifest that says what they are called never changes."""

    def __init__(self) -> None:
        super().__init__()
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        if name not in self._urls or force:
            self._urls[name] = super().url(name, force)
        return self._urls[name]
