"""The headers of tracks: what a video, an array and metadata say of themselves."""

from __future__ import annotations

from dataclasses import replace

from analysis.datasets.arrays import format_of
from analysis.datasets.dataset import Episode, Track
from analysis.datasets.metadata import read_json
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.video.probe import probe


def with_header(track: Track, data: ByteRange) -> Track:
    """The track with its header read, or with the sentence that says why it cannot be."""
    try:
        if track.kind == "video":
            return replace(track, video=probe(data))
        if track.kind in ("latents", "array") and (format := format_of(track.name)):
            return replace(track, array=format.read_header(data))
    except InputError as error:
        return replace(track, defect=str(error))
    return track


def read_meta(episode: Episode, track: Track, data: ByteRange) -> Episode:
    """The episode with the metadata of a track, or with why they cannot be read."""
    try:
        return replace(episode, meta=read_json(data))
    except InputError as error:
        tracks = {**episode.tracks, track.name: replace(track, defect=str(error))}
        return replace(episode, tracks=tracks)
