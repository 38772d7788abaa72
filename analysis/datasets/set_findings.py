"""What a set of shards as a whole tells: one finding a matter, however many episodes show it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from analysis.datasets.layouts import Layout
from analysis.datasets.report import EpisodeReport, Finding, Severity, VideoReport
from analysis.datasets.sizes import StoredEpisode, has_rate

Trait = TypeVar("Trait", bound=Hashable)


def findings_of(layout: Layout, episodes: Sequence[StoredEpisode]) -> Iterator[Finding]:
    """The findings over all measured episodes."""
    reports = [episode.report for episode in episodes]
    yield from _duplicates(episodes)
    yield from _kinds(episodes)
    yield from _codecs(reports)
    yield from _upscaled(reports)
    yield from _notes(reports)
    yield from _unknown_rates(reports)
    yield from _absent_meta(layout, episodes)


def _finding(severity: Severity, where: Sequence[EpisodeReport], what: str) -> Finding:
    """A finding about episodes, with the shard and the episode where it is only one."""
    shards = {episode.shard for episode in where}
    return Finding(
        severity=severity,
        shard=where[0].shard if len(shards) == 1 else None,
        episode=where[0].key if len(where) == 1 else None,
        what=what,
    )


def _duplicates(episodes: Sequence[StoredEpisode]) -> Iterator[Finding]:
    """Episodes that appear twice; a recording and its latents have the same key and may."""
    seen: dict[tuple[str, str], str] = {}
    for episode in episodes:
        report = episode.report
        first = seen.setdefault((episode.kind, report.key), report.shard)
        if first != report.shard:
            yield _finding(
                "error", [report], f"The episode is also in {first}; delete one of them."
            )


def _kinds(episodes: Sequence[StoredEpisode]) -> Iterator[Finding]:
    if len({episode.kind for episode in episodes}) > 1:
        yield _finding(
            "warning",
            [episode.report for episode in episodes],
            "Recordings and latents lie together, so the totals mix the two; scan each by itself.",
        )


def _codecs(episodes: Sequence[EpisodeReport]) -> Iterator[Finding]:
    by_codec = _videos_by(episodes, lambda video: (video.codec, video.tag))
    for (codec, tag), (videos, where) in by_codec.items():
        # People take mp4v for the codec of every MP4, and that for H.264.
        if tag == "mp4v" and not codec.startswith("H.264"):
            yield _finding("warning", where, f"{_are(videos)} {codec}, not H.264.")
    names = sorted({codec for codec, _ in by_codec})
    if len(names) > 1:
        yield _finding(
            "warning", episodes, f"The videos are of several codecs: {', '.join(names)}."
        )


def _upscaled(episodes: Sequence[EpisodeReport]) -> Iterator[Finding]:
    by_sizes = _videos_by(
        episodes,
        lambda video: (video.upscaled_from or (0, 0), (video.width, video.height)),
    )
    for ((width, height), size), (videos, where) in by_sizes.items():
        if width:
            what = f"enlarged to {size[0]}x{size[1]} from about {width}x{height}"
            whose = "1 video is" if videos == 1 else f"{videos} videos are"
            yield _finding("warning", where, f"{whose} smooth, as if {what}, by their spectrum.")


def _notes(episodes: Sequence[EpisodeReport]) -> Iterator[Finding]:
    """What players do with videos that their frames as coded do not show."""
    for note in dict.fromkeys(n for e in episodes for v in e.videos for n in v.notes):
        where = [e for e in episodes if any(note in video.notes for video in e.videos)]
        videos = sum(note in video.notes for episode in where for video in episode.videos)
        what = f"A video {note}." if videos == 1 else f"Of {videos} videos each {note}."
        yield _finding("info", where, what)


def _unknown_rates(episodes: Sequence[EpisodeReport]) -> Iterator[Finding]:
    where = [episode for episode in episodes if not has_rate(episode)]
    if where:
        what = (
            f"Nothing says how fast {_count(len(where), 'episode')} play: duration and MB per "
            "minute leave them out; give `fps` in their metadata."
        )
        yield _finding("warning", where, what)


def _absent_meta(layout: Layout, episodes: Sequence[StoredEpisode]) -> Iterator[Finding]:
    where = [episode.report for episode in episodes if episode.absent_meta]
    if where:
        names = sorted({name for episode in episodes for name in episode.absent_meta})
        yield _finding(
            "info",
            where,
            f"{layout.META} lacks or spells otherwise {', '.join(names)} "
            f"in {_count(len(where), 'episode')}.",
        )


def _videos_by(
    episodes: Sequence[EpisodeReport], trait: Callable[[VideoReport], Trait]
) -> dict[Trait, tuple[int, list[EpisodeReport]]]:
    """The number of videos of each trait, and the episodes that have one."""
    videos: Counter[Trait] = Counter()
    where: dict[Trait, list[EpisodeReport]] = defaultdict(list)
    for episode in episodes:
        traits = Counter(map(trait, episode.videos))
        videos += traits
        for value in traits:
            where[value].append(episode)
    return {value: (videos[value], where[value]) for value in where}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _are(videos: int) -> str:
    return f"{_count(videos, 'video')} {'is' if videos == 1 else 'are'}"
