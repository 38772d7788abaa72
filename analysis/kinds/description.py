"""The fields of measurement files in words: the tables of `measurements/README.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from analysis.kinds.kind import Kind
from analysis.kinds.registry import kinds
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Host, Input, Run, schema_name

BEGIN: Final = "<!-- From here: written by `latent-storage schema` from the models. -->"
END: Final = "<!-- Up to here: written by `latent-storage schema`. -->"

_HEADER: Final = ("| field | type | meaning |", "| --- | --- | --- |")
_PLAIN: Final = {str: "text", int: "integer", float: "number", bool: "true or false"}


def write_readme(folder: Path) -> Path | None:
    """Write the tables into the README of a ledger, between their marks; None where it has none."""
    path = folder / "README.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return None
    path.write_text(f"{before}{BEGIN}\n\n{tables()}\n{END}{after}", encoding="utf-8")
    return path


def tables() -> str:
    """What every file has, then what is special to each kind, as Markdown."""
    parts = ["## Every file", "", *_HEADER]
    parts.append(_row("schema", "text", "`<kind>/<major>.<minor>`"))
    for place, model in (("run", Run), ("host", Host), ("inputs[]", Input)):
        parts.extend(_rows(model, place, {}))
    parts.append(_row("parameters, results", "", "of the kind, below"))
    for kind in kinds().values():
        parts.extend(_section(kind))
    return "\n".join(parts) + "\n"


def _section(kind: Kind) -> Iterator[str]:
    command = kind.made_by or f"measure {kind.name}"
    yield from ("", f"## `{kind.name}`", "", _prose(kind), "")
    yield (
        f"Version {schema_name(kind.record).partition('/')[2]}, "
        f"[JSON Schema](schema/{kind.name}.json), made by `latent-storage {command}`."
    )
    yield from ("", *_HEADER)
    described: dict[type[BaseModel], str] = {}
    for part in ("parameters", "results"):
        yield from _rows(_model_of(kind.record.model_fields[part].annotation), part, described)


def _prose(kind: Kind) -> str:
    """What the module of the record says of the kind."""
    text = (sys.modules[kind.record.__module__].__doc__ or "").strip()
    return _capital(text.removeprefix(f"Kind `{kind.name}`: "))


def _rows(
    model: type[BaseModel] | None, place: str, described: dict[type[BaseModel], str]
) -> Iterator[str]:
    """A row per field, and below it one per field of what it holds; of a model that was described
    already, where."""
    if model is None:
        return
    described[model] = place
    for name, field in model.model_fields.items():
        inner, path = _model_of(field.annotation), f"{place}.{field.alias or name}"
        path += "[]" if _is_list(field.annotation) else ""
        known = described.get(inner) if inner else None
        yield _row(path, _type(field.annotation), _meaning(field, inner, known))
        if inner is not None and known is None and inner is not Estimate:
            yield from _rows(inner, path, described)


def _row(path: str, type: str, meaning: str) -> str:
    return f"| `{path}` | {type} | {meaning} |".replace("||", "| |")


def _meaning(field: FieldInfo, inner: type[BaseModel] | None, known: str | None) -> str:
    said = field.description or ""
    if inner is None or inner is Estimate:
        return _cell(said)
    model = re.split(r"(?<=\.)\s", (inner.__doc__ or "").strip())[0].rstrip(".")
    where = f"fields as in `{known}`" if known else ""
    return _cell("; ".join(part for part in (said or _lower(model), where) if part))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _type(annotation: Any) -> str:
    """The type of a field in words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        present = [_type(each) for each in arguments if each is not NoneType]
        return " or ".join([*present, *(["absent"] if NoneType in arguments else [])])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin is dict:
        return f"{_type(arguments[1])} by name"
    if origin in (tuple, list):
        return f"list of {_type(arguments[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Estimate):
        return "sampled figure"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "object"
    return _PLAIN.get(annotation, "text")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (tuple, list)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, in a list or as one of its alternatives too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_of(each) for each in get_args(annotation))
    return next((each for each in found if each is not None), None)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    first = text.partition(" ")[0]
    return text if first[1:] != first[1:].lower() else text[:1].lower() + text[1:]
