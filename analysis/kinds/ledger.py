"""The ledger with its kinds: what reads a file of any kind, adds a run and writes the schemas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from analysis.errors import InputError
from analysis.kinds.context import Outcome
from analysis.kinds.registry import find_kind, kinds
from analysis.ledger import provenance, store
from analysis.ledger.records import Measurement, Profile, schema_name


def read_run(path: Path) -> Measurement:
    """The measurement in a file, of whatever kind.

    Raises:
        InputError: no such file, no JSON, an unknown kind, another version, or a field amiss.
    """
    content = store.content_of(path)
    schema = content.get("schema")
    kind = kinds().get(str(schema).partition("/")[0])
    if kind is None:
        raise InputError(f"{path} is of schema {schema!r}, and the kinds are {', '.join(kinds())}.")
    return store.parsed(path, content, kind.record)


def add_run(
    kind: str,
    outcome: Outcome,
    created: datetime,
    command: Sequence[str],
    profile: Profile,
    out: Path,
) -> Path:
    """Write what a measurement that began at `created` found, with its provenance."""
    model = find_kind(kind).record
    machine = provenance.host()
    measurement = model.model_validate(
        {
            "schema": schema_name(model),
            "run": provenance.run(command, profile, created, machine),
            "host": machine,
            "inputs": outcome.inputs,
            "parameters": outcome.parameters,
            "results": outcome.results,
        }
    )
    return store.write(measurement, out, outcome.files)


def write_schemas(folder: Path) -> list[Path]:
    """Write the JSON Schema of every kind to `<folder>/schema/<kind>.json`."""
    target = folder / "schema"
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, kind in kinds().items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **kind.record.model_json_schema(by_alias=True, mode="serialization"),
        }
        path = target / f"{name}.json"
        path.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        paths.append(path)
    return paths
