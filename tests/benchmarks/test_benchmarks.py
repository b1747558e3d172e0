"""Every section still runs, and says what it has to; how fast anything is, is not judged here."""

import random
import subprocess
import sys

import pytest

from project.environment import BASE_DIR
from tests.benchmarks import strangers, verdict
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


def pairs(count: int, *, later: float) -> tuple[list[float], list[float]]:
    """Of 20 ms, give or take 2, on a machine that is slower for a while, now and then."""
    slowness = 0.0
    both: tuple[list[float], list[float]] = ([], [])
    for _ in range(count):
        slowness = min(0.03, max(0, slowness + random.gauss(0, 0.004)))
        for taken, more in zip(both, (0, later), strict=True):
            disturbed = random.choice([0] * 9 + [0.1])
            taken.append(random.gauss(0.020, 0.002) + more + slowness + disturbed)
    return both


def test_a_difference_is_found_in_noise_as_large() -> None:
    random.seed(1)
    found = verdict.between(*pairs(400, later=0.002))
    assert found.is_beyond(0.001)
    assert found.told > 0.65


def test_noise_alone_is_no_difference() -> None:
    random.seed(1)
    found = verdict.between(*pairs(400, later=0))
    assert found.is_within(0.001)
    assert not found.is_beyond(0)
    assert 0.45 < found.told < 0.55


def test_who_looks_again_has_to_be_surer() -> None:
    random.seed(1)
    taken = pairs(400, later=0)
    once, again = verdict.between(*taken), verdict.between(*taken, looks=5)
    assert again.low < once.low
    assert again.high > once.high


@pytest.mark.parametrize(
    ("later", "looks", "is_told"),
    [(0, 1, False), (0.005, 1, True), (0.001, 3, False)],
    ids=["clear at once", "told at once", "unclear to the end"],
)
def test_it_is_looked_at_until_it_is_clear(
    monkeypatch: pytest.MonkeyPatch, later: float, looks: int, is_told: bool
) -> None:
    random.seed(1)
    door = strangers.Door("door", {"unknown": lambda _: None, "a": lambda _: None})
    seen = 0

    def knock(doors: list[strangers.Door], *, seconds: float, rounds: int) -> None:
        nonlocal seen
        seen += 1
        assert doors == [door]
        unknown, known = pairs(400, later=later)
        door.taken.setdefault("unknown", []).extend(unknown)
        door.taken.setdefault("a", []).extend(known)

    monkeypatch.setattr(strangers, "LOOKS", 3)
    monkeypatch.setattr(strangers, "knock_in_turns", knock)
    found = strangers.clear([door])
    assert seen == looks
    assert strangers.is_clear(found) is (looks < 3)
    assert any(each.is_beyond(strangers.TOLERANCE) for each in found.values()) is is_told


def test_further_looks_are_for_what_is_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    random.seed(1)
    asked: list[list[str]] = []

    def knock(doors: list[strangers.Door], *, seconds: float, rounds: int) -> None:
        asked.append([door.name for door in doors])
        for door in doors:
            taken = pairs(400, later=0.001 if door.name == "unclear" else 0)
            for kind, times in zip(("unknown", "a"), taken, strict=True):
                door.taken.setdefault(kind, []).extend(times)

    monkeypatch.setattr(strangers, "LOOKS", 2)
    monkeypatch.setattr(strangers, "knock_in_turns", knock)
    kinds = {"unknown": lambda _: print, "a": lambda _: print}
    found = strangers.clear([strangers.Door("clear", kinds), strangers.Door("unclear", kinds)])
    assert asked == [["clear", "unclear"], ["unclear"]]
    assert set(found) == {("clear", "a"), ("unclear", "a")}
