"""Whether two kinds of answer can be told apart by how long they take: a bound, not a glance.

Samples come in pairs taken next to each other, so a machine that gets slower slows both.
"""

import random
from dataclasses import dataclass
from statistics import median

CONFIDENCE = 0.99
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """Seconds that the second takes longer than the first, and between what the truth lies.

    `told` is how often the slower of two answers is the second's: 0.5 says nothing, 1 says all.
    """

    median: float
    low: float
    high: float
    told: float

    def is_within(self, tolerance: float) -> bool:
        return -tolerance < self.low and self.high < tolerance

    def is_beyond(self, tolerance: float) -> bool:
        return self.low > tolerance or self.high < -tolerance


def between(first: list[float], second: list[float]) -> Difference:
    """The median of the pairs' differences, with its bootstrap interval."""
    differences = [b - a for a, b in zip(first, second, strict=True)]
    medians = sorted(
        median(random.choices(differences, k=len(differences))) for _ in range(RESAMPLES)
    )
    tail = (1 - CONFIDENCE) / 2
    return Difference(
        median=median(differences),
        low=medians[int(RESAMPLES * tail)],
        high=medians[int(RESAMPLES * (1 - tail))],
        told=told_apart(first, second),
    )


def told_apart(first: list[float], second: list[float]) -> float:
    """Mann and Whitney's U as a share of all pairs; ties count half."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    wins = below = 0
    for _, of_second in ranked:
        if of_second:
            wins += below
        else:
            below += 1
    return wins / (len(first) * len(second))
