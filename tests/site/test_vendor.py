import subprocess
import sys
from pathlib import Path


def _vendor(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "report/vendor.py"], cwd=project, capture_output=True, text=True
    )


def test_copies_what_pages_load_and_nothing_twice(project: Path) -> None:
    vendor = project / "report" / "assets" / "vendor"
    assert _vendor(project).returncode == 0
    names = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert {
        "katex/katex.min.js",
        "katex/katex.min.css",
        "katex/contrib/auto-render.min.js",
        "plotly/plotly-basic.min.js",
    } <= names
    assert {Path(name).suffix for name in names} == {".js", ".css", ".woff2"}
    changed = vendor / "katex" / "katex.min.css"
    changed.write_text("changed")
    kept = vendor / "katex" / "katex.min.js"
    before = kept.stat().st_mtime_ns
    assert _vendor(project).returncode == 0
    assert changed.read_text() != "changed"
    assert kept.stat().st_mtime_ns == before


def test_says_in_one_sentence_what_is_missing(project: Path) -> None:
    (project / "node_modules").unlink()
    done = _vendor(project)
    assert done.returncode == 1
    assert done.stderr == (
        "node_modules/katex/dist/katex.min.js is missing: "
        "run make setup, which needs node and npm\n"
    )
