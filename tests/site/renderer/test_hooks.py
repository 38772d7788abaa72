from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.site.renderer.hooks import run_hooks


def test_a_hook_runs_in_the_project_and_knows_the_site(tmp_path: Path) -> None:
    (tmp_path / "hook.py").write_text(
        "import os\nfrom pathlib import Path\n"
        "Path('said').write_text(os.environ['QUARTO_PROJECT_OUTPUT_DIR'] + os.environ['MORE'])"
    )
    run_hooks(["hook.py"], tmp_path, tmp_path / "site", {"MORE": "!"})
    assert (tmp_path / "said").read_text() == f"{tmp_path / 'site'}!"


def test_a_failing_hook_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "hook.py").write_text("import sys\nsys.exit('katex is missing')")
    with pytest.raises(InputError, match=r"^hook\.py failed: katex is missing$"):
        run_hooks(["hook.py"], tmp_path, tmp_path, {})


def test_a_hook_that_is_no_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no-such-program --all cannot run"):
        run_hooks(["no-such-program --all"], tmp_path, tmp_path, {})
