"""What a measurement file holds: the one definition, from which the JSON Schemas are made.

A kind of measurement is a pair of models, its parameters and its results, and a version. Raise
the version when a field changes its meaning or goes; `ledger.store` then refuses older files by
name unless it is taught to upgrade them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A frozen record in which an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    identified_by: ClassVar[tuple[str, ...]] = ("name",)
    """The fields that tell the records of a list apart, whatever their order; where a record has
    them not, or two have the same values, each goes by its place."""


Profile = Literal["quick", "full"]
"""quick: enough to see that everything works; full: the figures that the report stands on."""


class Run(Record):
    """When and how a measurement was made."""

    id: str = Field(description="the file's name without .json: <created>_<host>_<commit>")
    created: datetime = Field(description="UTC, when the measurement began")
    command: str = Field(description="the command line that repeats it")
    profile: Profile
    duration_s: float
    commit: str = Field(description="git commit of this project, or 'unknown'")
    dirty: bool = Field(description="whether tracked files differed from that commit")


class Host(Record):
    """The machine it was made on."""

    name: str = Field(description="a stable hash of the machine's name, which stays private")
    cpu: str
    cores: int
    ram_bytes: int
    gpu: str | None
    os: str
    python: str
    packages: dict[str, str] = Field(description="installed version by package")


class Input(Record):
    """What was measured."""

    name: str
    kind: Literal["recording-shards", "latent-shards", "games", "ledger", "catalogue"]
    bytes: int
    sha256: str = Field(
        description="of the file; of a set of shards, of the listing of all its members with "
        "their sizes (payloads are not read)"
    )
    episodes: int | None = None
    frames: int | None = None


class Measurement(Record):
    """One file of the ledger: provenance around a kind's parameters and results.

    Each kind narrows `schema`, `parameters` and `results` (see `ledger.kinds`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    schema_: str = Field(alias="schema", description="<kind>/<version>")
    run: Run
    host: Host
    inputs: tuple[Input, ...]
    parameters: Record
    results: Record

    @property
    def kind(self) -> str:
        """The kind without its version, say `shard-sizes`."""
        return self.schema_.partition("/")[0]

    @classmethod
    def upgraded(cls, content: dict[str, Any]) -> dict[str, Any]:
        """What a file of an older version says in this one's shape, where that can be; all other
        content as it is.

        Raises:
            KeyError, TypeError, AttributeError: it is not in the shape of its version.
        """
        return content


def schema_name(model: type[Measurement]) -> str:
    """`<kind>/<version>` of a model: the one value that its `schema` field takes."""
    (value,) = model.model_fields["schema_"].annotation.__args__  # type: ignore[union-attr]
    return str(value)


def kind_name(model: type[Measurement]) -> str:
    """The kind of a model without its version, say `shard-sizes`."""
    return schema_name(model).partition("/")[0]
