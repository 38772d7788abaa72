"""The storage calculator: what the command line prints and the explorer shows.

The explorer computes the same in the browser, by `report/assets/explorer/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeVar

from analysis import storage
from analysis.catalog import BYTES_PER_VALUE, Device, autoencoder, device, devices, resolution
from analysis.errors import InputError
from analysis.findings.offered_encodings import find, offered_encodings
from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.ledger import store
from analysis.ledger.records import Measurement
from analysis.storage import Comparison, Latent

M = TypeVar("M", bound=Measurement)

FLOAT16_BYTES = 2


@dataclass(frozen=True)
class Choice:
    """What someone asks for, by name: an autoencoder of the catalogue or a shape of their own, a
    plain number format or a measured latent codec, a measured video or bits per pixel.

    Either of each pair is given; `temporal` may change that of the catalogue.
    """

    resolution: str
    autoencoder: str | None = None
    spatial: int | None = None
    channels: int | None = None
    temporal: int | None = None
    causal: bool = False
    number_format: str = "fp16"
    latent_codec: str | None = None
    bits_per_pixel: float | None = None
    video: str | None = None
    fps: float = 35
    hours: float = 340
    clip_frames: int | None = None
    device: str | None = None
    ram_gb: float | None = None
    disk_gb: float | None = None


@dataclass(frozen=True)
class Scenario:
    """A data set, both ways to store it, and what it has to fit into.

    `size` is (height, width) in pixels, `hours` are of one view, `gflop_per_frame` is for encoding
    one at this size; absent means not asked for, or not known.
    """

    latent: Latent
    size: tuple[int, int]
    video_bits_per_pixel: float
    fps: float
    hours: float
    clip_frames: int | None = None
    gflop_per_frame: float | None = None
    device: Device | None = None
    ram_gb: float | None = None
    disk_gb: float | None = None


@dataclass(frozen=True)
class Fit:
    """Whether all of it fits into memory and onto a disk; absent where that was not asked."""

    ram: bool | None
    disk: bool | None


@dataclass(frozen=True)
class Calculation:
    """What the calculator shows."""

    comparison: Comparison
    gpu_hours: float | None
    latent_fits: Fit
    video_fits: Fit

    def as_dict(self) -> dict[str, float | bool | None]:
        """All figures in one level, for JSON."""
        return {
            **asdict(self.comparison),
            "gpu_hours": self.gpu_hours,
            "latent_fits_ram": self.latent_fits.ram,
            "latent_fits_disk": self.latent_fits.disk,
            "video_fits_ram": self.video_fits.ram,
            "video_fits_disk": self.video_fits.disk,
        }


def scenario(choice: Choice, ledger: Sequence[Path]) -> Scenario:
    """What was asked for, with its figures from the catalogue and the newest runs of the ledger.

    Raises:
        InputError: a name that is not there, or a run that is not.
        ValueError: neither of a pair was given.
    """
    place = resolution(choice.resolution)
    latent = _latent(choice, ledger)
    bits = choice.bits_per_pixel
    if bits is None:
        if choice.video is None:
            raise ValueError("bits_per_pixel or video is needed")
        choices = offered_encodings(_run(ledger, VideoBitrate).results)
        bits = find(choices, choice.video).bits_per_pixel(place.size).value
    gflop = None
    if choice.device and choice.autoencoder:
        gflop = encoding_gflop(_run(ledger, AutoencoderZoo), choice.autoencoder, place.size)
    return Scenario(
        latent=latent,
        size=place.size,
        video_bits_per_pixel=bits,
        fps=choice.fps,
        hours=choice.hours,
        clip_frames=choice.clip_frames,
        gflop_per_frame=gflop,
        device=device(choice.device) if choice.device else None,
        ram_gb=choice.ram_gb,
        disk_gb=choice.disk_gb,
    )


def _latent(choice: Choice, ledger: Sequence[Path]) -> Latent:
    stored = BYTES_PER_VALUE[choice.number_format]
    if choice.latent_codec:
        stored = bytes_per_value(_run(ledger, LatentCodecs), choice.latent_codec)
    if choice.autoencoder:
        latent = autoencoder(choice.autoencoder).latent(stored)
        return replace(latent, temporal=choice.temporal or latent.temporal)
    if choice.spatial is None or choice.channels is None:
        raise ValueError("autoencoder, or spatial and channels, are needed")
    return Latent(choice.spatial, choice.channels, choice.temporal or 1, choice.causal, stored)


def _run(ledger: Sequence[Path], model: type[M]) -> M:
    return store.needed(ledger, model)[1]


def calculate(scenario: Scenario) -> Calculation:
    """Everything that follows from a scenario."""
    comparison = storage.compare(
        scenario.latent,
        scenario.size,
        scenario.video_bits_per_pixel,
        scenario.fps,
        scenario.hours,
        scenario.clip_frames,
    )
    return Calculation(
        comparison,
        _gpu_hours(scenario),
        _fit(scenario, comparison.latent_bytes),
        _fit(scenario, comparison.video_bytes),
    )


def _gpu_hours(scenario: Scenario) -> float | None:
    if scenario.gflop_per_frame is None or scenario.device is None:
        return None
    return storage.encoding_gpu_hours(
        scenario.gflop_per_frame,
        scenario.fps * scenario.hours * 3600,
        devices().sustained_tflops(scenario.device),
    )


def _fit(scenario: Scenario, stored_bytes: float) -> Fit:
    def within(capacity_gb: float | None) -> bool | None:
        return None if capacity_gb is None else stored_bytes <= capacity_gb * 1e9

    return Fit(within(scenario.ram_gb), within(scenario.disk_gb))


def encoding_gflop(zoo: AutoencoderZoo, id: str, size: tuple[int, int]) -> float | None:
    """GFLOP to encode a frame of (height, width) with an autoencoder of the catalogue, from what
    was counted; none where its architecture was not built.
    """
    found = zoo.results.find(id)
    if found is None:
        return None
    counted_at = zoo.parameters.height, zoo.parameters.width
    return storage.gflop_per_frame(
        autoencoder(id).latent(), found.encode_gflop_per_frame, counted_at, size
    )


def bytes_per_value(run: LatentCodecs, codec: str) -> float:
    """Bytes a latent value takes in a measured latent codec, with all that it stores besides them.

    Raises:
        InputError: the run has no such codec; the sentence lists those it has.
    """
    for found in run.results.codecs:
        if found.name == codec:
            return FLOAT16_BYTES * found.share.value
    known = ", ".join(found.name for found in run.results.codecs)
    raise InputError(f"No latent codec {codec!r} was measured; choose one of {known}.")
