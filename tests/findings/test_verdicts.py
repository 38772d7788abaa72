"""Every claim that is computed: move its figures across the threshold, and verdict and words turn.

The runs are the examples, changed; the note is the published one, changed where a claim rests on
it alone. None of this looks at the committed ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from analysis.catalog import note
from analysis.findings.checks import CHECKS
from analysis.findings.claims import entries, judged
from analysis.findings.evidence import Evidence
from analysis.kinds.claims.record import Claim, Verdict
from analysis.ledger.records import Measurement
from tests.findings.cases import Case
from tests.findings.changed import changed, put
from tests.findings.note_cases import CATALOGUE, NOTE_CASES
from tests.findings.run_cases import RUN_CASES

CASES = [*RUN_CASES, *NOTE_CASES]
ENTRIES = {entry.id: entry for entry in entries()}


def claim(id: str, *runs: Measurement, **published: object) -> Claim:
    """The claim by these runs, with these fields of the note changed; "__" is a step in it."""
    puts = [put(path.replace("__", "."), value) for path, value in published.items()]
    return judged(ENTRIES[id], Evidence.of(*runs, note=changed(note(), *puts)))


def name(case: Case) -> str:
    return f"{case.id} {case.verdict}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_verdict_and_its_words_follow_from_the_figures(case: Case) -> None:
    found = claim(case.id, *case.runs, **case.note)
    assert found.verdict == case.verdict
    assert case.words in found.reason
    runs = {reference.title for reference in found.evidence if reference.kind == "run"}
    assert runs == {run.kind for run in case.runs}


@pytest.mark.parametrize(
    ("id", "module", "part", "instead", "verdict"), CATALOGUE, ids=lambda value: str(value)[:40]
)
def test_what_rests_on_the_catalogue_turns_with_it(
    monkeypatch: pytest.MonkeyPatch,
    id: str,
    module: object,
    part: str,
    instead: Callable[[], object],
    verdict: Verdict,
) -> None:
    assert claim(id).verdict != verdict
    monkeypatch.setattr(module, part, instead())
    assert claim(id).verdict == verdict


ONE_VERDICT = {
    "mp4-total": "the recordings are not public",
    "compressed-rates": "the shard is not public",
}
"""Checks without a second verdict here, and why."""


def test_every_check_is_seen_to_turn() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for case in CASES:
        seen[case.id].add(case.verdict)
    for id, *_, verdict in CATALOGUE:
        seen[id] |= {verdict, "otherwise"}
    turning = {id for id, verdicts in seen.items() if len(verdicts) > 1}
    assert turning | ONE_VERDICT.keys() == CHECKS.keys()


def test_entries_and_checks_belong_together() -> None:
    assert CHECKS.keys() <= ENTRIES.keys()
    for id, entry in ENTRIES.items():
        if id not in CHECKS:
            assert len(entry.says) == 1, id
            assert not entry.kinds, f"{id} cites runs, and its verdict has to follow from them"
