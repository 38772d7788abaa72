"""Versions of measurement files: `<kind>/<major>.<minor>`, and how older ones are read.

A field that is added raises the minor and is optional to readers; a field that goes or changes its
meaning raises the major, and a function `from_N` in the record of the kind upgrades what files of
major N say. A file of a newer minor is read without the fields that this edition does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from analysis.errors import InputError, NewerVersion

Content = dict[str, Any]
Upgrade = Callable[[Content], Content]
"""What a file of one major version says, in the shape of the next one; `schema` apart."""

_SCHEMA: Final = re.compile(r"(?P<kind>[a-z0-9-]+)/(?P<major>\d+)(\.(?P<minor>\d+))?")


@dataclass(frozen=True, order=True)
class Version:
    """A version of a kind's files."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def parse_schema(text: object) -> tuple[str, Version] | None:
    """The kind and the version that a file names; None where it names none.

    The first edition wrote no minor: that is minor 0, where fields of later ones are taken too.
    """
    found = _SCHEMA.fullmatch(str(text))
    if found is None:
        return None
    return found["kind"], Version(int(found["major"]), int(found["minor"] or 0))


def upgraded(
    content: Content, schema: str, steps: dict[int, Upgrade], place: object = "the file"
) -> Content:
    """What a file says, in the shape of the version that this edition reads.

    Args:
        content: the file, which names its own version.
        schema: the version that is read.
        steps: by major version, what upgrades to the next one.
        place: where it lies, for messages.

    Raises:
        NewerVersion: the file is of a newer major version.
        InputError: it is of another kind, or of a version that nothing upgrades.
        KeyError, TypeError, AttributeError: it is not in the shape of its version.
    """
    found, wanted = parse_schema(content.get("schema")), parse_schema(schema)
    assert wanted is not None
    kind, version = wanted
    if found is None or found[0] != kind:
        raise InputError(f"{place} is of schema {content.get('schema')!r}; give a {kind} file.")
    written = found[1]
    if written.major > version.major:
        raise NewerVersion(
            f"{place} is of version {content['schema']} and this program reads {schema}: "
            "run `pip install --upgrade latent-storage` for one that reads both."
        )
    for major in range(written.major, version.major):
        if major not in steps:
            raise InputError(
                f"{place} is of version {content['schema']} and this program reads {schema}; "
                "measure again, or use the version of this program that wrote it."
            )
        content = steps[major](content)
    return {**content, "schema": schema}


def is_newer(content: Content, schema: str) -> bool:
    """Whether a file may have fields that were added since the version `schema`."""
    found, known = parse_schema(content.get("schema")), parse_schema(schema)
    return found is not None and known is not None and found[1] > known[1]
