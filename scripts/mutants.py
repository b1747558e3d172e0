"""Plant faults in the modules that guard, and print which of them the nearest tests don't notice.

`make mutants`, or one module alone: `make mutants MODULE=identity/policy.py`. scripts/mutants.toml
says what is planted where, and why some faults may stay unnoticed.
"""

import re
import sys
import tomllib
from dataclasses import dataclass, field
from typing import Any

from scripts.mutation import ROOT, MutationFailed, Outcome, Survivor, mutate

LEAST = 95  # percent of all faults that have to be noticed; a small module may have less
LISTED = ROOT / "scripts" / "mutants.toml"
# A sentence in quotes is for people to read; the tests go by the error type beside it.
SENTENCE = re.compile(r"""(?P<quote>["'])(XX)?[A-Za-z][^"']* [^"']*[.!]?(XX)?(?P=quote)""")
ALONE = re.compile(r"""^(raise \w+)\(f?(["'])[^"']* [^"']*\2\)""")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`open` survivors have no explanation, `stale` explanations no survivor."""

    module: str
    noticed: int
    explained: int
    open: tuple[Survivor, ...]
    stale: tuple[Survivor, ...] = field(default=())

    @property
    def planted(self) -> int:
        return self.noticed + self.explained + len(self.open)

    @property
    def percent(self) -> float:
        return 100 * self.noticed / self.planted if self.planted else 100.0

    @property
    def holds(self) -> bool:
        return not self.open and not self.stale


def main(wanted: str) -> None:
    modules: dict[str, list[str]] = listed()["modules"]
    if wanted and wanted not in modules:
        sys.exit(f"{wanted} is not among the modules of {LISTED.name}: {', '.join(modules)}")
    verdicts = [judged(each) for each in ([wanted] if wanted else modules)]
    print()
    for verdict in verdicts:
        print(summary(verdict))
    sys.exit(not (all(each.holds for each in verdicts) and (bool(wanted) or are_enough(verdicts))))


def are_enough(verdicts: list[Verdict]) -> bool:
    noticed = sum(each.noticed for each in verdicts)
    return 100 * noticed >= LEAST * sum(each.planted for each in verdicts)


def listed() -> dict[str, Any]:
    return tomllib.loads(LISTED.read_text())


def judged(module: str) -> Verdict:
    tests = listed()["modules"][module]
    print(f"\n{module}, against {' '.join(tests)}", flush=True)
    try:
        outcome = mutate(module, found(tests))
    except MutationFailed as failure:
        sys.exit(f"{failure}\n\nThe tests nearest to {module} could not be run.")
    verdict = judge(module, outcome)
    for line in (*told("  not noticed", verdict.open), *told("  noticed by now", verdict.stale)):
        print(line)
    print(summary(verdict), flush=True)
    return verdict


def found(patterns: list[str]) -> list[str]:
    """The files that patterns of tests stand for, as paths from the root."""
    every = (path for pattern in patterns for path in sorted(ROOT.glob(pattern)))
    return [str(path.relative_to(ROOT)) for path in every]


def judge(module: str, outcome: Outcome) -> Verdict:
    """What only changes the words of a message counts as not planted."""
    survived = [each for each in outcome.survivors if not is_wording(each)]
    explained = explanations(module)
    return Verdict(
        module=module,
        noticed=outcome.noticed,
        explained=sum(each in explained for each in survived),
        open=tuple(each for each in survived if each not in explained),
        stale=tuple(each for each in explained if each not in survived),
    )


def explanations(module: str) -> tuple[Survivor, ...]:
    mine = (each for each in listed()["explained"] if each["module"] == module)
    return tuple(Survivor(each["function"], each["line"], each["becomes"]) for each in mine)


def is_wording(survivor: Survivor) -> bool:
    """An error that has nothing but a sentence counts as the same without it."""
    before, after = (SENTENCE.sub('""', text) for text in (survivor.line, survivor.becomes))
    return before == after or ALONE.sub(r"\1(None)", survivor.line) == survivor.becomes


def told(what: str, survivors: tuple[Survivor, ...]) -> list[str]:
    return [
        f"{what}: {each.function}\n    - {each.line}\n    + {each.becomes}" for each in survivors
    ]


def summary(verdict: Verdict) -> str:
    counts = f"{verdict.planted:4} planted, {verdict.noticed:4} noticed ({verdict.percent:5.1f} %)"
    return (
        f"{verdict.module:36} {counts}, {verdict.explained:2} explained, {len(verdict.open):2} open"
    )


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except KeyboardInterrupt:
        sys.exit(130)
