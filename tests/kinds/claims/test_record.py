"""Claims say where they can be checked; files of version 1 are read as the present one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from analysis.errors import InputError
from analysis.kinds.claims.record import Claim, Claims, Reference, Verdict
from analysis.kinds.ledger import read_run
from tests.kinds.examples import shard_sizes

RUN = "shard-sizes/20260101T000000Z_0123abcd_0123abc.json"
EQUATION = Reference(kind="equation", title="R", address="equations.qmd#eq-ratio")


def claim(verdict: Verdict, needed: str | None = None, *evidence: Reference) -> Claim:
    return Claim(
        id="x",
        section="s",
        statement="A statement.",
        verdict=verdict,
        reason="some reason",
        needed=needed,
        figures=(),
        evidence=evidence,
    )


def test_a_verdict_needs_evidence_and_a_missing_one_says_what_is_needed() -> None:
    assert claim("holds", None, EQUATION).explanation == "Some reason."
    assert claim("holds-only-if", None, EQUATION).explanation == "Only if some reason."
    untested = claim("not-testable-here", "the weights")
    assert untested.explanation == "Some reason. Needed: the weights."


@pytest.mark.parametrize(
    ("verdict", "needed", "evidence"),
    [
        ("holds", None, ()),
        ("holds", "the weights", (EQUATION,)),
        ("not-testable-here", None, (EQUATION,)),
        ("not-measured-yet", None, ()),
    ],
)
def test_a_claim_that_says_neither_is_refused(
    verdict: Verdict, needed: str | None, evidence: tuple[Reference, ...]
) -> None:
    with pytest.raises(ValidationError):
        claim(verdict, needed, *evidence)


def test_symbols_and_names_at_the_start_of_a_reason_stay_as_they_are() -> None:
    for reason in ("s divides both sides", "float16 subtraction rounds", "3s²/(cp)"):
        said = claim("holds", None, EQUATION).model_copy(update={"reason": reason}).explanation
        assert said == f"{reason}."


def first_version() -> dict[str, Any]:
    measured = {"value": 0.6, "low": 0.5, "high": 0.7, "n": 3}
    figures = [
        {"name": "b", "published": "0.57", "recomputed": None, "agrees": None, "evidence": RUN}
        | {"unit": "bits/pixel", "measured": measured},
        {"name": "rate", "published": "46.0", "recomputed": 44.2, "agrees": False}
        | {"unit": "MB/min", "measured": None, "evidence": "902 GB over 340 h"},
        {"name": "shown", "published": "not given", "recomputed": 4.4, "agrees": None}
        | {"unit": "", "measured": None, "evidence": None},
    ]
    words = {"section": "s", "statement": "A statement.", "reason": "a reason"}
    claims = [
        {"id": "measured", "verdict": "holds-only-if", "figures": figures} | words,
        {"id": "open", "verdict": "not-measured-yet", "figures": []} | words,
        {"id": "read", "verdict": "does-not-hold", "figures": []} | words,
    ]
    file: dict[str, Any] = json.loads(shard_sizes().model_dump_json())
    return file | {
        "schema": "claims/1",
        "parameters": {"runs": []},
        "results": {"claims": claims},
    }


def test_the_first_version_is_read_as_the_present_one(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(first_version()))
    run = read_run(path)
    assert isinstance(run, Claims)
    measured, unanswered, read = run.results.claims
    assert [(entry.kind, entry.address) for entry in measured.evidence] == [("run", RUN)]
    b, rate, shown = measured.figures
    assert (b.run, b.inputs, b.published) == (RUN, None, "0.57")
    assert (rate.run, rate.inputs) == (None, "902 GB over 340 h")
    assert shown.published is None
    assert unanswered.needed
    assert read.evidence


def test_a_first_version_with_a_field_missing_is_refused(tmp_path: Path) -> None:
    content = first_version()
    del content["results"]["claims"][0]["figures"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=r"old\.json is no claims/1 file"):
        read_run(path)
