"""What the command line shows: progress on stderr, results on stdout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from analysis.ledger.figures import Number

stdout = Console(soft_wrap=True)
stderr = Console(stderr=True, soft_wrap=True)


class Report(Protocol):
    """Told what is being done and, where it is known, how many are done and of how many."""

    def __call__(self, what: str, done: int = 0, total: int | None = None) -> None:
        """Show it."""


@contextmanager
def progress() -> Iterator[Report]:
    """A bar on stderr; silent where stderr is no terminal."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)

        def report(what: str, done: int = 0, total: int | None = None) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report


def complain(sentence: str) -> None:
    """Print a sentence on stderr, above a bar if there is one."""
    stderr.print(sentence, markup=False, highlight=False)


def conversion(before: int, after: int) -> str:
    """How much latents were, and what they have become."""
    if not before:
        return "Everything was there already."
    return f"latents: {before:,} bytes to {after:,}, {after / before:.1%}"


def number_text(number: Number | None) -> str:
    """A figure of a run: an estimate with its interval, a count in full."""
    from analysis.ledger.estimate import Estimate

    if number is None:
        return "absent"
    if isinstance(number, Estimate):
        interval = "" if number.low is None else f" [{number.low:.4g}, {number.high:.4g}]"
        return f"{number.value:.4g}{interval}"
    return f"{number:,}" if isinstance(number, int) else f"{number:.4g}"
