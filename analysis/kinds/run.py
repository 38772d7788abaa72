"""Run measurements and add them to the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from analysis.errors import InputError
from analysis.kinds.context import Context
from analysis.kinds.ledger import add_run
from analysis.kinds.registry import find_kind, kinds, measured_kinds


def chosen_kinds(named: Sequence[str], context: Context) -> list[str]:
    """The named kinds in the order of a full run; without any name, all that the study allows.

    Raises:
        InputError: an unknown kind, or one that is not measured but trained.
    """
    measured = measured_kinds()
    for name in named:
        if name not in measured:
            raise InputError(_not_measured(name))
    if named:
        return [name for name in measured if name in named]
    left = left_out(context)
    return [name for name in measured if name not in left]


def left_out(context: Context) -> Mapping[str, str]:
    """The kinds that a context has not all for, each with the reason: the end of a sentence."""
    return {
        name: need.otherwise for name, kind in kinds().items() for need in kind.lacking(context)
    }


def _not_measured(name: str) -> str:
    kind = kinds().get(name)
    if kind is not None and kind.made_by is not None:
        return f"{name} is not measured: `latent-storage {kind.made_by}` makes it."
    return f"No kind {name!r} is measured; choose from {', '.join(measured_kinds())}."


def run(
    named: Sequence[str], context: Context, command: Sequence[str], out: Path
) -> Iterator[Path]:
    """Measure `chosen_kinds` and yield each file written to `out`.

    Each file is written before the next kind begins, so an interrupted run keeps what it has.

    Raises:
        InputError: an unknown kind, or something wrong with what is measured.
    """
    chosen = chosen_kinds(named, context)
    context = replace(context, ledger=(out, *context.ledger))
    for name in chosen:
        created = datetime.now(UTC)
        outcome = find_kind(name).measure(context)
        path = add_run(name, outcome, created, command, context.profile, out)
        if outcome.unfinished is not None:
            shutil.rmtree(outcome.unfinished, ignore_errors=True)
        yield path
