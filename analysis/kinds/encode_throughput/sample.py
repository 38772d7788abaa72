"""The frames that are timed: the first ones of a recorded view, their coded bytes unchanged."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path
from typing import Final

import av
import numpy as np

from analysis.datasets.dataset import Dataset, Episode
from analysis.datasets.layouts.doom import ACTION_COLUMNS, META, field_name, recording_shard_name
from analysis.datasets.metadata import RecordingMeta
from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange

_KEY: Final = "ep_timed"


def short_episode(data: Dataset, frames: int, folder: Path) -> Episode:
    """The first frames of the first view of a set, as an episode of one player in `folder`.

    Raises:
        InputError: no episode can be encoded.
    """
    found = recordings_of(data)
    if not found.episodes:
        raise InputError(f"{data.path}: no episode can be encoded ({found.defects[0]})")
    first = found.episodes[0]
    track = first.videos[0]
    frames = min(frames, track.header.frames)
    with track.open() as content:
        video = _first_frames(content, frames)
    members_cut: dict[str, bytes | Path] = {
        META: RecordingMeta(mode="bots", n_frames=frames).to_bytes(),
        field_name("video", "p1"): video,
        field_name("actions", "p1"): _zeros(frames, ACTION_COLUMNS),
        field_name("rewards", "p1"): _zeros(frames),
    }
    write_shard(folder / recording_shard_name(0, 0), [Sample(_KEY, members_cut)])
    (episode,) = open_dataset(folder).episodes
    return episode


def _first_frames(video: ByteRange, frames: int) -> bytes:
    """An MP4 of the first coded frames of another."""
    target = io.BytesIO()
    content = io.BytesIO(video.read(0, video.size))
    with av.open(content, "r") as source, av.open(target, "w", format="mp4") as out:
        template = source.streams.video[0]
        stream = out.add_stream_from_template(template)
        # Each coded frame needs earlier ones only: a beginning can be decoded by itself.
        coded = (packet for packet in source.demux(template) if packet.size)
        for packet in islice(coded, frames):
            packet.stream = stream
            out.mux(packet)
    return target.getvalue()


def _zeros(*shape: int) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(shape, np.float32))
    return buffer.getvalue()
