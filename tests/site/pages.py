"""The pages of the report, as its project lists them."""

from pathlib import Path

import yaml

from tests.site.conftest import ROOT

CONFIG = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
SOURCES = [ROOT / page for page in CONFIG["project"]["render"]]
PAGES = [Path(page).with_suffix(".html").as_posix() for page in CONFIG["project"]["render"]]
