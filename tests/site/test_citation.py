from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.site import citation

_PEOPLE = """
title: "Sizes? And costs"
version: 1.10
date-released: 2027-01-02
url: https://example.org
authors:
  - {family-names: Curie, given-names: Marie}
  - name: The others
"""


def test_people_groups_and_an_address_become_bibtex(tmp_path: Path) -> None:
    (tmp_path / "CITATION.cff").write_text(_PEOPLE)
    assert citation.read(tmp_path / "CITATION.cff").bibtex == (
        "@software{sizes_2027,\n"
        "  title = {{Sizes? And costs}},\n"
        "  author = {Curie, Marie and {The others}},\n"
        "  version = {1.10},\n"
        "  year = {2027},\n"
        "  date = {2027-01-02},\n"
        "  url = {https://example.org},\n"
        "}"
    )


def test_the_project_cites_itself_by_its_own_file() -> None:
    shown = str(citation.block().data)
    assert shown.startswith("```bibtex\n@software{mp4_or_latents_")
    assert citation.read().version in shown


@pytest.mark.parametrize("content", ["title: A", "a: [", None])
def test_a_file_that_says_too_little_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "CITATION.cff"
    if content:
        file.write_text(content)
    with pytest.raises(InputError, match=r"CITATION\.cff cannot be cited from: "):
        citation.read(file)
