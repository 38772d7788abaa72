"""Sizes of one episode and of many: frames, seconds, bits per pixel, MB per minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.datasets.arrays import ArrayHeader
from analysis.datasets.dataset import Episode, Track
from analysis.datasets.layouts import layout_of
from analysis.datasets.metadata import EncodedMeta
from analysis.datasets.report import CodecReport, EpisodeReport, Kind, LatentsReport, VideoReport
from analysis.ledger.estimate import Estimate, ratio_of_sums

View = VideoReport | LatentsReport


@dataclass(frozen=True)
class StoredEpisode:
    """A measured episode and its part in the shard.

    `stored_bytes` are those of its members, their headers and padding, and its equal share of what
    else the shard holds: over a shard's episodes they add up to the file. `absent_meta` names the
    fields that its `meta.json` should have.
    """

    report: EpisodeReport
    kind: Kind
    stored_bytes: float
    absent_meta: tuple[str, ...]


def measure(
    episode: Episode,
    shard: str,
    upscaled_from: Mapping[str, tuple[int, int]],
) -> EpisodeReport | None:
    """The sizes of an episode; None when its frames cannot be counted.

    They cannot when it has neither videos nor latents, or one of these could not be read. Frames
    are those of the videos; where there are none, those that the latents stand for.

    Args:
        episode: what its headers say.
        shard: the name of its shard.
        upscaled_from: width and height before enlarging, by the name of each enlarged video.
    """
    shown = [track for track in episode.tracks.values() if track.kind in ("video", "latents")]
    videos = tuple(_measure_video(track, upscaled_from.get(track.name)) for track in episode.videos)
    latents = tuple(
        _measure_latents(episode, track, track.array)
        for track in episode.latents
        if track.frames and track.array
    )
    views: tuple[View, ...] = videos or latents
    unreadable = any(track.defect for track in shown)
    if unreadable or not views or len(latents) < len(episode.latents):
        return None
    bits = bits_per_pixel([views])
    facts = layout_of(episode.layout).facts(episode)
    return EpisodeReport(
        key=episode.key,
        shard=shard,
        scenario=facts["scenario"],
        map=facts["map"],
        frames=sum(view.frames for view in views),
        duration_s=sum(view.frames / view.fps for view in views if view.fps),
        bytes=sum(track.size for track in episode.tracks.values()),
        bits_per_pixel=bits.value if bits else None,
        videos=videos,
        latents=latents,
    )


def bits_per_pixel(episodes: Sequence[Sequence[View]]) -> Estimate | None:
    """Bits over pixels of the views, given for each episode.

    Views of unknown width and height are left out; None when there is no other.
    """
    known = [[view for view in views if view.width and view.height] for views in episodes]
    known = [views for views in known if views]
    if not known:
        return None
    return ratio_of_sums(
        [sum(8 * view.bytes for view in views) for views in known],
        [sum(_pixels(view) for view in views) for views in known],
    )


def mb_per_min(episodes: Sequence[StoredEpisode]) -> Estimate | None:
    """All bytes, in units of 10^6, over the minutes of all views.

    Episodes with a view whose rate is not known are left out; None when there is no other.
    """
    timed = [episode for episode in episodes if has_rate(episode.report)]
    if not timed:
        return None
    return ratio_of_sums(
        [episode.stored_bytes / 1e6 for episode in timed],
        [episode.report.duration_s / 60 for episode in timed],
    )


def has_rate(episode: EpisodeReport) -> bool:
    """Whether it is known how fast all its views play."""
    return all(view.fps for view in views_of(episode))


def views_of(episode: EpisodeReport) -> tuple[View, ...]:
    """What an episode's frames are counted from: its videos or, without any, its latents."""
    return episode.videos or episode.latents


def codecs(episodes: Sequence[EpisodeReport]) -> tuple[CodecReport, ...]:
    """All videos by codec, in the order of their bytes."""
    by_codec: dict[str, list[list[VideoReport]]] = defaultdict(list)
    for episode in episodes:
        for codec in dict.fromkeys(video.codec for video in episode.videos):
            by_codec[codec].append([v for v in episode.videos if v.codec == codec])
    reports = [_codec(codec, videos) for codec, videos in by_codec.items()]
    return tuple(sorted(reports, key=lambda report: -report.bytes))


def _codec(codec: str, episodes: Sequence[Sequence[VideoReport]]) -> CodecReport:
    videos = [video for episode in episodes for video in episode]
    return CodecReport(
        codec=codec,
        videos=len(videos),
        frames=sum(video.frames for video in videos),
        bytes=sum(video.bytes for video in videos),
        bits_per_pixel=bits_per_pixel(episodes),
    )


def _measure_video(track: Track, upscaled_from: tuple[int, int] | None) -> VideoReport:
    header = track.header
    return VideoReport(
        track=track.name,
        bytes=header.bytes,
        codec=header.label,
        tag=header.tag,
        profile=header.profile,
        width=header.width,
        height=header.height,
        fps=None if header.rate is None else float(header.rate),
        frames=header.frames,
        bits_per_pixel=8 * header.bytes / (header.width * header.height * header.frames),
        notes=header.notes,
        upscaled_from=upscaled_from,
    )


def _measure_latents(episode: Episode, track: Track, header: ArrayHeader) -> LatentsReport:
    layout = layout_of(episode.layout)
    meta = layout.latents_meta(episode, track)
    width, height = _size_in_pixels(header, meta) or (None, None)
    frames = layout.frames_of(episode, track)
    return LatentsReport(
        track=track.name,
        bytes=track.size,
        shape=header.shape,
        dtype=header.dtype,
        codec=header.codec,
        width=width,
        height=height,
        fps=meta.fps if meta else None,
        frames=frames,
        bits_per_pixel=8 * track.size / (width * height * frames) if width and height else None,
    )


def _size_in_pixels(header: ArrayHeader, meta: EncodedMeta | None) -> tuple[int, int] | None:
    """Width and height of the frames that latents stand for."""
    if meta is None:
        return None
    if meta.video_resolution is None and meta.latent_spatial_compression and len(header.shape) == 4:
        height, width = header.shape[2:]
        factor = meta.latent_spatial_compression
        return width * factor, height * factor
    return meta.video_resolution


def _pixels(view: View) -> int:
    return (view.width or 0) * (view.height or 0) * view.frames
