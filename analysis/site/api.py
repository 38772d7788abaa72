"""The reference of the public names, from their docstrings: read by griffe, nothing is imported."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import griffe

import analysis

_KINDS: Final = ("function", "class", "exception")


def names(kind: str) -> list[str]:
    """The public names of one kind: "function", "class" or "exception".

    Raises:
        ValueError: there is no such kind.
    """
    if kind not in _KINDS:
        raise ValueError(f"{kind} is none of the kinds {', '.join(_KINDS)}")
    return [name for name in analysis.__all__ if _kind(_public(name)) == kind]


def returned() -> list[str]:
    """The names of this package's classes that public functions and methods return, or have in
    their attributes, and that are not public themselves."""
    return sorted(_returned())


def entries(chosen: Iterable[str]) -> str:
    """Names as Markdown, each under its heading: how it is called, what it does, takes and raises.

    Raises:
        KeyError: one is neither public nor returned.
    """
    return "\n\n".join(f"### `{name}` {{#api-{name}}}\n\n{entry(name)}" for name in chosen)


def entry(name: str) -> str:
    """One name as Markdown, without its heading.

    Raises:
        KeyError: it is neither public nor returned.
    """
    return _entry(_public(name) if name in analysis.DEFINED_IN else _returned()[name])


@cache
def _package() -> griffe.Module:
    assert analysis.__file__ is not None
    root = Path(analysis.__file__).parent.parent
    found = griffe.load("analysis", search_paths=[root], docstring_parser="google")
    assert isinstance(found, griffe.Module)
    return found


def _public(name: str) -> griffe.Object:
    found = _package()[f"{analysis.DEFINED_IN[name]}.{name}"]
    assert isinstance(found, griffe.Object)
    return found


def _kind(found: griffe.Object) -> str:
    if not isinstance(found, griffe.Class):
        return "function"
    return "exception" if any(map(_is_exception, _lineage(found))) else "class"


def _is_exception(base: str) -> bool:
    """Whether a class of this name that Python itself has is one."""
    found = getattr(builtins, base, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _lineage(found: griffe.Class) -> Iterator[str]:
    """The names of its bases, and of theirs."""
    yield from map(str, found.bases)
    for parent in found.resolved_bases:
        if isinstance(parent, griffe.Class):
            yield from _lineage(parent)


@cache
def _returned() -> dict[str, griffe.Object]:
    public = {_public(name).path for name in analysis.__all__}
    found: dict[str, griffe.Object] = {}
    for name in analysis.__all__:
        for annotation in _results(_public(name)):
            for path in _paths(annotation):
                if path in public or not path.startswith("analysis."):
                    continue
                target = _package()[path.removeprefix("analysis.")]
                if isinstance(target, griffe.Alias):
                    target = target.final_target
                if isinstance(target, griffe.Class):
                    found[target.name] = target
    return found


def _results(found: griffe.Object) -> Iterator[str | griffe.Expr | None]:
    if isinstance(found, griffe.Function):
        yield found.returns
    for member in _shown_members(found):
        if isinstance(member, griffe.Function):
            yield member.returns
        elif isinstance(member, griffe.Attribute):
            yield member.annotation


def _paths(annotation: str | griffe.Expr | None) -> Iterator[str]:
    """What the names in an annotation stand for."""
    if isinstance(annotation, griffe.Expr):
        for part in annotation.iterate(flat=True):
            if isinstance(part, griffe.ExprName):
                yield part.canonical_path


def _shown_members(found: griffe.Object) -> list[griffe.Object]:
    """Of a class, in the order of its source."""
    if not isinstance(found, griffe.Class):
        return []
    members = [m for m in found.members.values() if isinstance(m, griffe.Object) and m.is_public]
    return [m for m in members if not isinstance(m, griffe.Function) or m.has_docstring]


# As Markdown


def _entry(found: griffe.Object) -> str:
    made_by_users = _is_public(found) and _kind(found) != "exception"
    if isinstance(found, griffe.Class) and not (made_by_users and found.parameters):
        bases = f"({', '.join(map(str, found.bases))})" if _kind(found) == "exception" else ""
        parts = [_code(f"class {found.name}{bases}"), *_described(found, "Attributes")]
    else:
        parts = [_code(_signature(found)), *_described(found, "Arguments")]
    for member in _shown_members(found):
        if isinstance(member, griffe.Function):
            parts += [_code(_signature(member)), *_described(member, "Arguments")]
    return "\n\n".join(parts)


def _is_public(found: griffe.Object) -> bool:
    return analysis.DEFINED_IN.get(found.name) == found.module.path.removeprefix("analysis.")


def _described(found: griffe.Object, arguments: str) -> Iterator[str]:
    """The sections of a docstring, and after them the attributes that it does not tell of."""
    attributes: list[str] = []
    raised: list[str] = []
    told: set[str] = set()
    for section in found.docstring.parsed if found.docstring else []:
        if isinstance(section, griffe.DocstringSectionText):
            yield section.value
        elif isinstance(section, griffe.DocstringSectionParameters):
            items = [_item(each.name, each.annotation, each.description) for each in section.value]
            told |= {each.name for each in section.value}
            if arguments == "Attributes":
                attributes += items
            else:
                yield _list("Arguments", items)
        elif isinstance(section, griffe.DocstringSectionAttributes):
            told |= {each.name for each in section.value}
            attributes += [
                _item(each.name, each.annotation, each.description) for each in section.value
            ]
        elif isinstance(section, griffe.DocstringSectionRaises):
            raised = [f"- `{each.annotation}`: {_line(each.description)}" for each in section.value]
    for member in _shown_members(found):
        if isinstance(member, griffe.Attribute) and member.name not in told:
            description = member.docstring.value if member.docstring else _of_pydantic(member)
            if description or (arguments == "Attributes" and member.annotation is not None):
                attributes.append(_item(member.name, member.annotation, description))
    if attributes:
        yield _list("Attributes", attributes)
    if raised:
        yield _list("Raises", raised)


def _of_pydantic(found: griffe.Attribute) -> str:
    """What `Field(description=...)` says."""
    if isinstance(found.value, griffe.ExprCall):
        for argument in found.value.arguments:
            if isinstance(argument, griffe.ExprKeyword) and argument.name == "description":
                return str(ast.literal_eval(str(argument.value)))
    return ""


def _list(heading: str, items: Iterable[str]) -> str:
    return f"**{heading}**\n\n" + "\n".join(items)


def _item(name: str, annotation: object, description: str) -> str:
    kind = f" (`{annotation}`)" if annotation is not None else ""
    return f"- `{name}`{kind}" + (f": {_line(description)}" if description else "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def _signature(found: griffe.Object, width: int = 76) -> str:
    """How it is called, an argument a line where one line is too short."""
    assert isinstance(found, griffe.Function | griffe.Class)
    marked: list[str] = []
    kinds = {parameter.kind for parameter in found.parameters}
    for parameter in found.parameters:
        if parameter.name == "self":
            continue
        first_by_name = "*" not in marked and griffe.ParameterKind.var_positional not in kinds
        if parameter.kind is griffe.ParameterKind.keyword_only and first_by_name:
            marked.append("*")
        annotation = f": {parameter.annotation}" if parameter.annotation is not None else ""
        default = f" = {_default(parameter.default)}" if parameter.default is not None else ""
        marked.append(f"{parameter.name}{annotation}{default}")
    result = f" -> {found.returns}" if isinstance(found, griffe.Function) and found.returns else ""
    line = f"{found.name}({', '.join(marked)}){result}"
    if len(line) <= width:
        return line
    return f"{found.name}(\n" + "".join(f"    {part},\n" for part in marked) + f"){result}"


def _default(default: str | griffe.Expr) -> str:
    """A default as its value; of a function the ellipsis."""
    if isinstance(default, griffe.ExprLambda):
        return "..."
    if isinstance(default, griffe.ExprName):
        target = _package()[default.canonical_path.removeprefix("analysis.")]
        if isinstance(target, griffe.Alias):
            target = target.final_target
        if isinstance(target, griffe.Attribute) and target.value is not None:
            return str(target.value)
        return "..."
    return str(default)
