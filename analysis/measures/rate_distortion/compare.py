"""The autoencoders' side: clips through latents in every format, and one frame to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.stored_format import StoredFormat
from analysis.ledger.rate_distortion import Curve, ShownFrame
from analysis.ledger.video_bitrate import BitrateClip
from analysis.measures.context import Progress
from analysis.measures.rate_distortion.latents import (
    DecodedClip,
    decode_clip,
    decoded_frames,
    encode_clip,
)
from analysis.measures.rate_distortion.pictures import choose, draw
from analysis.measures.rate_distortion.same_frames import game_of, same_frames


@dataclass(frozen=True)
class Comparison:
    """What is compared: the clips of a video-bitrate run, through these autoencoders.

    `every` so manyth frame is compared; `folder` is where clips lie meanwhile.
    """

    clips: Sequence[BitrateClip]
    games: Path
    autoencoders: Sequence[Autoencoder]
    formats: Sequence[StoredFormat]
    every: int
    folder: Path
    progress: Progress

    def decode(self) -> list[DecodedClip]:
        """Every clip by every autoencoder in every format.

        Raises:
            InputError: a game is not there, or shows other frames than were encoded.
        """
        played = [game_of(clip, self.games) for clip in self.clips]
        total = len(self.clips) * len(self.autoencoders) * len(self.formats)
        decoded: list[DecodedClip] = []
        for clip, game in zip(self.clips, played, strict=True):
            with same_frames(clip, game, self.folder, self.progress) as frames:
                for autoencoder in self.autoencoders:
                    latents = encode_clip(autoencoder, frames, self.every)
                    for format in self.formats:
                        self.progress("decoding latents", len(decoded), total)
                        decoded.append(
                            decode_clip(clip.name, autoencoder, format, latents, frames, self.every)
                        )
        self.progress("decoding latents", total, total)
        return decoded

    def show(
        self, decoded: Sequence[DecodedClip], curves: Sequence[Curve], format: StoredFormat
    ) -> tuple[ShownFrame, dict[str, bytes]]:
        """One frame as its source, as each codec and as each autoencoder gives it back."""
        choice = choose(self.clips, decoded, format.name)
        game = game_of(choice.clip, self.games)
        bits = {
            entry.autoencoder: entry.point.bits_per_pixel
            for entry in decoded
            if (entry.format, entry.point.clip) == (format.name, choice.clip.name)
        }
        with same_frames(choice.clip, game, self.folder, self.progress) as frames:
            pictures = {}
            for autoencoder in self.autoencoders:
                latents = format.read_back(encode_clip(autoencoder, frames, self.every))
                shown = decoded_frames(autoencoder, latents, frames, self.every)[choice.frame]
                pictures[f"{autoencoder.name}, {format.name}"] = shown, bits[autoencoder.name]
            return draw(choice, frames, curves, pictures, self.folder)
