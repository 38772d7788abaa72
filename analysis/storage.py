"""The equations of the report: how many bytes a video takes as MP4 and as latents.

Symbols, as in the note and on the `equations` page:

| symbol | meaning | here |
| --- | --- | --- |
| s | spatial factor of the autoencoder | `Latent.spatial` |
| c | latent channels | `Latent.channels` |
| t | temporal factor (1: frame by frame) | `Latent.temporal` |
| p | bytes a stored value (2: float16) | `Latent.bytes_per_value` |
| b | bits per pixel of the compressed video | `video_bits_per_pixel` |
| H, W, F, T | height, width in pixels; frames per second; seconds | `height, width, fps, seconds` |

Pure functions on numbers: no input, no output, no import beyond the standard library.
1 MB is 10⁶ bytes everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

RAW_BITS_PER_PIXEL = 24
"""Three 8-bit colour values."""

REFERENCE_PIXELS = 640 * 480
"""Of a frame of the note's recordings: where laws of bits per pixel are anchored."""


@dataclass(frozen=True)
class Latent:
    """The shape of what an autoencoder stores.

    Args:
        spatial: s, pixels of a side of the frame for each latent cell.
        channels: c.
        temporal: t, frames for each latent frame.
        causal: the first frame of a clip stands alone: 1 + (n - 1)/t latent frames, as in Cosmos,
            Wan, HunyuanVideo or LTX-Video; otherwise clips fold in chunks of t.
        bytes_per_value: p; may be a fraction, for a measured latent codec stores less than its
            dtype.

    Raises:
        ValueError: a factor below 1 or a size that is not positive.
    """

    spatial: int
    channels: int
    temporal: int = 1
    causal: bool = False
    bytes_per_value: float = 2.0

    def __post_init__(self) -> None:
        if min(self.spatial, self.channels, self.temporal) < 1:
            raise ValueError("spatial factor, channels and temporal factor are at least 1")
        if not self.bytes_per_value > 0:
            raise ValueError("bytes per value is positive")


# Counting


def latent_grid(latent: Latent, height: int, width: int) -> tuple[int, int]:
    """Rows and columns of the latent of one frame: (⌈H/s⌉, ⌈W/s⌉).

    Frames are padded up to a multiple of s, so the division rounds up. The note's formula
    divides exactly, its tables round up.
    """
    _positive(height=height, width=width)
    return -(-height // latent.spatial), -(-width // latent.spatial)


def latent_frames(latent: Latent, frames: int) -> int:
    """Latent frames that a clip of `frames` is stored in: L(n).

    n for t = 1, ⌈n/t⌉ for a chunked and 1 + ⌈(n - 1)/t⌉ for a causal autoencoder.
    """
    if frames < 0:
        raise ValueError("a clip has no negative number of frames")
    if latent.causal and frames:
        return 1 + -(-(frames - 1) // latent.temporal)
    return -(-frames // latent.temporal)


def most_frames(latent: Latent, latent_frames: int) -> int:
    """Frames of the longest clip that is stored in so many latent frames: 1 + (L - 1)t if causal,
    else Lt.
    """
    if latent_frames < 0:
        raise ValueError("a clip has no negative number of latent frames")
    if latent.causal and latent_frames:
        return 1 + (latent_frames - 1) * latent.temporal
    return latent_frames * latent.temporal


def effective_temporal_factor(latent: Latent, clip_frames: int) -> float:
    """Frames per latent frame that a clip really gets: n / L(n), at most t.

    A causal autoencoder spends a whole latent on the first frame, so short clips lose much of t.
    """
    _positive(clip_frames=clip_frames)
    return clip_frames / latent_frames(latent, clip_frames)


def latent_bytes(latent: Latent, height: int, width: int, clips: int, clip_frames: int) -> float:
    """S_latent: bytes of `clips` clips of `clip_frames` frames each, exactly as stored.

    c · ⌈H/s⌉ · ⌈W/s⌉ · p · L(n), summed over the clips; file headers are not counted.
    """
    rows, columns = latent_grid(latent, height, width)
    values = latent.channels * rows * columns * latent_frames(latent, clip_frames)
    return clips * values * latent.bytes_per_value


def video_bytes(
    video_bits_per_pixel: float, height: int, width: int, fps: float, seconds: float
) -> float:
    """S_video = b · H · W · F · T / 8 in bytes."""
    _positive(bits_per_pixel=video_bits_per_pixel, height=height, width=width, fps=fps)
    return video_bits_per_pixel * height * width * fps * seconds / 8


# Rates


def latent_bits_per_pixel(
    latent: Latent, height: int, width: int, clip_frames: int | None = None
) -> float:
    """Stored bits for each pixel of the source, padding included.

    `clip_frames` counts what short clips lose in time; without it clips are long: L(n) → n/t.
    """
    rows, columns = latent_grid(latent, height, width)
    factor = effective_temporal_factor(latent, clip_frames) if clip_frames else latent.temporal
    bits = 8 * latent.channels * latent.bytes_per_value
    return bits * (rows * columns) / (height * width) / factor


def break_even_bits_per_pixel(latent: Latent) -> float:
    """8cp / (s²t): the video's b at which both take the same bytes.

    It is also the latent's own bits per pixel where s divides H and W and clips are long.
    """
    return 8 * latent.channels * latent.bytes_per_value / (latent.spatial**2 * latent.temporal)


def mb_per_min(bits_per_pixel: float, height: int, width: int, fps: float) -> float:
    """Decimal megabytes that one minute of one view takes at `bits_per_pixel`."""
    return video_bytes(bits_per_pixel, height, width, fps, seconds=60) / 1e6


def bits_per_pixel(mb_per_minute: float, height: int, width: int, fps: float) -> float:
    """The inverse of `mb_per_min`."""
    _positive(mb_per_minute=mb_per_minute, height=height, width=width, fps=fps)
    return mb_per_minute * 1e6 * 8 / (height * width * fps * 60)


def power_law_bits_per_pixel(
    at_reference: float, exponent: float, height: int, width: int
) -> float:
    """b = k (HW / N)^e with N = `REFERENCE_PIXELS`: bits per pixel of the same video at a size.

    The form is that of Ma, Hu, Xu and Wang (arXiv:1206.2625), who model a codec's rate as a
    product of powers of the quantiser, the frame size and the frame rate.
    """
    _positive(at_reference=at_reference, height=height, width=width)
    return at_reference * math.pow(height * width / REFERENCE_PIXELS, exponent)


# Ratios


def storage_ratio(
    latent: Latent,
    video_bits_per_pixel: float,
    size: tuple[int, int] | None = None,
    clip_frames: int | None = None,
) -> float:
    """R = S_latent / S_video; below 1 latents are the smaller ones.

    Without a size this is the note's 8cp/(b s² t), in which H and W cancel; they cancel only where
    s divides both.

    Args:
        latent: what the autoencoder stores.
        video_bits_per_pixel: b.
        size: (height, width), whose padding is counted then.
        clip_frames: of each clip, so that what short clips lose in time is counted too.

    Raises:
        ValueError: b is not positive, or `clip_frames` comes without a size.
    """
    _positive(bits_per_pixel=video_bits_per_pixel)
    if size is None:
        if clip_frames is not None:
            raise ValueError("clip_frames needs a size")
        return break_even_bits_per_pixel(latent) / video_bits_per_pixel
    return latent_bits_per_pixel(latent, *size, clip_frames) / video_bits_per_pixel


def autoencoder_compression(latent: Latent) -> float:
    """How many times smaller than raw 8-bit RGB the latent is: 3s²t/(cp)."""
    return RAW_BITS_PER_PIXEL / break_even_bits_per_pixel(latent)


def video_compression(video_bits_per_pixel: float) -> float:
    """How many times smaller than raw 8-bit RGB the video is: 24/b."""
    _positive(bits_per_pixel=video_bits_per_pixel)
    return RAW_BITS_PER_PIXEL / video_bits_per_pixel


@dataclass(frozen=True)
class TemporalThreshold:
    """R < 1 needs t above `real`; `whole` is the smallest whole t that does."""

    real: float
    whole: int


def temporal_threshold(
    latent: Latent, video_bits_per_pixel: float, size: tuple[int, int] | None = None
) -> TemporalThreshold:
    """The temporal factor from which latents are smaller than the video: t > 8cp/(b s²).

    The latent's own temporal factor is left out of account; channels and spatial factor are
    kept, which real temporal autoencoders seldom do.
    """
    spatial_only = Latent(latent.spatial, latent.channels, bytes_per_value=latent.bytes_per_value)
    real = storage_ratio(spatial_only, video_bits_per_pixel, size)
    return TemporalThreshold(real=real, whole=math.floor(real) + 1)


@dataclass(frozen=True)
class Comparison:
    """A data set stored both ways; sizes are of `hours` of one view, MB are decimal."""

    latent_bits_per_pixel: float
    video_bits_per_pixel: float
    latent_mb_per_min: float
    video_mb_per_min: float
    latent_bytes: float
    video_bytes: float
    ratio: float
    autoencoder_compression: float
    video_compression: float
    smallest_temporal_factor: int
    tokens_per_second: float


def compare(
    latent: Latent,
    size: tuple[int, int],
    video_bits_per_pixel: float,
    fps: float,
    hours: float,
    clip_frames: int | None = None,
) -> Comparison:
    """Everything the calculator shows for one autoencoder at `size` = (height, width)."""
    latent_bits = latent_bits_per_pixel(latent, *size, clip_frames)
    seconds = 3600 * hours
    return Comparison(
        latent_bits_per_pixel=latent_bits,
        video_bits_per_pixel=video_bits_per_pixel,
        latent_mb_per_min=mb_per_min(latent_bits, *size, fps),
        video_mb_per_min=mb_per_min(video_bits_per_pixel, *size, fps),
        latent_bytes=video_bytes(latent_bits, *size, fps, seconds),
        video_bytes=video_bytes(video_bits_per_pixel, *size, fps, seconds),
        ratio=storage_ratio(latent, video_bits_per_pixel, size, clip_frames),
        autoencoder_compression=RAW_BITS_PER_PIXEL / latent_bits,
        video_compression=video_compression(video_bits_per_pixel),
        smallest_temporal_factor=temporal_threshold(latent, video_bits_per_pixel, size).whole,
        tokens_per_second=tokens_per_second(latent, *size, fps),
    )


# What the sizes mean for training


def tokens_per_second(latent: Latent, height: int, width: int, fps: float, patch: int = 1) -> float:
    """Tokens that a video model reads for a second of video: ⌈h/q⌉ · ⌈w/q⌉ · F/t.

    h and w are the rows and columns of the latent, q is the model's patch size.
    """
    _positive(patch=patch, fps=fps)
    rows, columns = latent_grid(latent, height, width)
    return -(-rows // patch) * -(-columns // patch) * fps / latent.temporal


def relative_attention_cost(tokens: float, reference_tokens: float) -> float:
    """Attention FLOPs of one window over another's: (n / n_reference)².

    Full self-attention multiplies every token with every other one (Vaswani et al., Attention
    Is All You Need, 2017, table 1); layers and widths are taken as equal.
    """
    _positive(tokens=tokens, reference_tokens=reference_tokens)
    return (tokens / reference_tokens) ** 2


def shown_frames_per_second(latent: Latent, fps: float) -> float:
    """Frames shown per second when each stored latent is decoded to one frame: F/t."""
    _positive(fps=fps)
    return fps / latent.temporal


def gflop_per_frame(
    latent: Latent, counted: float, counted_at: tuple[int, int], size: tuple[int, int]
) -> float:
    """GFLOP to encode a frame of `size`, from those `counted` at another size; (height, width).

    They go with the cells of the latent, padding included: exact for convolutions and linear
    attention, too low above the counted size where an autoencoder attends over the whole frame.
    """
    rows, columns = latent_grid(latent, *size)
    counted_rows, counted_columns = latent_grid(latent, *counted_at)
    return counted * (rows * columns) / (counted_rows * counted_columns)


def encoding_gpu_hours(gflop_per_frame: float, frames: float, sustained_tflops: float) -> float:
    """Hours on one GPU to encode `frames`, at a sustained rate in 10¹² FLOP per second."""
    _positive(gflop_per_frame=gflop_per_frame, sustained_tflops=sustained_tflops)
    return gflop_per_frame * frames / (sustained_tflops * 1e3) / 3600


def encoding_hours(frames: float, frames_per_second: float) -> float:
    """Hours to encode `frames` at a measured rate."""
    _positive(frames_per_second=frames_per_second)
    return frames / frames_per_second / 3600


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} is {value}, and has to be positive")
