"""How figures are printed, and what is said of a goal; a section's exit code says it once more."""

from collections import Counter

MISSED = 3  # exit code of a section that ran to its end and missed a goal
_verdicts: Counter[str] = Counter()


def title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def line(text: str) -> None:
    print(f"  {text}", flush=True)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """The first column is words, the others are figures."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        words, *figures = (
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        line("  ".join([words, *figures]))


def goal(what: str, *, value: str, wanted: str, is_met: bool | None) -> None:
    """None: this machine is too busy to tell. Neither that nor a miss is a goal met."""
    verdict = {True: "met", False: "MISSED", None: "UNCLEAR"}[is_met]
    _verdicts[verdict] += 1
    line(f"{verdict + ':':<9}{what}: {value} (goal: {wanted})")


def exit_code() -> int:
    return MISSED if _verdicts["MISSED"] + _verdicts["UNCLEAR"] else 0
