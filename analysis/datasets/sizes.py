"""Sizes of one episode and of many: frames, seconds, bits per pixel, MB per minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.datasets.arrays.npy import ArrayHeader
from analysis.datasets.episode import Episode, LatentsHeader
from analysis.datasets.layouts.doom import FRAMES_PER_SECOND, LatentMeta, Player, field_name
from analysis.datasets.report import CodecReport, EpisodeReport, Kind, LatentsReport, VideoReport
from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.video.probe import VideoHeader

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
    episode: Episode, shard: str, upscaled_from: Mapping[Player, tuple[int, int]]
) -> EpisodeReport | None:
    """The sizes of an episode; None when its frames cannot be counted.

    They cannot when it has neither videos nor latents, or one of these could not be read. Frames
    are those of the videos; where there are none, those that the latents stand for.

    Args:
        episode: what its headers say.
        shard: the name of its shard.
        upscaled_from: width and height before enlarging, of the players whose video was enlarged.
    """
    unreadable = {
        field
        for player in episode.players
        for field in (field_name("video", player), episode.latents_field(player))
    } & episode.defects.keys()
    videos = tuple(
        _measure_video(p, header, episode.sizes[field_name("video", p)], upscaled_from.get(p))
        for p, header in episode.videos.items()
    )
    latents = tuple(
        _measure_latents(
            p,
            header,
            episode.sizes[episode.latents_field(p)],
            episode.lengths[f"latents_{p}"],
            episode.meta,
        )
        for p, header in episode.latents.items()
        if header.shape and header.shape[0]
    )
    views: tuple[View, ...] = videos or latents
    if unreadable or not views or len(latents) < len(episode.latents):
        return None
    bits = bits_per_pixel([views])
    return EpisodeReport(
        key=episode.key,
        shard=shard,
        scenario=episode.meta.scenario if episode.meta else None,
        map=episode.meta.map if episode.meta else None,
        frames=sum(view.frames for view in views),
        duration_s=sum(view.frames / view.fps for view in views),
        bytes=sum(episode.sizes.values()),
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
    """All bytes, in units of 10^6, over the minutes of all views; None without an episode."""
    if not episodes:
        return None
    return ratio_of_sums(
        [episode.stored_bytes / 1e6 for episode in episodes],
        [episode.report.duration_s / 60 for episode in episodes],
    )


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


def _measure_video(
    player: Player, header: VideoHeader, size: int, upscaled_from: tuple[int, int] | None
) -> VideoReport:
    return VideoReport(
        player=player,
        bytes=size,
        codec=header.label,
        tag=header.tag,
        profile=header.profile,
        width=header.width,
        height=header.height,
        fps=float(header.fps),
        frames=header.frames,
        bits_per_pixel=8 * size / (header.width * header.height * header.frames),
        upscaled_from=upscaled_from,
    )


def _measure_latents(
    player: Player, header: LatentsHeader, size: int, frames: int, meta: LatentMeta | None
) -> LatentsReport:
    width, height = _size_in_pixels(header, meta) or (None, None)
    return LatentsReport(
        player=player,
        bytes=size,
        shape=header.shape,
        dtype=header.dtype,
        codec=header.codec,
        width=width,
        height=height,
        fps=meta.fps if meta and meta.fps else FRAMES_PER_SECOND,
        frames=frames,
        bits_per_pixel=8 * size / (width * height * frames) if width and height else None,
    )


def _size_in_pixels(header: ArrayHeader, meta: LatentMeta | None) -> tuple[int, int] | None:
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
