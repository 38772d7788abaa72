"""Measurement files: written once and whole, read strictly, the newest of a kind found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError

from analysis.errors import InputError, MissingRun
from analysis.io.files import appearing_whole
from analysis.ledger.records import Measurement, kind_name, schema_name
from analysis.ledger.versions import is_newer, upgraded

M = TypeVar("M", bound=Measurement)

MEDIA: Final = "media"
"""The folder of a ledger with what belongs to its measurements besides JSON."""

_NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})


def write(measurement: Measurement, folder: Path, files: Mapping[str, bytes] = _NO_FILES) -> Path:
    """Add a file to the ledger: `<folder>/<kind>/<run id>.json`.

    It appears whole or not at all, and never replaces another. `files` lie in `media_folder` by
    then, all of them.

    Raises:
        InputError: a run of that id is there already.
    """
    target = folder / measurement.kind / f"{measurement.run.id}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    text = measurement.model_dump_json(indent=1) + "\n"
    try:
        if target.exists():
            raise FileExistsError(target)
        with (
            _media_written(files, media_folder(measurement, folder)),
            appearing_whole(target, replace=False) as file,
        ):
            file.write(text.encode())
    except FileExistsError:
        raise InputError(
            f"{target} is there already; measurements are never overwritten."
        ) from None
    return target


def media_folder(measurement: Measurement, folder: Path) -> Path:
    """Where the files beside a measurement lie in the ledger `folder`."""
    return folder / MEDIA / measurement.kind / measurement.run.id


@contextmanager
def _media_written(files: Mapping[str, bytes], target: Path) -> Iterator[None]:
    """Write a folder of files, which appears when all are there and goes again if the block fails.

    Raises:
        FileExistsError: the folder is there already.
    """
    if not files:
        yield
        return
    if target.exists():
        raise FileExistsError(target)
    unfinished = target.with_name(f".{target.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        for name, content in files.items():
            with appearing_whole(unfinished / name) as file:
                file.write(content)
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    try:
        yield
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def read(path: Path, model: type[M]) -> M:
    """The measurement of a kind in a file.

    Raises:
        InputError: no such file, no JSON, another kind or version, or a field amiss.
    """
    return parsed(path, content_of(path), model)


def content_of(path: Path) -> dict[str, Any]:
    """The JSON object in a file of the ledger, whatever its kind.

    Raises:
        InputError: no such file, or no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"There is no measurement {path}; `ls` its folder for those there are."
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as JSON ({error}); restore or remove it."
        ) from None
    if not isinstance(content, dict):
        raise InputError(f"{path} holds no JSON object; restore or remove it.")
    return content


def parsed(path: Path, content: dict[str, Any], model: type[M]) -> M:
    """The measurement in the JSON object of the file `path`.

    Raises:
        InputError: another kind or version, or a field amiss.
    """
    written, schema = content.get("schema"), schema_name(model)
    # Fields that a newer minor version added are left out; any other unknown field is an error.
    extra: Literal["ignore", "forbid"] = "ignore" if is_newer(content, schema) else "forbid"
    try:
        return model.model_validate(upgraded(content, schema, model.upgrades, path), extra=extra)
    except (KeyError, TypeError, AttributeError):
        raise InputError(
            f"{path} is no {written} file: a field is missing; measure again."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{path} is no {written} file: {field}: {first['msg']}; measure again."
        ) from None


def runs(folders: Iterable[Path], kind: str) -> list[Path]:
    """All files of a kind in these folders, oldest first."""
    found = [path for folder in folders for path in (folder / kind).glob("*.json")]
    return sorted(found, key=lambda path: path.name)


def newest(folders: Sequence[Path], model: type[M]) -> tuple[Path, M] | None:
    """The newest run of a kind in the first folder that has one, or nothing.

    Folders are in order of preference: fresh measurements go before committed ones.
    """
    kind = kind_name(model)
    for folder in folders:
        if paths := runs([folder], kind):
            return paths[-1], read(paths[-1], model)
    return None


def needed(folders: Sequence[Path], model: type[M]) -> tuple[Path, M]:
    """The newest run of a kind, as `newest` finds it.

    Raises:
        MissingRun: there is none.
    """
    found = newest(folders, model)
    if found is None:
        raise MissingRun(kind_name(model), ", ".join(map(str, folders)) or "no ledger")
    return found
