"""The reference says what the docstrings say, of every public name, and its example runs."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import analysis
from analysis.site import api
from tests.datasets.other_layouts import write_videos
from tests.shared import REPOSITORY

PAGE = REPOSITORY / "report" / "api.qmd"


def test_every_public_name_has_one_kind() -> None:
    shown = [*api.names("function"), *api.names("class"), *api.names("exception")]
    assert sorted(shown) == sorted(analysis.__all__)
    assert api.names("exception") == ["InputError", "LatentStorageError", "MissingPackage"]
    assert "LatentReader" in api.names("class")
    assert "scan" in api.names("function")


def test_the_page_shows_every_kind() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for kind in ("function", "class", "exception"):
        assert f'api.names("{kind}")' in page


def test_there_is_no_other_kind() -> None:
    with pytest.raises(ValueError, match="module is none of the kinds function, class, exception"):
        api.names("module")


@pytest.mark.parametrize("name", api.names("function"))
def test_a_function_is_shown_with_its_parameters(name: str) -> None:
    entry = api.entry(name)
    signature = inspect.signature(getattr(analysis, name))
    (code,) = re.findall(r"```python\n(.*?)\n```", entry, re.DOTALL)
    assert code.startswith(f"{name}(")
    for parameter in signature.parameters.values():
        assert re.search(rf"\b{parameter.name}: ", code)
        if name != "webdataset_decoder":  # whose text tells of them
            assert f"\n- `{parameter.name}` (" in entry, "a parameter without a word"
    compile(f"def {re.sub('= [.]{3}', '= None', code)}: ...", name, "exec")


@pytest.mark.parametrize("name", [*analysis.__all__, *api.returned()])
def test_an_entry_tells_what_it_is(name: str) -> None:
    text = re.sub(r"```.*?```", "", api.entry(name), flags=re.DOTALL).strip()
    assert text
    assert not text.startswith("**")


def test_defaults_are_values_and_functions_are_left_out() -> None:
    assert "codec: LatentCodec | str = 'picture:48+classes+pcodec'" in api.entry("compress")
    assert "progress: Progress = ...," in api.entry("scan")


def test_a_class_has_its_methods_and_an_exception_its_base() -> None:
    reader = api.entry("LatentReader")
    assert "clip(view: LatentView, start: int, stop: int) -> Frames" in reader
    assert "- `views` (`tuple[LatentView, ...]`): every view" in reader
    assert "_open" not in reader
    assert "class InputError(LatentStorageError)" in api.entry("InputError")


def test_what_is_returned_is_shown_without_how_to_make_it() -> None:
    assert {"Dataset", "Encoded", "LatentClip", "LatentView", "ScanReport"} <= set(api.returned())
    assert api.entry("Dataset").startswith("```python\nclass Dataset\n```")
    assert "- `components` (`dict[str, int]`): bytes by component" in api.entry("ScanReport")


def test_an_unknown_name_has_no_entry() -> None:
    with pytest.raises(KeyError):
        api.entry("encod")


def test_the_example_of_the_page_runs(tmp_path: Path) -> None:
    write_videos(tmp_path / "videos")
    (code,) = re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^\d+ torch\.Size\(\[2, 32, \d+, \d+\]\)$", done.stdout, re.MULTILINE)
