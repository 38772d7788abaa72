"""The autoencoders' side: clips through latents in every format, and one frame to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.stored_format import StoredFormat
from analysis.kinds.context import Progress
from analysis.kinds.rate_distortion.latents import (
    DecodedClip,
    decode_clip,
    decoded_frames,
    encode_clip,
)
from analysis.kinds.rate_distortion.pictures import Choice, Drawn, choose, coded, draw
from analysis.kinds.rate_distortion.record import Curve, ShownFrame
from analysis.kinds.rate_distortion.same_frames import game_of, same_frames
from analysis.kinds.rate_distortion.windows import has_window, windows_decoded
from analysis.kinds.video_bitrate.record import BitrateClip
from analysis.video.uncompressed import UncompressedClip


@dataclass(frozen=True)
class Comparison:
    """What is compared: the clips of a video-bitrate run, through these autoencoders.

    every N-th frame is compared, N being `every`; `folder` is where clips lie meanwhile.
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
        self,
        decoded: Sequence[DecodedClip],
        curves: Sequence[Curve],
        format: StoredFormat,
        duals: Sequence[DualAutoencoder],
    ) -> tuple[ShownFrame, dict[str, bytes]]:
        """One frame as its source, and as each autoencoder, codec and dual decoder gives it back.

        It is the representative of the windows that the dual decoders are given.
        """
        choice = choose(
            self.clips,
            decoded,
            format.name,
            lambda clip, frame: all(has_window(dual, frame, clip.frames) for dual in duals),
        )
        game = game_of(choice.clip, self.games)
        with same_frames(choice.clip, game, self.folder, self.progress) as frames:
            stored = [
                *self._decoded(choice, frames, decoded, format),
                *self._coded(choice, frames, curves),
                *windows_decoded(duals, frames, choice.frame),
            ]
            return draw(choice, frames, stored)

    def _decoded(
        self,
        choice: Choice,
        frames: UncompressedClip,
        decoded: Sequence[DecodedClip],
        format: StoredFormat,
    ) -> Iterator[Drawn]:
        bits = {
            entry.autoencoder: entry.point.bits_per_pixel
            for entry in decoded
            if (entry.format, entry.point.clip) == (format.name, choice.clip.name)
        }
        for number, autoencoder in enumerate(self.autoencoders):
            latents = format.read_back(encode_clip(autoencoder, frames, self.every))
            yield Drawn(
                shows=f"latents-{number}",
                title=f"{autoencoder.name}, {format.name}",
                frame=decoded_frames(autoencoder, latents, frames, self.every)[choice.frame],
                bits_per_pixel=bits[autoencoder.name],
            )

    def _coded(
        self, choice: Choice, frames: UncompressedClip, curves: Sequence[Curve]
    ) -> Iterator[Drawn]:
        for done, curve in enumerate(curves):
            self.progress("encoding the shown clip", done, len(curves))
            yield from coded(choice, frames, curve, self.folder)
        self.progress("encoding the shown clip", len(curves), len(curves))
