"""Kind `claims`: the note's statements, recomputed and, where it can be, measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.catalog import note
from analysis.ledger import store
from analysis.ledger.claims import Claim, ClaimsParameters, ClaimsResults
from analysis.ledger.provenance import sha256
from analysis.ledger.records import Input
from analysis.ledger.shard_sizes import ShardSizes
from analysis.measures.claims import compression, equations, measured, sizes, tables
from analysis.measures.context import Context, Outcome


def all_claims(shard_sizes: ShardSizes | None) -> tuple[Claim, ...]:
    """Every claim in the note's order, with the measured side from this run where given."""
    published = note()
    return (
        *sizes.claims(published),
        *measured.claims(published, shard_sizes),
        *equations.claims(published),
        *tables.claims(published),
        *compression.claims(published),
    )


def newest_shard_sizes(ledger: Sequence[Path]) -> tuple[Path, ShardSizes] | None:
    """The run that the measured side comes from."""
    return store.newest(ledger, ShardSizes)


def measure(context: Context) -> Outcome:
    """All claims, against the newest shard sizes of the ledger."""
    found = newest_shard_sizes(context.ledger)
    inputs: tuple[Input, ...] = ()
    if found is not None:
        path, run = found
        inputs = (
            Input(name=run.run.id, kind="ledger", bytes=path.stat().st_size, sha256=sha256(path)),
        )
    return Outcome(
        parameters=ClaimsParameters(runs=tuple(entry.name for entry in inputs)),
        inputs=inputs,
        results=ClaimsResults(claims=all_claims(found[1] if found else None)),
    )
