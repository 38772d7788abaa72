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

TrainingOut = Annotated[
    Path, typer.Option(help="Where frames, latents, checkpoint and weights go.")
]

TrainingSteps = Annotated[int, typer.Option(min=1, help="How long; more of a stopped one goes on.")]

EveryFrame = Annotated[
    int, typer.Option(min=1, metavar="N", help="Train on every N-th frame of a view.")
]

TorchThreads = Annotated[int, typer.Option(min=1, help="Of torch.")]

Seed = Annotated[int, typer.Option(min=0, help="Decides what it starts from and sees.")]

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
