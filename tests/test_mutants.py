"""The list of `make mutants`: it can't name what is gone, nor explain what is written no more."""

from typing import Any

import pytest

from scripts import mutants
from scripts.mutants import explanations, found, is_wording, judge, listed
from scripts.mutation import ROOT, Outcome, Survivor, statuses_in, survivor

MODULES: dict[str, list[str]] = listed()["modules"]
EXPLAINED: list[dict[str, str]] = listed()["explained"]
DIFF = """\
# identity.policy.x_decide__mutmut_1: survived
--- identity/policy.py
+++ identity/policy.py
@@ -1,6 +1,6 @@
 def decide(rules, factors):
-    if not _is_met(
-        rules):
+    if _is_met(
+        rules):
         return 1
"""


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_their_tests_are_there(module: str) -> None:
    assert (ROOT / module).is_file()
    assert all(found([pattern]) for pattern in MODULES[module])


@pytest.mark.parametrize("one", EXPLAINED, ids=lambda one: f"{one['module']} {one['function']}")
def test_what_is_explained_is_still_written_so(one: dict[str, Any]) -> None:
    """Whether nobody notices it still, `make mutants` says."""
    assert one["module"] in MODULES
    written = " ".join((ROOT / one["module"]).read_text().split())
    assert " ".join(one["line"].split()) in written
    assert one["becomes"] != one["line"]
    assert len(one["why"]) > 20


def test_a_survivor_is_told_by_its_function_and_lines() -> None:
    name = "identity.policy.x_decide__mutmut_1"
    told = survivor(DIFF, name)
    assert told == Survivor("decide", "if not _is_met( rules):", "if _is_met( rules):")
    assert survivor(DIFF, "a.b.xǁKeptǁget__mutmut_2").function == "Kept.get"
    assert statuses_in(f"    {name}: survived\n  odd: line\n") == {name: "survived"}


def test_an_unexplained_survivor_fails_and_so_does_a_stale_explanation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """(QUALITY 104)"""
    known, unknown = Survivor("f", "a < b", "a <= b"), Survivor("f", "a", "b")
    one = {"module": "m", "function": "f", "line": "a < b", "becomes": "a <= b", "why": "It is."}
    monkeypatch.setattr(mutants, "listed", lambda: {"explained": [one]})
    assert explanations("m") == (known,)
    assert judge("m", Outcome(19, (known,))).holds
    assert mutants.are_enough([judge("m", Outcome(19, (known,)))])
    assert not mutants.are_enough([judge("m", Outcome(18, (known,)))])  # under 95 %
    assert judge("m", Outcome(100, (known, unknown))).open == (unknown,)
    assert not judge("m", Outcome(100, (known, unknown))).holds
    assert judge("m", Outcome(100, ())).stale == (known,)
    assert not judge("m", Outcome(100, ())).holds


@pytest.mark.parametrize(
    ("line", "becomes", "is_words"),
    [
        ('no("gone", "It is gone.")', 'no("gone", "XXIt is gone.XX")', True),
        ('no("gone", "It is gone.")', 'no("gone", "it is gone.")', True),
        ('no("gone", "It is gone.")', 'no("XXgoneXX", "It is gone.")', False),
        ('no("gone", "It is gone.")', 'no("gone", None)', False),
        ('raise Gone(f"{it} is gone")', "raise Gone(None)", True),
        ('raise Gone("is gone") from None', "raise Gone(None) from None", True),
        ('raise Gone("gone")', "raise Gone(None)", False),
        ('raise Gone("gone", "It is gone.")', 'raise Gone(None, "It is gone.")', False),
        ("a == 1", "a != 1", False),
    ],
)
def test_words_for_people_are_no_guard(line: str, becomes: str, is_words: bool) -> None:
    assert is_wording(Survivor("f", line, becomes)) is is_words
