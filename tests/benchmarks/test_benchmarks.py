"""Every section still runs, and says what it has to; how fast anything is, is not judged here."""

import random
import subprocess
import sys

import pytest

from project.environment import BASE_DIR
from tests.benchmarks import verdict
from tests.benchmarks.__main__ import SETTINGS, arguments

SAYS = {
    "checks": "a repeated check costs less than one raw RSA-2048 verification",
    "pages": "requests a second beside the peer's",
    "tabs": "backend calls",
    "sessions": "sessions/authenticate",
    "strangers": "no answer's time tells who is known",
    "strain": "others beside 200 sockets with half a request",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_section_runs_to_its_end(name: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", name]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert SAYS[name] in done.stdout


def test_without_a_name_every_section_runs() -> None:
    assert arguments([]).sections == list(SETTINGS)
    assert arguments(["tabs"]).sections == ["tabs"]


def answers(count: int, *, later: float) -> list[float]:
    """Of 20 ms, give or take 2, and some that met something else on the machine."""
    return [
        random.gauss(0.020 + later, 0.002) + random.choice([0] * 9 + [0.1]) for _ in range(count)
    ]


def test_a_difference_is_found_in_noise_as_large() -> None:
    random.seed(1)
    found = verdict.between(answers(400, later=0), answers(400, later=0.002))
    assert found.is_beyond(0.001)
    assert found.told > 0.65


def test_noise_alone_is_no_difference() -> None:
    random.seed(1)
    found = verdict.between(answers(400, later=0), answers(400, later=0))
    assert found.is_within(0.001)
    assert not found.is_beyond(0)
    assert 0.45 < found.told < 0.55
