"""Every way of showing the windows of a clip, held against the recorded frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.kinds.dual_decoder.record import Decoding, DecodingResult, FrameScore, Motion
from analysis.kinds.dual_decoder.tally import Scored, Tally
from analysis.kinds.dual_decoder.views import JudgedClip
from analysis.video.quality import qualities

Frames = NDArray[np.uint8]
Latents = NDArray[np.float16]


@dataclass(frozen=True)
class EncodedClip:
    """Frames with their latents by the spatial model and what these come back as.

    Args:
        frames: uint8 (N, H, W, 3), as recorded.
        latents: float16 (N, c, h, w).
        decoded: uint8 (N, H, W, 3), each frame from its own latent.
    """

    frames: Frames
    latents: Latents
    decoded: Frames


def encode_clip(spatial: Autoencoder, frames: Frames) -> EncodedClip:
    """Encode and decode frame by frame."""
    latents = spatial.encode(frames)
    return EncodedClip(frames, latents, spatial.decode(latents, frames.shape[1:3]))


def shown_as(
    decoding: Decoding,
    dual: DualAutoencoder,
    spatial: Autoencoder,
    clip: EncodedClip,
    stored: Latents,
) -> Frames:
    """What a clip is shown as: a frame for every one of it, the same throughout a window where the
    way shows one of each.

    Args:
        decoding: which.
        dual: the dual decoder.
        spatial: the autoencoder of single frames that it is built on.
        clip: a whole number of windows.
        stored: what `dual` stores of it.
    """
    temporal, size = dual.latent.temporal, clip.frames.shape[1:3]
    if decoding == "per-frame":
        return clip.decoded
    if decoding == "full":
        return dual.decode(stored, size)
    if decoding == "single-frame":
        one = dual.decode_frame(stored, size)
    elif decoding == "held":
        one = clip.decoded[dual.module.representative_frame :: temporal]
    elif decoding == "held-first":
        one = clip.decoded[::temporal]
    else:
        windows = clip.latents.astype(np.float32).reshape(-1, temporal, *clip.latents.shape[1:])
        one = spatial.decode(windows.mean(1).astype(np.float16), size)
    return np.repeat(one, temporal, axis=0)


@dataclass
class Comparison:
    """Tallies of every way of one dual decoder."""

    dual: DualAutoencoder
    spatial: Autoencoder
    tallies: dict[Decoding, Tally] = field(
        default_factory=lambda: {decoding: Tally() for decoding in get_args(Decoding)}
    )
    clips: int = 0

    def add(self, episode: str, judged: JudgedClip, clip: EncodedClip) -> None:
        """Show a clip in every way."""
        stored = self.dual.fold(clip.latents)
        for decoding, tally in self.tallies.items():
            frames = shown_as(decoding, self.dual, self.spatial, clip, stored)
            compared = qualities(clip.frames, frames, with_ms_ssim=False)
            tally.add(
                episode,
                (
                    Scored(
                        self.clips,
                        judged.motion,
                        judged.weight,
                        number % self.dual.latent.temporal,
                        quality,
                    )
                    for number, quality in enumerate(compared)
                ),
            )
        self.clips += 1

    def results(self, shares: Mapping[Motion, float]) -> tuple[DecodingResult, ...]:
        """The figures of every way."""
        return tuple(
            self._result(decoding, tally, shares) for decoding, tally in self.tallies.items()
        )

    def _result(
        self, decoding: Decoding, tally: Tally, shares: Mapping[Motion, float]
    ) -> DecodingResult:
        shown = self.dual.module.representative_frame

        def at(position: int) -> FrameScore:
            return tally.score(lambda scored: scored.position == position)

        return DecodingResult(
            way=decoding,
            every_frame=tally.score(),
            representative=at(shown),
            positions=tuple(map(at, range(self.dual.latent.temporal))),
            motions=tally.motions(lambda scored: True, shares),
            representative_motions=tally.motions(lambda scored: scored.position == shown, shares),
        )
