"""`latent-storage schema`: the JSON Schema of measurement files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.io.project import LEDGER


def schema(
    out: Annotated[Path, typer.Option(help="The ledger whose schema/ is written.")] = LEDGER,
) -> None:
    """Write the JSON Schema of every kind of measurement.

    Example: latent-storage schema --out measurements
    """
    from analysis.kinds.ledger import write_schemas

    for path in write_schemas(out):
        print(path)
