"""`latent-storage schema`: the JSON Schema of measurement files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.io.project import LEDGER


def schema(
    out: Annotated[
        Path, typer.Option(help="The ledger whose schema/ and README.md are written.")
    ] = LEDGER,
) -> None:
    """Write the JSON Schema of every kind of measurement, and the tables of the ledger's README.

    Example: latent-storage schema --out measurements
    """
    from analysis.kinds.description import write_readme
    from analysis.kinds.ledger import write_schemas

    for path in write_schemas(out):
        print(path)
    if readme := write_readme(out):
        print(readme)
