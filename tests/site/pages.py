"""The pages of the report, as its project lists them."""

from pathlib import Path

import yaml

from tests.shared import REPOSITORY

CONFIG = yaml.safe_load((REPOSITORY / "_quarto.yml").read_text(encoding="utf-8"))
SOURCES = [REPOSITORY / page for page in CONFIG["project"]["render"]]
PAGES = [Path(page).with_suffix(".html").as_posix() for page in CONFIG["project"]["render"]]
