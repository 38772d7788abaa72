"""Write the figures of every run as CSV, beside its JSON in the finished site.

Runs after every render (`post-render` in _quarto.yml), from the project's folder, on the ledgers
that the pages have read.
"""

import os
import sys
from pathlib import Path

try:
    from analysis.ledger.figures import as_csv
    from analysis.site.runs import every_run
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is missing in {sys.executable}: set QUARTO_PYTHON=.venv/bin/python")

# Pages lie in the folder of this script, and addresses count from there.
pages = Path(os.environ["QUARTO_PROJECT_OUTPUT_DIR"]) / Path(__file__).parent.name

for source in every_run():
    target = pages / source.csv
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_csv(source.measurement), encoding="utf-8")
