"""Each import contract of pyproject.toml breaks on a violation planted for it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from project.environment import BASE_DIR

ROOMS = ("project", "accounts", "orgswitcher", "identity", "outbound", "documents")
CONFIGURATION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
CONTRACTS = [one["name"] for one in CONFIGURATION["tool"]["importlinter"]["contracts"]]

# contract → where to plant → what
VIOLATIONS = {
    "project knows orgswitcher knows accounts": (
        "accounts/navigation.py",
        "import orgswitcher.urls",
    ),
    "accounts reads downwards, from views to the client": (
        "accounts/cookies.py",
        "import accounts.hydration",
    ),
    "identity is reached by HTTP: only project may import it": (
        "orgswitcher/forms.py",
        "import identity.models",
    ),
    "the example app is project's to mount": ("accounts/navigation.py", "import documents.models"),
    "identity knows no other room": ("identity/policy.py", "import accounts.client.errors"),
    "outbound is below all rooms": ("outbound/places.py", "import identity.errors"),
    "the client knows no Django": ("accounts/client/tokens.py", "import django.conf"),
    "only the client and its transports speak httpx": ("accounts/views/login.py", "import httpx"),
    "identity: the edge calls operations, operations use models": (
        "identity/models/member.py",
        "import identity.operations.members",
    ),
    "the policy is pure": ("identity/policy.py", "import django.db"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rooms, where something can be planted in them."""
    for room in ROOMS:
        shutil.copytree(
            BASE_DIR / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(BASE_DIR / "pyproject.toml", tmp_path)
    return tmp_path


def broken(directory: Path) -> set[str]:
    """The names of the contracts that import-linter finds broken."""
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"],
        cwd=directory,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout
    return {name for name in CONTRACTS if f"{name} BROKEN" in done.stdout}


def test_nothing_is_broken_as_it_stands(copy: Path) -> None:
    assert broken(copy) == set()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_planted_import_breaks_its_contract(copy: Path, contract: str) -> None:
    file, statement = VIOLATIONS[contract]
    target = copy / file
    target.write_text(f"{target.read_text()}\n{statement}\n")
    assert contract in broken(copy)
