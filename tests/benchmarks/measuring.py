"""Rivals timed side by side: warmed up, in random turns, so that a busy moment hits them all."""

import gc
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median
from time import perf_counter

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds a call, one figure a round."""

    rounds: tuple[float, ...]

    @property
    def best(self) -> float:
        """The least disturbed round: what it costs when nothing else runs."""
        return min(self.rounds)

    @property
    def median(self) -> float:
        return median(self.rounds)


def in_turns(rivals: Mapping[str, Call], *, rounds: int, batch: float = 0.005) -> dict[str, Times]:
    """Time each rival `rounds` times, each time for about `batch` seconds of calls."""
    calls = {name: _calls_in(batch, call) for name, call in rivals.items()}
    found: dict[str, list[float]] = {name: [] for name in rivals}
    gc.collect()
    gc.freeze()  # what is loaded by now is not looked at again while we measure
    for _ in range(rounds):
        for name in random.sample(list(rivals), len(rivals)):
            found[name].append(seconds_for(calls[name], rivals[name]) / calls[name])
    return {name: Times(tuple(each)) for name, each in found.items()}


def seconds_for(times: int, call: Call) -> float:
    began = perf_counter()
    for _ in range(times):
        call()
    return perf_counter() - began


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _calls_in(seconds: float, call: Call) -> int:
    """The warm-up as well: the first calls fill caches and open connections."""
    for _ in range(3):
        call()
    return max(1, ceil(seconds / max(seconds_for(5, call) / 5, 1e-7)))
