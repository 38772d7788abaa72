"""`latent-storage ratio`: the storage calculator."""

from __future__ import annotations

from dataclasses import fields
from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.choices import one_of
from analysis.cli.options import Json, LedgerToRead, ledgers
from analysis.cli.terminal import stdout

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.findings.calculator import Calculation


def ratio(
    context: typer.Context,
    resolution: Annotated[str, typer.Option(help="240p ... 4K, or WIDTHxHEIGHT.")],
    autoencoder: Annotated[str | None, typer.Option(help="An id of the catalogue.")] = None,
    spatial: Annotated[int | None, typer.Option(min=1, help="s of one of your own.")] = None,
    channels: Annotated[int | None, typer.Option(min=1, help="c of one of your own.")] = None,
    temporal: Annotated[
        int | None, typer.Option(min=1, help="Another temporal factor, all else unchanged.")
    ] = None,
    causal: Annotated[
        bool, typer.Option("--causal", help="Of one of your own: a clip's first frame is alone.")
    ] = False,
    bits_per_pixel: Annotated[
        float | None, typer.Option("--bpp", min=1e-6, help="Bits per pixel of the video.")
    ] = None,
    video: Annotated[
        str | None,
        typer.Option(
            metavar="CODEC:QUALITY",
            help="The video as measured instead, such as h264:17, or note for the note's own b.",
        ),
    ] = None,
    number_format: Annotated[
        str,
        typer.Option(
            "--dtype",
            metavar="FORMAT",
            parser=one_of("number formats"),
            help="Format of a latent value: {number formats}.",
        ),
    ] = "fp16",
    latent_codec: Annotated[
        str | None,
        typer.Option("--codec", help="A measured latent codec instead of a plain format."),
    ] = None,
    clip_frames: Annotated[
        int | None, typer.Option(min=1, help="Frames per clip; long clips when not given.")
    ] = None,
    fps: Annotated[float, typer.Option(min=1e-6, help="Frames per second.")] = 35,
    hours: Annotated[float, typer.Option(min=0, help="Hours of video.")] = 340,
    device: Annotated[
        str | None, typer.Option(help="The GPU that encodes: a100 or h100-sxm.")
    ] = None,
    ram_gb: Annotated[
        float | None, typer.Option("--ram", min=0, help="GB that it should fit into.")
    ] = None,
    disk_gb: Annotated[
        float | None, typer.Option("--disk", min=0, help="GB that it should fit onto.")
    ] = None,
    measurements: LedgerToRead = None,
    json: Json = False,
) -> None:
    """The storage calculator: latents against video for one autoencoder and resolution.

    Example: latent-storage ratio --autoencoder wan-2.1 --resolution 720p --video h264:23
    """
    from analysis.findings.calculator import Choice, calculate, scenario

    if (bits_per_pixel is None) == (video is None):
        raise typer.BadParameter("give either --bpp or --video")
    own = (spatial, channels)
    if (None in own) if autoencoder is None else any(own):
        raise typer.BadParameter("give either --autoencoder, or --spatial and --channels")
    # The options above are called as the fields of a choice.
    choice = Choice(**{field.name: context.params[field.name] for field in fields(Choice)})
    calculation = calculate(scenario(choice, ledgers(measurements)))
    if json:
        print(dumps(calculation.as_dict(), indent=1))
    else:
        stdout.print(calculation_table(calculation, hours))


def calculation_table(calculation: Calculation, hours: float) -> Table:
    """Latents and video side by side."""
    from rich.table import Table

    from analysis.findings.answer import which_is_smaller

    comparison = calculation.comparison
    table = Table(caption=f"R = {comparison.ratio:.3g}: {which_is_smaller(comparison.ratio)}")
    for column in ("", "latents", "video"):
        table.add_column(column, justify="right" if column else "left")
    for name, latent, video in (
        ("bits per pixel", comparison.latent_bits_per_pixel, comparison.video_bits_per_pixel),
        ("MB per minute", comparison.latent_mb_per_min, comparison.video_mb_per_min),
        (f"GB, {hours:g} h", comparison.latent_bytes / 1e9, comparison.video_bytes / 1e9),
        (
            "times smaller than raw",
            comparison.autoencoder_compression,
            comparison.video_compression,
        ),
    ):
        table.add_row(name, f"{latent:.4g}", f"{video:.4g}")
    table.add_row("smallest whole t with R < 1", str(comparison.smallest_temporal_factor), "")
    table.add_row("tokens per second", f"{comparison.tokens_per_second:,.0f}", "")
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
