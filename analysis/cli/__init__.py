"""The command line: one module per command, which parses, calls and prints.

Rooms are imported inside the commands that need them, so that `--help` answers at once.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from analysis.cli.advice import sentence
from analysis.cli.check_autoencoder import check_autoencoder
from analysis.cli.choices import Command
from analysis.cli.claims import claims
from analysis.cli.compare import compare
from analysis.cli.compare_latents import compare_latents
from analysis.cli.compress import compress
from analysis.cli.decompress import decompress
from analysis.cli.encode import encode
from analysis.cli.measure import measure
from analysis.cli.ratio import ratio
from analysis.cli.record import record
from analysis.cli.scan import scan
from analysis.cli.schema import schema
from analysis.cli.site import site
from analysis.cli.train.autoencoder import autoencoder
from analysis.cli.train.decoder import decoder
from analysis.cli.train.dual_decoder import dual_decoder
from analysis.cli.train.encoder import encoder

__all__ = ["app", "main"]

app = typer.Typer(
    name="latent-storage",
    help="Store a video dataset as MP4 or as autoencoder latents? Record, scan, measure, report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def _root(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error (anywhere in the line).")
    ] = False,
) -> None:
    """`--debug` is taken out of the line by `main`; here it is only described."""


_train = typer.Typer(
    help="Train the project's own small models on recorded shards.", no_args_is_help=True
)

_add, _add_training = app.command(cls=Command), _train.command(cls=Command)
_add(record)
_add(scan)
_add(encode)
app.add_typer(_train, name="train")
_add_training(autoencoder)
_add_training(encoder)
_add_training(decoder)
_add_training(dual_decoder)
_add(compare_latents)
_add(check_autoencoder)
_add(compress)
_add(decompress)
_add(measure)
_add(ratio)
_add(claims)
_add(compare)
_add(site)
_add(schema)


def main() -> None:
    """Run the command line: 0 done, 1 something wrong with the input, 2 wrong usage."""
    # A folder `analysis` that lies where this runs is not imported, here or in child processes.
    os.environ["PYTHONSAFEPATH"] = "1"
    # Names that are no UTF-8 are printed as the bytes that they are.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        app(args=arguments)
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        print(sentence(error), file=sys.stderr)
        sys.exit(1)
