import json
import sys
from pathlib import Path

import pytest

from analysis.site.renderer.kernel import CellFailed, python_kernel


def test_cells_share_state_and_work_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "beside.txt").write_text("here")
    with python_kernel(tmp_path, {"GREETING": "hello"}) as kernel:
        kernel.run("import os\ntext = open('beside.txt').read()")
        (printed,) = kernel.run("print(text, os.environ['GREETING'])")
        assert printed.text == "here hello\n"
        assert kernel.evaluate("len(text)")["text/plain"] == "4"
        with pytest.raises(CellFailed, match=r"^ZeroDivisionError: division by zero$"):
            kernel.run("1 / 0")
        with pytest.raises(CellFailed, match="no value"):
            kernel.evaluate("None")


def test_the_kernel_is_this_python_whatever_the_home_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "data" / "kernels" / "python3"
    other.mkdir(parents=True)
    (other / "kernel.json").write_text(
        json.dumps({"argv": ["false"], "display_name": "Broken", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    with python_kernel(tmp_path, {}) as kernel:
        value = kernel.evaluate("__import__('sys').executable")["text/plain"]
    assert value == repr(sys.executable)
    assert not (tmp_path / "nowhere").exists()
