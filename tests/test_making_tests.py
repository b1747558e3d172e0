"""What `make test` says of a machine that can't run everything."""

import pytest

from scripts import test as making
from tests import postgres


@pytest.fixture
def without_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "binaries", lambda: "")


@pytest.mark.parametrize(("where", "fails"), [("true", True), ("1", True), ("", False)])
def test_without_postgresql_only_ci_fails(
    without_postgres: None, monkeypatch: pytest.MonkeyPatch, where: str, fails: bool
) -> None:
    """A lock of a row that is gone shows nowhere else."""
    monkeypatch.setenv("CI", where)
    outcome = making.on_postgres()
    assert outcome.startswith(making.FAILED) is fails
    assert "no PostgreSQL server" in outcome


@pytest.mark.parametrize(("code", "said"), [("0", "passed"), ("3", "FAILED, see above")])
def test_a_part_that_ends_badly_has_failed(code: str, said: str) -> None:
    assert making.run("tests.test_making_tests", code) == said


if __name__ == "__main__":
    import sys

    sys.exit(int(sys.argv[1]))
