"""What each form of storing keeps of a frame: tables, a chart, sentences and the viewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis.kinds.reconstruction.record import (
    Picture,
    Quality,
    ReconstructedSet,
    Reconstruction,
    Reproduction,
    Shows,
    Split,
)
from analysis.presentation import charts
from analysis.presentation.sources import Source
from analysis.presentation.text import apart, estimated, listed, number
from analysis.presentation.viewer import ShownInViewer, ViewerFrame, ViewerPicture

HEADERS = ("", "bits per pixel", "MB/min", "PSNR, dB", "pooled PSNR, dB", "SSIM", "MS-SSIM")
"""Of `rows`."""

PART_HEADERS = ("", "status bar: PSNR, dB", "SSIM", "the rest: PSNR, dB", "SSIM", "MS-SSIM")
"""Of `part_rows`."""

OTHER_HEADERS = (
    "",
    "games",
    "frames",
    "bits per pixel",
    "PSNR, dB",
    "SSIM",
    "status bar: PSNR, dB",
)
"""Of `other_rows`."""


def label(entry: Reproduction, of: ReconstructedSet) -> str:
    """What was stored: "MP4, H.264 (High)", or the autoencoder with its number format."""
    if entry.autoencoder is None:
        return f"MP4, {', '.join(of.codecs)}"
    return f"{entry.autoencoder}, {entry.format}"


def _cell(entry: Reproduction, of: ReconstructedSet) -> str:
    """The label for a table, in which the name of an autoencoder is not broken."""
    if entry.autoencoder is None:
        return label(entry, of)
    return f"[{entry.autoencoder}]{{.nowrap}}, {entry.format}"


def by_autoencoder(split: Split) -> dict[str | None, list[Reproduction]]:
    """What was stored, by autoencoder, in the order of the run; None is the video."""
    groups: dict[str | None, list[Reproduction]] = {}
    for entry in split.reproductions:
        groups.setdefault(entry.autoencoder, []).append(entry)
    return groups


def rows(split: Split, of: ReconstructedSet) -> Iterator[list[str]]:
    """Whole frames, one row for the video and for each number format of each autoencoder."""
    for entry in split.reproductions:
        yield [
            _cell(entry, of),
            number(entry.bits_per_pixel.value),
            number(entry.mb_per_min.value),
            estimated(entry.whole.psnr_db),
            number(entry.whole.pooled_psnr_db.value),
            number(entry.whole.ssim.value),
            _ms_ssim(entry.whole),
        ]


def part_rows(split: Split, of: ReconstructedSet) -> Iterator[list[str]]:
    """The status bar and the rest, one row for each entry that has both."""
    for entry in split.reproductions:
        if entry.hud and entry.rest:
            yield [
                _cell(entry, of),
                estimated(entry.hud.psnr_db),
                number(entry.hud.ssim.value),
                estimated(entry.rest.psnr_db),
                number(entry.rest.ssim.value),
                _ms_ssim(entry.rest),
            ]


def other_rows(sets: Sequence[ReconstructedSet], format: str) -> Iterator[list[str]]:
    """Every set and split: its video, and each autoencoder in one number format."""
    for entry in sets:
        for split in entry.splits:
            for stored in split.reproductions:
                if stored.format in (None, format):
                    yield [
                        f"{entry.name}, {split.name}: {_cell(stored, entry)}",
                        str(split.episodes),
                        str(split.frames),
                        number(stored.bits_per_pixel.value),
                        estimated(stored.whole.psnr_db),
                        number(stored.whole.ssim.value),
                        estimated(stored.hud.psnr_db) if stored.hud else "",
                    ]


def reference(of: ReconstructedSet) -> Markdown:
    """What quality is measured against."""
    if of.reference == "rendered frames":
        return Markdown(
            "Both are compared with the same frames: those that the games render again, from which "
            "the video was made. So the latents' figures count both losses."
        )
    return Markdown(
        "There are no games to render these frames again, so the latents are compared with the "
        "video that they were made of: what the video itself had lost is not counted."
    )


def figure(split: Split, of: ReconstructedSet) -> go.Figure:
    """PSNR over bits per pixel: the video, and each autoencoder in its number formats."""
    groups = by_autoencoder(split)
    names = {name: name or label(entries[0], of) for name, entries in groups.items()}
    styles = charts.series_styles(names.values())
    chart = go.Figure()
    for name, entries in groups.items():
        chart.add_scatter(
            x=[entry.bits_per_pixel.value for entry in entries],
            y=[entry.whole.psnr_db.value for entry in entries],
            error_y=charts.error_bars([entry.whole.psnr_db for entry in entries]),
            mode="markers",
            name=names[name],
            customdata=[label(entry, of) for entry in entries],
            hovertemplate="%{customdata}: %{x:.3f} bits per pixel, %{y:.1f} dB<extra></extra>",
            marker={
                "color": charts.colour("measured"),
                "symbol": styles[names[name]].symbol,
                "size": 11,
            },
        )
    chart.update_layout(
        xaxis={"title": {"text": "bits per pixel"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "PSNR, dB"}},
        height=420,
    )
    return chart


def answer(split: Split, of: ReconstructedSet, format: str) -> Markdown:
    """The video against the latents in one format, in a sentence each."""
    video = next((entry for entry in split.reproductions if entry.kind == "video"), None)
    said = []
    for entry in split.reproductions:
        if entry.format != format:
            continue
        text = (
            f"Latents of {entry.autoencoder} in {format} take {number(entry.bits_per_pixel.value)} "
            f"bits per pixel and come back at {_decibels(entry.whole)}"
        )
        if video is not None:
            db, reference = video.whole.psnr_db.value, entry.whole.psnr_db.value
            difference = apart(db, reference, "dB", "more", "as much", "less")
            text += (
                f"; the video, {label(video, of)}, takes {number(video.bits_per_pixel.value)} and "
                f"has {_decibels(video.whole)}, {difference}"
            )
        said.append(f"{text}.")
    return Markdown(" ".join(said))


def formats(split: Split) -> Markdown:
    """What each number format costs against float32, by autoencoder."""
    said = []
    for name, entries in by_autoencoder(split).items():
        exact = next((entry for entry in entries if entry.format == "fp32"), None)
        if name is None or exact is None:
            continue
        losses = [
            f"{entry.format} {_loss(exact, entry):.2f} dB "
            f"at {number(entry.bytes_per_value or 0)} bytes"
            for entry in entries
            if entry is not exact
        ]
        said.append(f"Against float32, {name} loses in {listed(losses)} per value.")
    return Markdown(" ".join(said))


def _loss(exact: Reproduction, entry: Reproduction) -> float:
    """Decibels lost, to the hundredth; a gain too small to print is nothing, not a negative one."""
    return round(exact.whole.psnr_db.value - entry.whole.psnr_db.value, 2) + 0.0


def _decibels(quality: Quality) -> str:
    return f"{number(quality.psnr_db.value)} dB"


def _ms_ssim(quality: Quality) -> str:
    return number(quality.ms_ssim.value) if quality.ms_ssim else "too small"


_TITLES: dict[Shows, str] = {
    "source": "Source, as rendered",
    "video": "MP4, decoded",
    "decoded": "Latents, decoded",
}


def viewer_frames(run: Source[Reconstruction]) -> ShownInViewer:
    """The shown frames of a run for the frame viewer."""
    return [
        ViewerFrame(
            title=f"Percentile {shown.percentile} of PSNR: {shown.split}, frame {shown.frame} "
            f"of player {shown.player.removeprefix('p')}",
            width=shown.width,
            height=shown.height,
            hud_row=shown.hud_row,
            pictures=[
                ViewerPicture(
                    picture.shows,
                    _TITLES[picture.shows],
                    _caption(picture),
                    run.media(picture.file),
                )
                for picture in shown.pictures
            ],
        )
        for shown in run.measurement.results.shown
    ]


def _caption(picture: Picture) -> str:
    """How near it comes to the reference."""
    if picture.psnr_db is None:
        return "the reference"
    parts = (("", picture.psnr_db), ("status bar ", picture.hud_psnr_db))
    return ", ".join(f"{name}{number(db)} dB" for name, db in parts if db is not None)
