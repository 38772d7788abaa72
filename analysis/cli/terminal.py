"""What the command line shows: progress on stderr, tables on stdout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from analysis.findings.answer import which_is_smaller
from analysis.findings.calculator import Calculation
from analysis.kinds.claims.record import Claim, Figure, Verdict
from analysis.ledger.compare import Difference
from analysis.ledger.estimate import Estimate
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


def calculation_table(calculation: Calculation, hours: float) -> Table:
    """Latents and video side by side."""
    comparison = calculation.comparison
    table = Table(caption=f"R = {comparison.ratio:.3g}: {which_is_smaller(comparison.ratio)}")
    for column in ("", "latents", "video"):
        table.add_column(column, justify="right" if column else "left")
    for name, latent, video in (
        ("bits a pixel", comparison.latent_bits_per_pixel, comparison.video_bits_per_pixel),
        ("MB a minute", comparison.latent_mb_per_min, comparison.video_mb_per_min),
        (f"GB, {hours:g} h", comparison.latent_bytes / 1e9, comparison.video_bytes / 1e9),
        (
            "times smaller than raw",
            comparison.autoencoder_compression,
            comparison.video_compression,
        ),
    ):
        table.add_row(name, f"{latent:.4g}", f"{video:.4g}")
    table.add_row("smallest whole t with R < 1", str(comparison.smallest_temporal_factor), "")
    table.add_row("tokens a second", f"{comparison.tokens_per_second:,.0f}", "")
    if calculation.gpu_hours is not None:
        table.add_row("GPU-hours to encode", f"{calculation.gpu_hours:,.4g}", "")
    for name, latents, videos in (
        ("fits into memory", calculation.latent_fits.ram, calculation.video_fits.ram),
        ("fits onto the disk", calculation.latent_fits.disk, calculation.video_fits.disk),
    ):
        if latents is not None and videos is not None:
            table.add_row(name, _yes(latents), _yes(videos))
    return table


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def claims_table(claims: Sequence[Claim]) -> Table:
    """One row a claim: its verdict, and what the claims page says of it, one thing below another.

    Of many figures only those that differ from print are told one by one.
    """
    counts = Counter(claim.verdict for claim in claims)
    summary = "\n".join(f"{count} {_words(verdict)}" for verdict, count in counts.most_common())
    table = Table(title="The note, claim by claim", caption=summary, show_lines=True)
    table.add_column("Verdict", width=13)
    table.add_column("Claim", ratio=1, overflow="fold")
    for claim in claims:
        table.add_row(_words(claim.verdict), _claim_text(claim))
    return table


_MANY_FIGURES = 4


def _claim_text(claim: Claim) -> Text:
    figures = claim.figures
    if len(figures) > _MANY_FIGURES:
        figures = tuple(figure for figure in figures if figure.agrees is False)
    rest = len(claim.figures) - len(figures)
    lines = [claim.explanation, *(f"· {_figure_text(figure)}" for figure in figures)]
    if rest:
        lines.append(f"· {rest} {'more ' if figures else ''}figures: --json has them")
    evidence = "; ".join(reference.address or reference.title for reference in claim.evidence)
    if evidence:
        lines.append(f"Evidence: {evidence}")
    return Text.assemble((claim.statement, "bold"), *(f"\n{line}" for line in lines))


def _figure_text(figure: Figure) -> str:
    """Its three sides, as far as it has them."""
    sign = {True: " ✓", False: " ≠", None: ""}[figure.agrees]
    sides = (
        ("published", figure.published, ""),
        ("recomputed", figure.recomputed, sign),
        ("measured", figure.measured, ""),
    )
    said = [
        f"{side} {value if isinstance(value, str) else _number(value)}{mark}"
        for side, value, mark in sides
        if value is not None
    ]
    unit = f" ({figure.unit})" if figure.unit else ""
    return f"{figure.name}{unit}: {', '.join(said)}"


def _words(verdict: Verdict) -> str:
    return verdict.replace("-", " ")


def differences_table(differences: Sequence[Difference], first: str, second: str) -> Table:
    """One row a figure; a star marks what sampling does not explain."""
    table = Table(caption="* beyond the 95 % intervals, or unequal where there is none")
    for column in ("Figure", first, second, "Difference", ""):
        table.add_column(column, overflow="fold")
    for difference in differences:
        relative = difference.relative
        table.add_row(
            Text(difference.figure),
            _number(difference.first),
            _number(difference.second),
            "" if relative is None else f"{relative:+.2%}",
            "*" if difference.beyond else "",
        )
    return table


def _number(number: Number | None) -> str:
    if number is None:
        return "absent"
    if isinstance(number, Estimate):
        interval = "" if number.low is None else f" [{number.low:.4g}, {number.high:.4g}]"
        return f"{number.value:.4g}{interval}"
    return f"{number:,}" if isinstance(number, int) else f"{number:.4g}"
