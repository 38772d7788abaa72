"""The note's statements, judged: words from `claims.toml`, figures and verdicts from `checks`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal

from analysis.findings.checks import CHECKS
from analysis.findings.draft import Draft, run_file
from analysis.findings.evidence import Evidence, NotMeasured
from analysis.kinds.claims.record import (
    UNANSWERED,
    Claim,
    ClaimsParameters,
    ClaimsResults,
    Reference,
    Verdict,
)
from analysis.kinds.context import Outcome
from analysis.kinds.registry import find_kind
from analysis.ledger import store
from analysis.ledger.provenance import sha256
from analysis.ledger.records import Input, Record

UNMEASURED: Final = "the ledger has no run that says"


class Place(Record):
    """Where a reader can check a claim: in the report, or what others published."""

    kind: Literal["section", "equation", "source"]
    title: str
    address: str | None = None


class Entry(Record):
    """One statement of the note, and what is said of it by verdict.

    Words in braces are filled in: `note`, `autoencoder` and `resolution` are the note's; all else
    is what the check gives. A phrase stands for one of its variants, the one that the check names;
    yes or no where it gives a truth value.
    """

    id: str
    section: str
    statement: str
    needs: tuple[str, ...] = ()
    """Kinds of run without which it is not measured yet."""
    uses: tuple[str, ...] = ()
    """Kinds of run that add to it where they are."""
    evidence: tuple[str, ...] = ()
    says: Mapping[Verdict, str]
    phrases: Mapping[str, Mapping[str, str]] = {}
    needed: str | None = None
    """What would answer a claim that is not testable here."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of all runs that it may cite."""
        return self.needs + self.uses


@cache
def entries() -> tuple[Entry, ...]:
    """All of `claims.toml`, in the note's order."""
    return tuple(
        Entry.model_validate({"id": id, "section": section} | fields)
        for section, claims in _content()["section"].items()
        for id, fields in claims.items()
    )


@cache
def places() -> Mapping[str, Place]:
    """Where claims can be checked, by the names that entries give."""
    return {name: Place.model_validate(fields) for name, fields in _content()["place"].items()}


@cache
def _content() -> dict[str, Any]:
    file = resources.files("analysis.findings") / "claims.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def all_claims(evidence: Evidence) -> tuple[Claim, ...]:
    """Every claim in the note's order, with the measured side where there is evidence."""
    return tuple(judged(entry, evidence) for entry in entries())


def judged(entry: Entry, evidence: Evidence) -> Claim:
    """The claim with its figures, its verdict, and the words that go with both."""
    given, draft = evidence.only(entry.kinds), Draft()
    verdict = _verdict(entry, given, draft)
    needed, cited = entry.needed, tuple(_cited(entry, given))
    if verdict == "not-measured-yet":
        needed, cited = f"`latent-storage measure {entry.needs[0]}`", ()
    words = dict(_filled(entry, given, draft))
    return Claim(
        id=entry.id,
        section=entry.section,
        statement=entry.statement.format(**words),
        verdict=verdict,
        reason=_words_of(entry, verdict).format(**words),
        needed=needed if verdict in UNANSWERED else None,
        figures=tuple(draft.figures),
        evidence=cited,
    )


def _verdict(entry: Entry, given: Evidence, draft: Draft) -> Verdict:
    if entry.id not in CHECKS:
        (verdict,) = entry.says
        return verdict
    try:
        found = CHECKS[entry.id](given, draft)
    except NotMeasured:
        draft.figures = draft.known + draft.figures
        return "not-measured-yet"
    if isinstance(found, bool):
        return "holds" if found else "does-not-hold"
    return found


def _words_of(entry: Entry, verdict: Verdict) -> str:
    if verdict == "not-measured-yet":
        return entry.says.get(verdict, UNMEASURED)
    return entry.says[verdict]


def _filled(entry: Entry, given: Evidence, draft: Draft) -> Iterator[tuple[str, object]]:
    """What the placeholders stand for."""
    setting = {"note": given.note, "autoencoder": given.autoencoder, "resolution": given.resolution}
    words = {**setting, **draft.words}
    for name, word in words.items():
        if name in entry.phrases:
            variant = ("no", "yes")[word] if isinstance(word, bool) else str(word)
            yield name, entry.phrases[name].get(variant, "").format(**words)
        else:
            yield name, word


def _cited(entry: Entry, given: Evidence) -> Iterator[Reference]:
    for name in entry.evidence:
        yield Reference.model_validate(places()[name].model_dump())
    for kind, run in given.runs.items():
        yield Reference(kind="run", title=kind, address=run_file(run))


def newest_evidence(ledger: Sequence[Path]) -> Evidence:
    """The newest run of each kind that a claim may cite."""
    kinds = dict.fromkeys(kind for entry in entries() for kind in entry.kinds)
    found = {kind: store.newest(ledger, find_kind(kind).record) for kind in kinds}
    runs = {kind: newest[1] for kind, newest in found.items() if newest}
    return Evidence(runs, paths=tuple(newest[0] for newest in found.values() if newest))


def judge_claims(ledger: Sequence[Path]) -> Outcome:
    """All claims, by the newest runs of these ledgers: what the kind `claims` writes."""
    evidence = newest_evidence(ledger)
    inputs = tuple(
        Input(name=path.stem, kind="ledger", bytes=path.stat().st_size, sha256=sha256(path))
        for path in evidence.paths
    )
    return Outcome(
        parameters=ClaimsParameters(runs=tuple(entry.name for entry in inputs)),
        inputs=inputs,
        results=ClaimsResults(claims=all_claims(evidence)),
    )
