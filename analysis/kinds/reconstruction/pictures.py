"""Pictures of a few frames, chosen by rule: lossless, for the report's viewer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.kinds.media import Frame, webp
from analysis.kinds.reconstruction.record import Picture, ShownFrame, Shows
from analysis.kinds.reconstruction.tally import Part, compare_parts
from analysis.kinds.reconstruction.views import View

PERCENTILES: Final = (10, 50, 90)
"""Of the decoded frames' PSNR: a frame that comes out badly, an ordinary one and a good one."""

SHOWN_FORMAT: Final = "fp16"
"""The number format whose decoded frames are shown."""


@dataclass(frozen=True)
class Candidate:
    """A compared frame that may be shown."""

    view: View
    number: int
    autoencoder: str
    decoded: Frame
    psnr_db: float


def choose(candidates: Sequence[Candidate]) -> list[tuple[int, Candidate]]:
    """The frames at the percentiles, by nearest rank; each frame once."""
    ranked = sorted(candidates, key=lambda candidate: candidate.psnr_db)
    chosen: dict[int, int] = {}
    for percentile in PERCENTILES if ranked else ():
        chosen.setdefault(round(percentile / 100 * (len(ranked) - 1)), percentile)
    return [(percentile, ranked[rank]) for rank, percentile in chosen.items()]


def draw(name: str, percentile: int, candidate: Candidate) -> tuple[ShownFrame, dict[str, bytes]]:
    """What the ledger says of a frame of the set `name`, and its picture files by name."""
    view = candidate.view
    hud_row = view.episode.hud_row(view.header.height)
    pictures: list[Picture] = []
    files: dict[str, bytes] = {}
    for shows, frame in _layers(candidate):
        content = webp(frame)
        file = f"p{percentile}-{shows}.webp"
        files[file] = content
        psnr = _psnr_db(view.reference[candidate.number], frame, hud_row)
        pictures.append(
            Picture(
                shows=shows,
                file=file,
                bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                psnr_db=psnr.get("whole"),
                hud_psnr_db=psnr.get("hud"),
            )
        )
    shown = ShownFrame(
        percentile=percentile,
        set=name,
        split=view.episode.split,
        episode=view.episode.source.key,
        player=view.player,
        frame=candidate.number,
        autoencoder=candidate.autoencoder,
        format=SHOWN_FORMAT,
        width=view.header.width,
        height=view.header.height,
        hud_row=hud_row,
        pictures=tuple(pictures),
    )
    return shown, files


def _layers(candidate: Candidate) -> Iterator[tuple[Shows, Frame]]:
    view, number = candidate.view, candidate.number
    if view.reference is not view.recorded:
        yield "source", view.reference[number]
    yield "video", view.recorded[number]
    yield "decoded", candidate.decoded


def _psnr_db(reference: Frame, frame: Frame, hud_row: int | None) -> dict[Part, float]:
    """By part; nothing for the reference itself."""
    if frame is reference:
        return {}
    parts = compare_parts(reference[None], frame[None], hud_row)
    return {part: quality.psnr_db for part, (quality,) in parts.items()}
