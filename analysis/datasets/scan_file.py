"""Measures and audits one file of a data set: a shard, or an episode of loose files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.datasets.dataset import DataFile, Episode
from analysis.datasets.layouts import Layout
from analysis.datasets.report import Finding, Kind, Severity, ShardReport
from analysis.datasets.shard_findings import oddities, omissions
from analysis.datasets.sizes import StoredEpisode, measure
from analysis.errors import InputError
from analysis.video.spectrum import upscaled_size

TAR_FRAMING = "tar_framing"
"""The component of headers, padding and the archive's end."""


@dataclass(frozen=True)
class ScannedFile:
    """What one file adds to the report; no component and no episode when it is not counted."""

    report: ShardReport
    components: Counter[str]
    episodes: tuple[StoredEpisode, ...]
    findings: tuple[Finding, ...]


def scan_file(layout: Layout, data: DataFile, deep: bool) -> ScannedFile:
    """Scan one file; what is wrong with it becomes a finding."""
    name, size = data.file.name, data.file.size
    if data.error is not None:
        report = ShardReport(name=name, kind=None, bytes=size, episodes=0, counted=False)
        finding = Finding(severity="error", shard=name, episode=None, what=data.error)
        return ScannedFile(report, Counter(), (), (finding,))
    own_bytes = {episode.key: episode.size + episode.framing for episode in data.episodes}
    shared_bytes = (size - sum(own_bytes.values())) / max(1, len(data.episodes))
    findings = [
        Finding(severity=severity, shard=name, episode=None, what=what)
        for severity, what in _tar_findings(layout, data)
    ]
    stored: list[StoredEpisode] = []
    kind: Kind | None = None
    for episode in data.episodes:
        kind = "latent" if episode.latents else "recording"
        upscaled_from, undecodable = _upscaled(episode) if deep else ({}, [])
        findings += [
            Finding(severity="error", shard=name, episode=episode.key, what=what)
            for what in (*_repeated(episode), *layout.errors(episode), *undecodable)
        ]
        if measured := measure(episode, name, upscaled_from):
            stored_bytes = own_bytes[episode.key] + shared_bytes
            absent = layout.absent_meta(episode)
            stored.append(StoredEpisode(measured, kind, stored_bytes, absent))
    counted = len(stored) == len(data.episodes) > 0
    report = ShardReport(
        name=name, kind=kind, bytes=size, episodes=len(data.episodes), counted=counted
    )
    if not counted:
        return ScannedFile(report, Counter(), (), tuple(findings))
    return ScannedFile(report, _components(layout, data), tuple(stored), tuple(findings))


def _components(layout: Layout, data: DataFile) -> Counter[str]:
    """Bytes by component, the whole file's."""
    components = Counter[str]()
    for episode in data.episodes:
        for track in episode.tracks.values():
            components[layout.component_of(track.name)] += track.size
        for name, size in episode.repeated:
            components[layout.component_of(name)] += size
    for _, size in data.strays:
        components["other"] += size
    framing = data.file.size - components.total()
    if layout.STORED == "shards":
        components[TAR_FRAMING] = framing
    return components


def _tar_findings(layout: Layout, data: DataFile) -> Iterator[tuple[Severity, str]]:
    yield from omissions(layout, data)
    yield from (("warning", what) for what in oddities(data))
    if not data.episodes:
        yield "error", "The shard holds no episode; give shards of recordings or latents."
    if not data.closed:
        yield (
            "warning",
            "The two blocks of zeros that end a tar are missing, as when its writer was stopped; "
            "look whether its last episode is whole.",
        )
    if data.surplus:
        yield (
            "warning",
            f"No reader looks at the {data.surplus} bytes after the tar's end; "
            "tars cannot be joined by appending them.",
        )
    if data.strays and data.episodes:
        count, first = len(data.strays), data.strays[0][0]
        yield "warning", f"{count} files belong to no episode, {first} for instance."


def _repeated(episode: Episode) -> Iterator[str]:
    for name, number in Counter(name for name, _ in episode.repeated).items():
        yield f"{name} is there {number + 1} times."


def _upscaled(episode: Episode) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """The size before enlarging of each video that was enlarged, and what cannot be decoded."""
    sizes: dict[str, tuple[int, int]] = {}
    undecodable: list[str] = []
    for track in episode.videos:
        try:
            with track.open() as data:
                size = upscaled_size(data.part(track.name, 0, track.size))
        except InputError as error:
            undecodable.append(str(error))
            continue
        if size:
            sizes[track.name] = size
    return sizes, undecodable
