"""What a measurement file holds: the one definition, from which the JSON Schemas are made.

A kind of measurement is a pair of models, its parameters and its results, and a version (see
`ledger.versions`).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis.ledger.versions import Upgrade


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

    id: str = Field(
        description="the file's name without `.json`: `<created>_<host>_<commit or release>`"
    )
    created: datetime = Field(description="UTC, when the measurement began")
    command: str = Field(description="the command line that repeats it")
    profile: Profile
    duration_s: float
    commit: str = Field(
        description="git commit of this project's checkout; where it is installed, its release as "
        "in `latent-storage 0.1.0`; or `unknown`"
    )
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

    Each kind narrows `schema`, `parameters` and `results` .
    """

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    upgrades: ClassVar[dict[int, Upgrade]] = {}
    """By major version of a file: what upgrades it to the next one."""

    schema_: str = Field(alias="schema", description="<kind>/<major>.<minor>")
    run: Run
    host: Host
    inputs: tuple[Input, ...]
    parameters: Record
    results: Record

    @property
    def kind(self) -> str:
        """The kind without its version, say `shard-sizes`."""
        return self.schema_.partition("/")[0]


def schema_name(model: type[Measurement]) -> str:
    """`<kind>/<version>` of a model: the one value that its `schema` field takes."""
    (value,) = model.model_fields["schema_"].annotation.__args__  # type: ignore[union-attr]
    return str(value)


def kind_name(model: type[Measurement]) -> str:
    """The kind of a model without its version, say `shard-sizes`."""
    return schema_name(model).partition("/")[0]
