"""Short clips for the report, several ways side by side, chosen by rule."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.train_dual_decoder import CLIP_FRAMES
from analysis.kinds.dual_decoder.decodings import encode_clip, shown_as
from analysis.kinds.dual_decoder.record import Decoding, Motion, ShownClip
from analysis.kinds.dual_decoder.views import JudgedView
from analysis.kinds.media import POSTER_QUALITY, mp4, panel_size, webp

Frames = NDArray[np.uint8]

SHOWN_MOTIONS: Final[tuple[Motion, ...]] = ("turning", "fighting")

_PANELS: Final[tuple[tuple[Literal["source"] | Decoding, ...], ...]] = (
    ("source", "per-frame", "full"),
    ("single-frame", "held", "mean"),
)
_PANEL: Final = (320, 240)  # pixels across and down, the frame's shape kept within
_CRF: Final = 29


@dataclass(frozen=True)
class Stretch:
    """Consecutive clips of a view."""

    view: JudgedView
    first: int
    clips: int


def busiest(views: Sequence[JudgedView], motion: Motion, clips: int) -> Stretch | None:
    """The first stretch of so many clips with the most of a motion; None where there is none."""
    best, found = 0, None
    for view in views:
        has = set(view.motions.get(motion, ()))
        last = view.header.frames // CLIP_FRAMES - clips
        for first in range(max(last + 1, 1)):
            count = len(has.intersection(range(first, first + clips)))
            if count > best:
                best, found = count, Stretch(view, first, clips)
    return found


def show(
    stretch: Stretch, motion: Motion, dual: DualAutoencoder, spatial: Autoencoder
) -> tuple[ShownClip, Mapping[str, bytes]]:
    """A clip as the ledger speaks of it, and its files by name."""
    view, header = stretch.view, stretch.view.header
    frames = view.stretch(
        stretch.first * CLIP_FRAMES,
        min(stretch.clips * CLIP_FRAMES, header.frames // CLIP_FRAMES * CLIP_FRAMES),
    )
    clip = encode_clip(spatial, frames)
    stored = dual.fold(clip.latents)
    panels = {
        name: frames if name == "source" else shown_as(name, dual, spatial, clip, stored)
        for row in _PANELS
        for name in row
    }
    width, height = panel_size((header.width, header.height), _PANEL)
    pictures = [
        np.concatenate(
            [
                np.concatenate(
                    [
                        cv2.resize(
                            panels[name][number], (width, height), interpolation=cv2.INTER_AREA
                        )
                        for name in row
                    ],
                    axis=1,
                )
                for row in _PANELS
            ]
        ).astype(np.uint8)
        for number in range(len(frames))
    ]
    fps = float(header.fps)
    content, poster = mp4(pictures, fps, _CRF), webp(pictures[0], POSTER_QUALITY)
    file, poster_file = f"{motion}.mp4", f"{motion}.webp"
    shown = ShownClip(
        motion=motion,
        episode=view.episode.source.key,
        player=view.player,
        first_frame=stretch.first * CLIP_FRAMES,
        frames=len(frames),
        fps=fps,
        dual_decoder=dual.name,
        panels=_PANELS,
        width=pictures[0].shape[1],
        height=pictures[0].shape[0],
        file=file,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        poster=poster_file,
    )
    return shown, {file: content, poster_file: poster}
