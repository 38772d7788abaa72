import json
import shutil
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.site.build import build_site


def _contents(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def test_two_builds_give_the_same_bytes(sample_site: Path, project: Path, tmp_path: Path) -> None:
    build_site(project, tmp_path / "site", "offline")
    assert _contents(tmp_path / "site") == _contents(sample_site)


def test_the_root_leads_to_the_first_page(project: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    first = build_site(project, tmp_path / "deep" / "site", "offline", progress=lines.append)
    assert first == tmp_path / "deep" / "site" / "index.html"
    assert 'content="0; url=report/index.html"' in first.read_text()
    assert sorted(lines) == ["rendered report/features.qmd", "rendered report/index.qmd"]


def test_pages_read_the_first_of_the_given_measurements_and_offer_them_all(
    project: Path, tmp_path: Path
) -> None:
    row = {"codec": "AV1", "resolution": "640×480", "mb_per_min": 11.1}
    newest = tmp_path / "newest" / "sizes" / "run.json"
    newest.parent.mkdir(parents=True)
    newest.write_text(json.dumps({"rows": [row]}))
    site = tmp_path / "site"
    folders = [tmp_path / "newest", project / "measurements"]
    build_site(project, site, "offline", folders)
    assert "11.1 MB per minute" in (site / "report" / "index.html").read_text()
    assert (site / "measurements" / "sizes" / "run.json").read_bytes() == newest.read_bytes()


def test_a_failed_build_leaves_the_site_before_it(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    build_site(project, site, "offline")
    before = _contents(site)
    page = project / "report" / "features.qmd"
    page.write_text(page.read_text() + "\n```{python}\n#| label: tbl-last\n1 / 0\n```\n")
    with pytest.raises(
        InputError, match=r"^report/features\.qmd, cell 5 \(tbl-last\) failed: Zero"
    ):
        build_site(project, site, "offline")
    assert _contents(site) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project", "site"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("See [there](nowhere.qmd).", r"report/features\.qmd: broken link nowhere\.qmd"),
        ("See [it](../measurements/lost.json).", r"broken link \.\./measurements/lost\.json"),
        ("See @tbl-lost.", r"report/features\.qmd: the reference @tbl-lost points to nothing"),
    ],
)
def test_what_leads_nowhere_stops_the_build(
    project: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    (project / "report" / "features.qmd").write_text(text)
    index = project / "report" / "index.qmd"
    index.write_text(index.read_text().replace("#sec-math", ""))
    with pytest.raises(InputError, match=sentence):
        build_site(project, tmp_path / "site", "offline")
    assert not (tmp_path / "site").exists()


def test_a_folder_with_something_else_in_it_is_not_replaced(project: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").touch()
    with pytest.raises(InputError, match="holds something else than a site"):
        build_site(project, tmp_path / "thesis", "offline")
    with pytest.raises(InputError, match="holds the project"):
        build_site(project, tmp_path, "offline")
    with pytest.raises(InputError, match="is a file"):
        build_site(project, tmp_path / "thesis" / "chapter.txt", "offline")


def test_lost_measurements_are_named(project: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lost is not there"):
        build_site(project, tmp_path / "site", "offline", [tmp_path / "lost"])


def test_missing_browser_libraries_are_told_with_the_remedy(project: Path, tmp_path: Path) -> None:
    (project / "node_modules").unlink()
    with pytest.raises(InputError, match=r"is missing: run make setup, which needs node and npm$"):
        build_site(project, tmp_path / "site", "offline")


@pytest.mark.skipif(shutil.which("quarto") is not None, reason="Quarto is installed here")
def test_quarto_is_asked_for_in_one_sentence_where_it_is_not(project: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="quarto is not on PATH"):
        build_site(project, tmp_path / "site", "quarto")


@pytest.mark.skipif(shutil.which("quarto") is None, reason="Quarto is not installed here")
def test_quarto_renders_the_same_project(project: Path, tmp_path: Path) -> None:
    build_site(project, tmp_path / "site", "quarto", [project / "measurements"])
    assert "22.9" in (tmp_path / "site" / "report" / "index.html").read_text()
