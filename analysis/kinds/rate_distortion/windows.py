"""A frame as dual decoders give it back: of the latent of a window that it is representative of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis import storage
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.kinds.rate_distortion.pictures import Drawn
from analysis.kinds.rate_distortion.record import ShownWindow
from analysis.video.uncompressed import UncompressedClip

Frame = NDArray[np.uint8]

FORMAT: Final = "fp16"
"""What latents of windows are stored in."""


def window_around(dual: DualAutoencoder, number: int) -> range:
    """The frames of the window that a frame is representative of; they may lie beyond a clip."""
    first = number - dual.module.representative_frame
    return range(first, first + dual.latent.temporal)


def has_window(dual: DualAutoencoder, number: int, frames: int) -> bool:
    """Whether a clip of so many frames has all of that window."""
    window = window_around(dual, number)
    return window.start >= 0 and window.stop <= frames


def windows_decoded(
    duals: Sequence[DualAutoencoder], clip: UncompressedClip, number: int
) -> Iterator[Drawn]:
    """The frame by both decoders of each dual decoder whose window the clip has."""
    for place, dual in enumerate(duals):
        if not has_window(dual, number, clip.frames):
            continue
        window, size = window_around(dual, number), (clip.height, clip.width)
        stored = dual.encode(np.array(clip.rgb()[window.start : window.stop]))
        frames: dict[Literal["full", "single-frame"], Frame] = {
            "full": dual.decode(stored, size)[dual.module.representative_frame],
            "single-frame": dual.decode_frame(stored, size)[0],
        }
        bits = storage.latent_bits_per_pixel(dual.latent, *size, clip.frames)
        for decoder, frame in frames.items():
            yield Drawn(
                shows=f"dual-{place}-{decoder}",
                title=f"{dual.name}, {decoder} decoder, {FORMAT}",
                frame=frame,
                bits_per_pixel=bits,
                window=ShownWindow(
                    dual_decoder=dual.name,
                    decoder=decoder,
                    temporal_factor=dual.latent.temporal,
                    first_frame=window.start,
                ),
            )
