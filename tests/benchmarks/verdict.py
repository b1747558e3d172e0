"""Whether two kinds of answer can be told apart by how long they take: a bound, not a glance.

Held against each other are the lower quartiles: what disturbs a machine only ever makes an answer
slower, so who looks for a difference looks at the fast ones, and so do we.
"""

import random
from dataclasses import dataclass

from tests.benchmarks.measuring import percentile

QUARTILE = 0.25
CONFIDENCE = 0.99
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """Seconds that the second takes longer than the first, and between what the truth lies.

    `told` is how often the slower of two answers is the second's: 0.5 says nothing, 1 says all.
    """

    seen: float
    low: float
    high: float
    told: float

    @property
    def furthest(self) -> float:
        return max(-self.low, self.high)

    def is_within(self, tolerance: float) -> bool:
        return self.furthest < tolerance

    def is_beyond(self, tolerance: float) -> bool:
        return self.low > tolerance or self.high < -tolerance


def between(first: list[float], second: list[float]) -> Difference:
    """The difference of the quartiles, with its bootstrap interval."""
    drawn = sorted(_quartile(_again(second)) - _quartile(_again(first)) for _ in range(RESAMPLES))
    tail = (1 - CONFIDENCE) / 2
    return Difference(
        seen=_quartile(second) - _quartile(first),
        low=drawn[int(RESAMPLES * tail)],
        high=drawn[int(RESAMPLES * (1 - tail))],
        told=told_apart(first, second),
    )


def told_apart(first: list[float], second: list[float]) -> float:
    """Mann and Whitney's U as a share of all pairs."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    wins = below = 0
    for _, of_second in ranked:
        if of_second:
            wins += below
        else:
            below += 1
    return wins / (len(first) * len(second))


def _quartile(values: list[float]) -> float:
    return percentile(values, QUARTILE)


def _again(values: list[float]) -> list[float]:
    return random.choices(values, k=len(values))
