"""A scan for people: what `latent-storage scan` prints."""

from __future__ import annotations

from itertools import islice
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from analysis.datasets.report import Finding, ScanReport, Severity
from analysis.ledger.estimate import Estimate

_SHOWN_FINDINGS: Final = 50
_SEVERITIES: Final[dict[Severity, str]] = {"error": "red", "warning": "yellow", "info": "dim"}


def summary(report: ScanReport) -> RenderableType:
    """Totals, components, codecs and findings of a scan, to print with rich."""
    tables = [_totals(report)]
    if report.components:
        tables.append(_components(report))
    if report.codecs:
        tables.append(_codecs(report))
    return Group(*tables, _findings(report))


def _totals(report: ScanReport) -> RenderableType:
    totals = report.totals
    table = Table(title=Text(report.path), show_header=False, title_justify="left")
    table.add_column("what")
    table.add_column("value", justify="right")
    table.add_row("layout", report.layout)
    table.add_row("shards" if report.layout != "videos" else "videos", f"{totals.shards:,}")
    table.add_row("episodes", f"{totals.episodes:,}")
    table.add_row("frames, each view by itself", f"{totals.frames:,}")
    table.add_row("duration, each view by itself", _duration(totals.duration_s))
    table.add_row("size", _size(totals.bytes))
    if totals.mb_per_min_interval:
        table.add_row("MB per minute", _estimate(totals.mb_per_min_interval, 2))
    if totals.bits_per_pixel_interval:
        table.add_row("bits per pixel", _estimate(totals.bits_per_pixel_interval, 4))
    if totals.shards_not_counted:
        size = _size(totals.bytes_not_counted)
        table.add_row("shards not counted", f"{totals.shards_not_counted:,} ({size})")
    return table


def _components(report: ScanReport) -> RenderableType:
    table = Table(title="Components", title_justify="left")
    table.add_column("component")
    for heading in ("bytes", "share"):
        table.add_column(heading, justify="right")
    for name, size in report.components.items():
        table.add_row(name, f"{size:,}", f"{size / report.totals.bytes:.2%}")
    return table


def _codecs(report: ScanReport) -> RenderableType:
    table = Table(title="Codecs", title_justify="left")
    table.add_column("codec")
    for heading in ("videos", "frames", "size", "bits per pixel"):
        table.add_column(heading, justify="right")
    for codec in report.codecs:
        table.add_row(
            codec.codec,
            f"{codec.videos:,}",
            f"{codec.frames:,}",
            _size(codec.bytes),
            _estimate(codec.bits_per_pixel, 4),
        )
    return table


def _findings(report: ScanReport) -> RenderableType:
    if not report.findings:
        return Text("Nothing is wrong with these shards.", style="green")
    order = list(_SEVERITIES)
    findings = sorted(report.findings, key=lambda finding: order.index(finding.severity))
    lines = [_finding(finding) for finding in islice(findings, _SHOWN_FINDINGS)]
    if len(findings) > _SHOWN_FINDINGS:
        lines.append(
            Text(f"… and {len(findings) - _SHOWN_FINDINGS:,} more, all of them in the JSON.")
        )
    return Group(*lines)


def _finding(finding: Finding) -> Text:
    where = " ".join(part for part in (finding.shard, finding.episode) if part)
    # A sentence about a whole shard begins with its name.
    place = f"{where}: " if where and not finding.what.startswith(where) else ""
    return Text.assemble(
        (finding.severity, _SEVERITIES[finding.severity]), "  ", place, finding.what
    )


def _estimate(estimate: Estimate, digits: int) -> str:
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.{digits}f}"
    return (
        f"{estimate.value:.{digits}f} "
        f"(95 % {estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
    )


def _duration(seconds: float) -> str:
    if seconds < 3600:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:,.1f} h"


def _size(size: int) -> str:
    """Decimal megabytes or gigabytes."""
    return f"{size / 1e6:,.2f} MB" if size < 1e9 else f"{size / 1e9:,.2f} GB"
