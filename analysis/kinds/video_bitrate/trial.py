"""Encodes a clip in one way and judges what came of it."""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Final

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from analysis.io.byte_range import file_range
from analysis.kinds.video_bitrate.record import ClipResult
from analysis.video.compared_frame import ComparedFrame, compare_frame
from analysis.video.decode import copy_planes, decode_pictures, rgb_planes
from analysis.video.encode import picture_writer
from analysis.video.encoder_settings import EncoderSettings
from analysis.video.uncompressed import UncompressedClip
from analysis.video.vmaf import vmaf

Frames = NDArray[np.uint8]

_WAITING: Final = 4
"""Decoded frames that wait to be compared."""


def encode_and_judge(
    name: str,
    clip: UncompressedClip,
    encoding: EncoderSettings,
    shared: range,
    every: int,
    folder: Path,
) -> ClipResult:
    """Encode a clip, decode it again and compare.

    Args:
        name: of the clip.
        clip: its frames.
        encoding: how.
        shared: numbers of the frames whose bytes are counted apart.
        every: every N-th frame is compared, the first one included.
        folder: where the video lies meanwhile.
    """
    video = folder / f"video.{encoding.encoder.container}"
    try:
        encode_core_s = _encode(clip, encoding, video)
        compared, decode_core_s = _judge(clip, video, encoding.encoder.container, every)
        judged = vmaf(video, clip, every)
        sizes = frame_bytes(video)
        if len(sizes) != clip.frames:
            raise RuntimeError(
                f"{encoding.encoder.ffmpeg_encoder} wrote {len(sizes)} of {clip.frames}"
            )
        return ClipResult(
            clip=name,
            bytes=video.stat().st_size,
            sha256=hashlib.sha256(video.read_bytes()).hexdigest(),
            shared_bytes=sum(sizes[shared.start : shared.stop]),
            frames_compared=len(compared),
            psnr_db=fmean(frame.psnr_db for frame in compared),
            psnr_y_db=fmean(frame.psnr_y_db for frame in compared),
            ssim=fmean(frame.ssim for frame in compared),
            vmaf=None if judged is None else fmean(judged),
            encode_core_s=encode_core_s,
            decode_core_s=decode_core_s,
        )
    finally:
        video.unlink(missing_ok=True)


def frame_bytes(video: Path) -> list[int]:
    """Bytes of each coded frame, in the order of display."""
    with av.open(video) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    return [packet.size for packet in sorted(packets, key=lambda packet: packet.pts or 0)]


def _encode(clip: UncompressedClip, encoding: EncoderSettings, video: Path) -> float:
    """Encode, and return the processor time of the encoder, all its threads together."""
    prepared = 0.0
    began = time.process_time()
    with picture_writer(
        video, (clip.width, clip.height), clip.frames_per_second, encoding
    ) as write:
        pictures = clip.pictures(encoding.pixel_format)
        while True:
            before = time.thread_time()
            ready = next(pictures, None)
            prepared += time.thread_time() - before
            if ready is None:
                break
            write(ready)
    return time.process_time() - began - prepared


def _judge(
    clip: UncompressedClip, video: Path, container: str, every: int
) -> tuple[list[ComparedFrame], float]:
    """Compare every N-th frame; also the processor time of decoding all of them."""
    waiting: queue.Queue[tuple[int, av.VideoFrame] | None] = queue.Queue(_WAITING)
    stopped = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        decoding = pool.submit(_decode, video, container, every, waiting, stopped)
        try:
            compared = list(_compare(clip, waiting))
        finally:
            stopped.set()
        return compared, decoding.result()


def _decode(
    video: Path,
    container: str,
    every: int,
    waiting: queue.Queue[tuple[int, av.VideoFrame] | None],
    stopped: threading.Event,
) -> float:
    """Decode in this thread alone and return its processor time; None ends what waits."""
    began = time.thread_time()
    try:
        with file_range(video) as file:
            for number, frame in enumerate(decode_pictures(file, 1, container)):
                if number % every == 0:
                    _put(waiting, (number, frame), stopped)
                if stopped.is_set():
                    break
    finally:
        _put(waiting, None, stopped)
    return time.thread_time() - began


def _put(
    waiting: queue.Queue[tuple[int, av.VideoFrame] | None],
    item: tuple[int, av.VideoFrame] | None,
    stopped: threading.Event,
) -> None:
    while not stopped.is_set():
        try:
            return waiting.put(item, timeout=1)
        except queue.Full:
            continue
    return None


def _compare(
    clip: UncompressedClip, waiting: queue.Queue[tuple[int, av.VideoFrame] | None]
) -> Iterator[ComparedFrame]:
    converter = VideoReformatter()
    planes = np.empty((3, clip.height, clip.width), np.uint8)
    while (item := waiting.get()) is not None:
        number, frame = item
        copy_planes(rgb_planes(frame, converter), planes)
        shown = np.ascontiguousarray(planes.transpose(1, 2, 0))
        coded_as_rgb = frame.format.is_rgb
        yield compare_frame(clip, number, shown, None if coded_as_rgb else frame)
