"""What a kind of measurement declares of itself, in the `__init__.py` of its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from pydantic import BaseModel

from analysis.kinds.context import Context, Outcome
from analysis.ledger.records import Measurement, kind_name


@dataclass(frozen=True)
class Need:
    """What a kind cannot be measured without.

    Args:
        is_met: whether a context has it.
        otherwise: why a kind is left out where it has not: the end of a sentence.
    """

    is_met: Callable[[Context], bool]
    otherwise: str


GAMES = Need(
    lambda context: context.study.profile(context.profile).games is not None,
    "the study names no games to render",
)

LATENTS = Need(
    lambda context: (context.latents or context.study.profile(context.profile).latents) is not None,
    "the study names no latents",
)

DUAL_DECODERS = Need(
    lambda context: bool(context.study.dual_decoders), "the study names no dual decoders"
)

JUDGE = Need(lambda context: context.judge_claims is not None, "nothing here judges claims")


@dataclass(frozen=True)
class Kind:
    """A kind of measurement.

    Its folder has `record.py` with the model of its files, and, unless a training makes it,
    `measure.py` with a function `measure`, which takes a `Context` and gives an `Outcome`. That is
    imported when it is called: listing kinds and reading their files needs no heavy package.

    Args:
        record: the model of its files.
        order: its place in a full run; the lowest comes first.
        needs: what it is left out without, where no kind is named.
        options: what a study may say for this kind alone, in a table of its name below a profile.
        made_by: the command that makes it, without `latent-storage`, where that is not `measure`.
    """

    record: type[Measurement]
    order: int
    needs: tuple[Need, ...] = ()
    options: type[BaseModel] | None = None
    made_by: str | None = None

    @property
    def name(self) -> str:
        """What it is called, say `shard-sizes`."""
        return kind_name(self.record)

    @property
    def is_measured(self) -> bool:
        """Whether `latent-storage measure` makes it."""
        return self.made_by is None

    def lacking(self, context: Context) -> Iterator[Need]:
        """The needs that a context does not meet."""
        return (need for need in self.needs if not need.is_met(context))

    def measure(self, context: Context) -> Outcome:
        """Measure it.

        Raises:
            InputError: something is wrong with what is measured.
        """
        package = self.record.__module__.rpartition(".")[0]
        outcome: Outcome = import_module(f"{package}.measure").measure(context)
        return outcome
