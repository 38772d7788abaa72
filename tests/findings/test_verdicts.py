"""Every claim that is computed: move its figures across the threshold, and verdict and words turn.

The runs are the examples, changed; the note is the published one, changed where a claim rests on
it alone. None of this looks at the committed ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from analysis.catalog import note
from analysis.findings.checks import CHECKS
from analysis.findings.claims import entries, judged
from analysis.findings.draft import Draft
from analysis.findings.evidence import Evidence, NotMeasured
from analysis.kinds.claims.record import Claim, Verdict
from tests.findings.cases import Case
from tests.findings.changed import changed, put
from tests.findings.note_cases import CATALOGUE, NOTE_CASES
from tests.findings.run_cases import RUN_CASES

CASES = [*RUN_CASES, *NOTE_CASES]
ENTRIES = {entry.id: entry for entry in entries()}


YES: dict[object, str] = {True: "yes", False: "no"}


def evidence_of(case: Case) -> Evidence:
    """Its runs, and the note with its fields changed; "__" is a step in a field's path."""
    puts = [put(path.replace("__", "."), value) for path, value in case.note.items()]
    return Evidence.of(*case.runs, note=changed(note(), *puts))


def claim(id: str) -> Claim:
    """The claim without any run."""
    return judged(ENTRIES[id], Evidence())


def name(case: Case) -> str:
    return f"{case.id} {case.verdict}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_verdict_and_its_words_follow_from_the_figures(case: Case) -> None:
    found = judged(ENTRIES[case.id], evidence_of(case))
    assert found.verdict == case.verdict
    assert case.words in found.reason
    runs = {reference.title for reference in found.evidence if reference.kind == "run"}
    assert runs == {run.kind for run in case.runs}


@pytest.mark.parametrize(
    ("id", "module", "part", "instead", "verdict"),
    CATALOGUE,
    ids=[f"{row[0]}-{row[4]}" for row in CATALOGUE],
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


def test_all_that_a_check_can_lead_to_is_seen_here() -> None:
    """Every verdict that has words, and every variant of a phrase."""
    seen: set[tuple[str, str]] = {(case.id, case.verdict) for case in CASES}
    seen |= {(id, verdict) for id, *_, verdict in CATALOGUE}
    seen |= {(id, claim(id).verdict) for id in CHECKS}
    for case in [*CASES, *(Case(id, "holds", "") for id in CHECKS)]:
        draft = Draft()
        with suppress(NotMeasured):
            CHECKS[case.id](evidence_of(case).only(ENTRIES[case.id].kinds), draft)
        for phrase in ENTRIES[case.id].phrases.keys() & draft.words:
            variant = draft.words[phrase]
            seen.add((case.id, f"{phrase} {YES.get(variant, variant)}"))
    for id in CHECKS:
        phrases = ENTRIES[id].phrases.items()
        variants = {f"{phrase} {variant}" for phrase, found in phrases for variant in found}
        assert {each for key, each in seen if key == id} >= ENTRIES[id].says.keys() | variants, id


def test_entries_and_checks_belong_together() -> None:
    assert CHECKS.keys() <= ENTRIES.keys()
    for id, entry in ENTRIES.items():
        if id not in CHECKS:
            assert len(entry.says) == 1, id
            assert not entry.kinds, f"{id} cites runs, and its verdict has to follow from them"
