"""What to measure: `study.toml`, read strictly.

A study names sets of shards for each profile, the autoencoder that their size is compared with,
and those that are run on them. A set with `games` and `recipe` is recorded from those games first
where its folder holds fewer shards than there are games. Below a profile, a kind of measurement may
have a table of its own options, as in `[full.video-bitrate]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from analysis.catalog import autoencoder
from analysis.errors import InputError

Options = TypeVar("Options", bound=BaseModel)

NO_OPTIONS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType({})


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ShardSource(_Strict):
    """A set of shards: a local folder or any fsspec URL."""

    name: str
    path: str
    games: Path | None = None
    recipe: Literal["native", "note"] | None = None

    @model_validator(mode="after")
    def _games_need_a_recipe(self) -> ShardSource:
        if self.games is not None and self.recipe is None:
            raise ValueError("a set with `games` needs the `recipe` to record them with")
        return self


class LatentSource(_Strict):
    """A set of latent shards: a local folder or any fsspec URL."""

    path: str
    recordings: str | None = None
    """What they were, or are to be, encoded from; decoded frames are held against it."""
    autoencoder: str | None = None
    """What decodes them; the one that the shards name when not given."""


class StudyProfile(_Strict):
    """What one profile measures."""

    shards: tuple[ShardSource, ...] = Field(min_length=1)
    encode_with: tuple[str, ...] | None = Field(default=None, min_length=1)
    """Instead of the study's."""
    latents: LatentSource | None = None
    """Latents to compress and to read; encoded first where there are none yet."""
    games: Path | None = None
    """Games to render at every resolution; without them nothing that needs such is measured."""

    @field_validator("shards")
    @classmethod
    def _named_once(cls, shards: tuple[ShardSource, ...]) -> tuple[ShardSource, ...]:
        names = [source.name for source in shards]
        if len(set(names)) < len(names):
            raise ValueError("two sets of shards have the same name")
        return shards

    def options(self, model: type[Options]) -> Options:
        """A kind's own options, which its model describes; its defaults where there is no table."""
        found = (value for _, value in self if isinstance(value, model))
        return next(found, None) or model()


class Study(_Strict):
    """A whole study."""

    autoencoder: str
    encode_with: tuple[str, ...] = Field(default=("project/doom-dcae-f32c32",), min_length=1)
    dual_decoders: tuple[str, ...] = ()
    """Those that are measured; without any, that measurement is left out."""
    quick: StudyProfile | None = None
    full: StudyProfile | None = None

    @field_validator("autoencoder")
    @classmethod
    def _in_the_catalogue(cls, id: str) -> str:
        try:
            return autoencoder(id).id
        except InputError as error:
            raise ValueError(str(error)) from None

    def profile(self, name: Literal["quick", "full"]) -> StudyProfile:
        """What this profile measures.

        Raises:
            InputError: the study has no such profile.
        """
        found = self.quick if name == "quick" else self.full
        if found is None:
            raise InputError(
                f"The study has no [[{name}.shards]]; add one, or choose the other profile."
            )
        return found


def read_study(path: Path, options: Mapping[str, type[BaseModel]] = NO_OPTIONS) -> Study:
    """The study in a TOML file.

    Args:
        path: the file.
        options: the models of the kinds' own options, by kind.

    Raises:
        InputError: no such file, no TOML, or a field amiss.
    """
    try:
        return _with_options(options).model_validate(
            tomllib.loads(path.read_text(encoding="utf-8"))
        )
    except FileNotFoundError:
        raise InputError(
            f"There is no study {path}; start from the study.toml of this project."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read as TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {field}: {first['msg']}; correct that field.") from None


def _with_options(options: Mapping[str, type[BaseModel]]) -> type[Study]:
    """A study in whose profiles these kinds may have a table each."""
    tables: dict[str, Any] = {
        kind.replace("-", "_"): (model | None, Field(default=None, alias=kind))
        for kind, model in options.items()
    }
    profile = create_model("StudyProfileWithOptions", __base__=StudyProfile, **tables)
    return create_model(
        "StudyWithOptions",
        __base__=Study,
        quick=(profile | None, None),
        full=(profile | None, None),
    )
