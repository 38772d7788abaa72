"""Where the project's own files lie: its pages, its study and its ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
_CARRIED: Final = _PACKAGE / "_project"
"""The copy that an installed package carries; a checkout has none."""

PROJECT: Final = _CARRIED if _CARRIED.is_dir() else _PACKAGE.parent
"""The folder with `_quarto.yml`, `report/` and `measurements/`: the checkout, or its copy."""

IS_CHECKOUT: Final = PROJECT is not _CARRIED

LEDGER: Final = Path("measurements")
"""The folder of a ledger below the folder of a project."""
