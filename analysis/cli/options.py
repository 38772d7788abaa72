"""Options that several commands have, and the ledgers that they read by default."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from analysis.io.project import LEDGER, PROJECT

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]

Recordings = Annotated[
    str, typer.Argument(metavar="SRC", help="Recordings: a shard, a folder or an fsspec URL.")
]

LedgerToWrite = Annotated[Path, typer.Option(help="The ledger that its log goes to.")]

Device = Annotated[
    str | None,
    typer.Option(help="cpu, cuda, cuda:1, ...: where it runs; a GPU where there is one."),
]

LedgerToRead = Annotated[
    Path | None,
    typer.Option(
        "--measurements",
        help="The ledger with measured figures; ./measurements, and the package's own, by default.",
    ),
]


def ledgers(named: Path | None = None) -> list[Path]:
    """The ledgers to read, in order of preference: the one that was named, or else the one of this
    folder, if it has one, and the one that comes with the package.

    Raises:
        InputError: the one that was named is not there.
    """
    from analysis.errors import InputError

    if named is not None:
        if not named.is_dir():
            raise InputError(f"{named} is not there: give a folder of measurements.")
        return [named]
    own = PROJECT / LEDGER
    if LEDGER.is_dir() and LEDGER.resolve() != own:
        return [LEDGER, own]
    return [LEDGER if LEDGER.is_dir() else own]


def command_line() -> list[str]:
    """The words of this call, as a run's provenance keeps them."""
    return ["latent-storage", *sys.argv[1:]]
