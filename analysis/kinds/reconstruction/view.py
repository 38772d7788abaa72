"""Quality as the page speaks of it: which way of storing keeps how much of a frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from analysis.presentation.sources import Source
from analysis.presentation.text import estimated, number
from analysis.presentation.viewer import ShownInViewer, ViewerFrame, ViewerPicture

OWN_PREFIX = "project/"
"""How the names of this project's own autoencoders begin."""

HEADERS = ("", "bits per pixel", "MB/min", "PSNR, dB", "pooled PSNR, dB", "SSIM", "MS-SSIM")
"""Of `rows`."""

PART_HEADERS = ("", "status bar: PSNR, dB", "SSIM", "the rest: PSNR, dB", "SSIM", "MS-SSIM")
"""Of `part_rows`."""

OTHER_HEADERS = ("", "games", "frames", "bits per pixel", "PSNR, dB", "SSIM", "status bar: PSNR, dB")
"""Of `other_rows`."""


def label(entry: Reproduction, of: ReconstructedSet) -> str:
    """A way of storing: "MP4, H.264 (High)", or the autoencoder with its number format."""
    if entry.autoencoder is None:
        return f"MP4, {', '.join(of.codecs)}"
    return f"{entry.autoencoder}, {entry.format}"


def _cell(entry: Reproduction, of: ReconstructedSet) -> str:
    """The label for a table, in which the name of an autoencoder is not broken."""
    if entry.autoencoder is None:
        return label(entry, of)
    return f"[{entry.autoencoder}]{{.nowrap}}, {entry.format}"


def by_autoencoder(split: Split) -> dict[str | None, list[Reproduction]]:
    """The ways of storing by their autoencoder, in the order of the run; None is the video."""
    groups: dict[str | None, list[Reproduction]] = {}
    for entry in split.reproductions:
        groups.setdefault(entry.autoencoder, []).append(entry)
    return groups


def rows(split: Split, of: ReconstructedSet) -> Iterator[list[str]]:
    """Whole frames, one row a way of storing."""
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
    """The status bar and the rest, one row a way of storing that has both."""
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
            for way in split.reproductions:
                if way.format in (None, format):
                    yield [
                        f"{entry.name}, {split.name}: {_cell(way, entry)}",
                        str(split.episodes),
                        str(split.frames),
                        number(way.bits_per_pixel.value),
                        estimated(way.whole.psnr_db),
                        number(way.whole.ssim.value),
                        estimated(way.hud.psnr_db) if way.hud else "",
                    ]


def reference(of: ReconstructedSet) -> Markdown:
    """What quality is measured against."""
    if of.reference == "rendered frames":
        return Markdown(
            "Both are held against the same frames: those that the games render again, from which "
            "the video was made. So the latents' figures count both losses."
        )
    return Markdown(
        "There are no games to render these frames again, so the latents are held against the "
        "video that they were made of: what the video itself had lost is not counted."
    )


def about(autoencoders: Sequence[str]) -> Markdown:
    """Which autoencoders the figures are of, and which they are not."""
    own = [name for name in autoencoders if name.startswith(OWN_PREFIX)]
    others = [name for name in autoencoders if name not in own]
    said = []
    if own:
        said.append(
            f"{_listed(own)} {'is' if len(own) == 1 else 'are'} this project's own, small and "
            "trained on the training maps of these games alone. Their latents have the shape of "
            "DC-AE's, as many channels on as coarse a grid, and so the same size. This "
            "is not DC-AE: how good DC-AE's or DC-AE-Lite's latents are, these figures do not say."
        )
    if others:
        said.append(f"{_listed(others)} ran with the weights that go by that name.")
    return Markdown(" ".join(said))


def answer(split: Split, of: ReconstructedSet, format: str) -> Markdown:
    """The video beside the latents in one format, in a sentence each."""
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
            lost = video.whole.psnr_db.value - entry.whole.psnr_db.value
            text += (
                f"; the video, {label(video, of)}, takes {number(video.bits_per_pixel.value)} and "
                f"has {_decibels(video.whole)}, {number(abs(lost), 2)} dB "
                f"{'more' if lost > 0 else 'less'}"
            )
        said.append(f"{text}.")
    return Markdown(" ".join(said))


def formats(split: Split) -> Markdown:
    """What each number format costs beside float32, by autoencoder."""
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
        said.append(f"Beside float32, {name} loses in {_listed(losses)} a value.")
    return Markdown(" ".join(said))


def _loss(exact: Reproduction, entry: Reproduction) -> float:
    """Decibels lost, to the hundredth; a gain too small to print is nothing, not a negative one."""
    return round(exact.whole.psnr_db.value - entry.whole.psnr_db.value, 2) + 0.0


def _decibels(quality: Quality) -> str:
    return f"{number(quality.psnr_db.value)} dB"


def _ms_ssim(quality: Quality) -> str:
    return number(quality.ms_ssim.value) if quality.ms_ssim else "too small"


def _listed(names: Sequence[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


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
                    picture.shows, _TITLES[picture.shows], _said(picture), run.media(picture.file)
                )
                for picture in shown.pictures
            ],
        )
        for shown in run.measurement.results.shown
    ]


def _said(picture: Picture) -> str:
    """How near it comes to the reference."""
    if picture.psnr_db is None:
        return "the reference"
    parts = (("", picture.psnr_db), ("status bar ", picture.hud_psnr_db))
    return ", ".join(f"{name}{number(db)} dB" for name, db in parts if db is not None)
