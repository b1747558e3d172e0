"""Whether two kinds of answer can be told apart by how long they take: a bound, not a glance.

Held against each other are answers of the same moment, one of each kind: what slows a machine down
for seconds or minutes slows both of a pair, and their difference is free of it. The median of the
differences is free of what disturbs a single answer.
"""

import random
from dataclasses import dataclass
from statistics import median

CONFIDENCE = 0.99
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """Seconds that the second takes longer than the first, and between what the truth lies.

    `told` is how often the slower of a pair is the second: 0.5 says nothing, 1 says all.
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


def between(first: list[float], second: list[float], *, looks: int = 1) -> Difference:
    """The median difference of pairs, with its bootstrap interval.

    Who looks several times, and stops when it is clear, has as many chances to be wrong. `looks` is
    how many there may be, and all of them together are as sure as one would be.
    """
    apart = [later - earlier for earlier, later in zip(first, second, strict=True)]
    drawn = sorted(median(random.choices(apart, k=len(apart))) for _ in range(RESAMPLES * looks))
    tail = (1 - CONFIDENCE) / looks / 2
    return Difference(
        seen=median(apart),
        low=drawn[int(len(drawn) * tail)],
        high=drawn[int(len(drawn) * (1 - tail))],
        told=sum(each > 0 for each in apart) / len(apart),
    )
