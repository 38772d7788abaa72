"""The tables of the ledger's README are those of the models."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from analysis.kinds.description import tables, write_readme
from analysis.kinds.registry import kinds
from tests.shared import REPOSITORY

README = REPOSITORY / "measurements" / "README.md"


def test_the_committed_tables_are_those_of_the_models(tmp_path: Path) -> None:
    shutil.copy(README, tmp_path)
    written = write_readme(tmp_path)
    assert written is not None
    assert README.read_text() == written.read_text(), "run `latent-storage schema`"


def test_a_ledger_without_a_readme_gets_none(tmp_path: Path) -> None:
    assert write_readme(tmp_path) is None
    (tmp_path / "README.md").write_text("# Mine\n")
    assert write_readme(tmp_path) is None
    assert (tmp_path / "README.md").read_text() == "# Mine\n"


def test_every_kind_has_its_table_of_all_fields() -> None:
    sections = re.split(r"^## ", tables(), flags=re.MULTILINE)[2:]
    assert [re.match(r"`([\w-]+)`", text)[1] for text in sections] == list(kinds())  # type: ignore[index]
    for section in sections:
        assert "| `parameters." in section
        assert "| `results." in section


def test_no_description_speaks_of_bits_a_pixel() -> None:
    assert not re.findall(r"bits a pixel|so manyth|\bbeside\b", tables())
