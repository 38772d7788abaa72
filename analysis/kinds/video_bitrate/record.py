"""Kind `video-bitrate`: what the same games take at each resolution, codec and quality.

Each row is one encoding at one resolution, with estimates over games; `clips` are the frames that
were encoded, and `laws` say how bits per pixel go with the number of pixels. Settings of the
encoders are in each row, under FFmpeg's names.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record

REFERENCE: Final = "480p"
"""The resolution of the note's recordings, at which encoders are compared."""


class VideoBitrateParameters(Record):
    """What was encoded, and how it was judged."""

    study: str = Field(description="the study file")
    games: int
    frames_per_second: int
    quality_every: int = Field(
        description="N: every N-th frame of a clip is compared with its source"
    )
    psnr: str = Field(description="what PSNR is taken of")
    ssim: str = Field(description="what SSIM is taken of")
    vmaf: str | None = Field(description="the model and the program; absent where there was none")
    speed: str = Field(description="what a core-second is")
    parts_kept: int = Field(
        description="encoded clips that an interrupted run had left; `run.duration_s` is without"
    )


class BitrateClip(Record):
    """The frames that were encoded: a piece of one player's view of a game, rendered again."""

    name: str
    game: str = Field(description="digest of the game")
    map: str
    split: str
    player: str
    resolution: str
    upscaled: bool = Field(description="rendered small and enlarged, as the note's recorder does")
    rendered_width: int
    rendered_height: int
    width: int
    height: int
    first_frame: int = Field(description="in the game, counted from 0")
    frames: int
    shared_first: int = Field(
        description="in the clip: the first of the frames that every clip of this game has"
    )
    shared_frames: int
    sha256: str = Field(description="of all RGB frames")


class ClipResult(Record):
    """One clip as one encoder wrote it. Quality is the mean over the compared frames."""

    identified_by = ("clip",)

    clip: str
    bytes: int = Field(description="of the file")
    sha256: str = Field(description="of the file")
    shared_bytes: int = Field(description="of the coded frames that every resolution has")
    frames_compared: int
    psnr_db: float
    psnr_y_db: float
    ssim: float
    vmaf: float | None
    encode_core_s: float
    decode_core_s: float


class BitrateRow(Record):
    """One encoding at one resolution; estimates are over games."""

    name: str = Field(description="as runs are compared by")
    resolution: str
    upscaled: bool
    width: int
    height: int
    codec: str
    encoder: str
    encoder_version: str
    settings: dict[str, str] = Field(description="what the encoder was told, by FFmpeg's names")
    preset: str | None
    quality_scale: str = Field(description="crf, qmin, qp or level")
    quality: int
    gop: int
    pixel_format: str
    threads: int
    lossless: bool
    bits_per_pixel: Estimate
    mb_per_min: Estimate = Field(description="per minute of one view, 1 MB = 10^6 bytes")
    relative_to_480p: Estimate | None = Field(
        description="bits per pixel over those of the same encoding at 640x480, native, game by "
        "game and of the frames that both have"
    )
    psnr_db: Estimate = Field(description="of RGB; 100 for equal frames")
    psnr_y_db: Estimate = Field(description="of luma; 100 for equal frames")
    ssim: Estimate
    vmaf: Estimate | None
    encode_frames_per_core_s: Estimate
    decode_frames_per_core_s: Estimate
    clips: tuple[ClipResult, ...]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.height, self.width


class BitrateLaw(Record):
    """b = k (N / N480)^e over the pixels N of a frame, N480 being those of 640x480.

    The form is that of Ma, Hu, Xu and Wang (arXiv:1206.2625). Each game gets its own k and e, by
    least squares of the logarithms, from the frames that it has at every resolution; the estimates
    are over games.
    """

    name: str
    codec: str
    preset: str | None
    quality_scale: str
    quality: int
    sizes: tuple[tuple[int, int], ...] = Field(description="(height, width) it was fitted to")
    exponent: Estimate
    at_480p: Estimate = Field(description="k: bits per pixel that the law gives at 640x480")
    largest_deviation: float = Field(
        description="largest |measured / law - 1| over games and resolutions, k and e of the game"
    )


class VideoBitrateResults(Record):
    """Clips, rows and the laws through them."""

    clips: tuple[BitrateClip, ...]
    rows: tuple[BitrateRow, ...]
    laws: tuple[BitrateLaw, ...]


class VideoBitrate(Measurement):
    """A `video-bitrate` file."""

    schema_: Literal["video-bitrate/1.0"] = Field(alias="schema")
    parameters: VideoBitrateParameters
    results: VideoBitrateResults
