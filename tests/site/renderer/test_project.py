from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.site.renderer.project import read_project

_MATH = "format: {html: {html-math-method: {method: katex, url: vendor/katex/}}}\n"


def _project(root: Path, config: str, *files: str) -> Path:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / "_quarto.yml").write_text(config)
    return root


def test_reads_what_the_configuration_names(tmp_path: Path) -> None:
    config = (
        "project:\n"
        "  pre-render: before.py\n"
        "  render: [report/b.qmd, report/*.qmd]\n"
        "  resources: [/data/**/*.json, /assets/**]\n"
        "bibliography: books.bib\n" + _MATH
    )
    files = ["report/a.qmd", "report/b.qmd", "report/_part.qmd", "data/x/run.json", "data/run.txt"]
    project = read_project(_project(tmp_path, config, *files, "assets/css/site.css"))
    assert project.pages == (Path("report/b.qmd"), Path("report/a.qmd"))
    assert project.resources == (Path("data/x/run.json"), Path("assets/css/site.css"))
    assert project.bibliographies == (tmp_path / "books.bib",)
    assert project.pre_render == ("before.py",)
    assert project.katex == "vendor/katex"


def test_resources_count_from_the_project_and_not_from_below(tmp_path: Path) -> None:
    config = "project: {render: a.qmd, resources: [measurements/**/*.json]}\n" + _MATH
    files = ["a.qmd", "build/measurements/sizes/run.json", "node_modules/measurements/run.json"]
    assert read_project(_project(tmp_path, config, *files)).resources == ()


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("project: [", "no valid YAML"),
        ("project: {render: none.qmd}\n" + _MATH, r"names none\.qmd"),
        ("project: {}\n" + _MATH, "name the pages"),
        ("project: {render: a.qmd}\nformat: {html: {html-math-method: mathjax}}", "vendored copy"),
    ],
)
def test_refuses_a_configuration_it_cannot_render(
    tmp_path: Path, config: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        read_project(_project(tmp_path, config, "a.qmd"))


def test_refuses_a_folder_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give the folder of a Quarto website project"):
        read_project(tmp_path)
