"""Quality of frames, against ffmpeg's own filters and against what is known of each measure."""

from __future__ import annotations

import re
import tarfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.catalog.screen import status_bar_row
from analysis.video.quality import HIGHEST_PSNR_DB, psnr_db, qualities

Frames = NDArray[np.uint8]


def pictures(count: int, height: int, width: int) -> Frames:
    """Smooth frames with edges, RGB, each another."""
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    waves = [128 + 90 * np.sin(rows / (7 + n)) * np.cos(columns / 11) for n in range(3 * count)]
    frames = np.stack(waves, -1).reshape(height, width, count, 3).transpose(2, 0, 1, 3)
    frames[:, :, width // 3 : width // 2] = 20
    return frames.astype(np.uint8)


def noisy(frames: Frames, amount: int) -> Frames:
    noise = np.random.default_rng(1).integers(-amount, amount + 1, frames.shape)
    return np.clip(frames.astype(int) + noise, 0, 255).astype(np.uint8)


def said_by_ffmpeg(filter: str, reference: Frames, frame: Frames) -> dict[str, str]:
    """The metadata that libavfilter's filter leaves on one frame, fed as lossless RGB video."""
    graph = av.filter.Graph()
    height, width = frame.shape[:2]
    planes = av.VideoFormat("gbrp", width, height)
    nodes = [
        graph.add_buffer(width=width, height=height, format=planes, time_base=Fraction(1, 35))
        for _ in range(2)
    ]
    compared, sink = graph.add(filter), graph.add("buffersink")
    for place, node in enumerate(nodes):
        node.link_to(compared, 0, place)
    compared.link_to(sink)
    graph.configure()
    for place, pixels in enumerate((frame, reference)):
        picture = av.VideoFrame.from_ndarray(pixels, format="gbrp")
        picture.pts, picture.time_base = 0, Fraction(1, 35)
        graph.vpush(picture, at=place)
    graph.vpush(None)
    return dict(graph.vpull().metadata)


@pytest.mark.parametrize("amount", [1, 12, 90])
@pytest.mark.parametrize("size", [(64, 96), (75, 101)])
def test_psnr_and_ssim_are_those_of_ffmpeg(amount: int, size: tuple[int, int]) -> None:
    reference = pictures(2, *size)
    frames = noisy(reference, amount)
    for one, other, quality in zip(reference, frames, qualities(reference, frames), strict=True):
        psnr = float(said_by_ffmpeg("psnr", one, other)["lavfi.psnr.psnr_avg"])
        ssim = float(said_by_ffmpeg("ssim", one, other)["lavfi.ssim.All"])
        assert quality.psnr_db == pytest.approx(psnr, abs=1e-4)
        assert quality.ssim == pytest.approx(ssim, abs=1e-6)


def test_frames_are_compared_each_with_its_own() -> None:
    reference = pictures(3, 48, 64)
    frames = reference.copy()
    frames[1] = noisy(reference[1:2], 40)[0]
    first, second, third = qualities(reference, frames)
    assert first == third
    assert (first.psnr_db, first.ssim) == (HIGHEST_PSNR_DB, 1)
    assert second.psnr_db < 25
    assert second.ssim < 0.8


def test_psnr_follows_from_the_error_over_all_three_colours() -> None:
    reference = np.zeros((1, 16, 16, 3), np.uint8)
    frames = reference.copy()
    frames[..., 0] = 30  # a mean squared error of 900 / 3
    (quality,) = qualities(reference, frames)
    assert quality.values == 16 * 16 * 3
    assert quality.psnr_db == pytest.approx(10 * np.log10(255**2 / 300))
    assert psnr_db(255**2) == 0


def test_ms_ssim_is_one_for_equal_frames_falls_with_noise_and_needs_161_pixels() -> None:
    reference = pictures(1, 161, 200)
    found = []
    for amount in (0, 8, 60):
        (quality,) = qualities(reference, noisy(reference, amount))
        assert quality.ms_ssim is not None
        found.append(quality.ms_ssim)
    assert found[0] == pytest.approx(1, abs=1e-6)
    assert found[0] > found[1] > found[2] > 0
    (small,) = qualities(reference[:, 1:], reference[:, 1:])
    assert small.ms_ssim is None


def test_blur_costs_ms_ssim_less_than_ssim() -> None:
    reference = noisy(pictures(1, 176, 176), 20)
    mean = sum(np.roll(reference.astype(float), shift, axis=2) for shift in (-1, 0, 1)) / 3
    (quality,) = qualities(reference, np.asarray(mean).astype(np.uint8))
    assert quality.ms_ssim is not None
    assert quality.ssim < quality.ms_ssim < 1


def test_no_frames_have_no_quality_and_other_shapes_are_refused() -> None:
    reference = pictures(1, 16, 16)
    assert qualities(reference[:0], reference[:0]) == []
    with pytest.raises(ValueError, match=re.escape("(1, 16, 15, 3)")):
        qualities(reference, reference[:, :, :15])


def test_the_status_bar_is_where_the_picture_changes(recording_shards: Path) -> None:
    """The 3D view changes from frame to frame, the bar hardly does: the border shows in the rows'
    variance, in real frames."""
    (shard,) = recording_shards.glob("*.tar")
    with tarfile.open(shard) as tar:
        name = next(name for name in tar.getnames() if name.endswith("video_p1.mp4"))
        video = tar.extractfile(name)
        assert video is not None
        with av.open(video, "r") as container:
            frames = [f.to_ndarray(format="gray") for f in container.decode(video=0)]
    variance = np.array(frames[::5], np.float64).var(axis=0).mean(axis=1)
    row = status_bar_row(len(variance))
    assert row == 403
    assert np.median(variance[row : row + 8]) < 0.5 * np.median(variance[row - 10 : row - 2])


def test_the_status_bar_of_enlarged_frames_begins_at_a_row_that_was_drawn() -> None:
    assert status_bar_row(480, 120) == 400
    assert status_bar_row(200) == 168
    assert status_bar_row(120) == 100
