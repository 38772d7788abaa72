"""Measures and audits one shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.datasets.audit import absent_meta, errors_of
from analysis.datasets.episode import Episode, read_episode
from analysis.datasets.layouts.doom import Player, component_of, field_name
from analysis.datasets.report import Finding, Kind, Severity, ShardReport
from analysis.datasets.sizes import StoredEpisode, measure
from analysis.datasets.tar_index import Member, ShardIndex, read_index, samples_of
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.io.locations import StoredFile, open_range
from analysis.video.spectrum import upscaled_size

TAR_FRAMING = "tar_framing"
"""The component of headers, padding and the archive's end."""


@dataclass(frozen=True)
class ScannedShard:
    """What one shard adds to the report; no component and no episode when it is not counted."""

    report: ShardReport
    components: Counter[str]
    episodes: tuple[StoredEpisode, ...]
    findings: tuple[Finding, ...]


def scan_shard(file: StoredFile, deep: bool) -> ScannedShard:
    """Scan one shard; what is wrong with it becomes a finding."""
    try:
        with open_range(file) as shard:
            return _scan_members(shard, read_index(shard), deep)
    except InputError as error:
        what = str(error)
    except OSError as error:
        what = f"{file.name}: cannot be read ({error}); check the disk or the connection."
    report = ShardReport(name=file.name, kind=None, bytes=file.size, episodes=0, counted=False)
    finding = Finding(severity="error", shard=file.name, episode=None, what=what)
    return ScannedShard(report, Counter(), (), (finding,))


def _scan_members(shard: ByteRange, index: ShardIndex, deep: bool) -> ScannedShard:
    samples = samples_of(index)
    own_bytes = {key: sum(m.size + m.framing for m in members) for key, members in samples.items()}
    shared_bytes = (shard.size - sum(own_bytes.values())) / max(1, len(samples))
    findings = [
        Finding(severity=severity, shard=shard.name, episode=None, what=what)
        for severity, what in _tar_findings(index, samples)
    ]
    stored: list[StoredEpisode] = []
    kind: Kind | None = None
    for key, members in samples.items():
        ranges = {m.field: shard.part(m.field, m.offset, m.size) for m in members}
        episode = read_episode(key, ranges)
        kind = "latent" if episode.latents else "recording"
        upscaled_from, undecodable = _upscaled(episode, ranges) if deep else ({}, [])
        findings += [
            Finding(severity="error", shard=shard.name, episode=key, what=what)
            for what in (*_repeated(members), *errors_of(episode), *undecodable)
        ]
        if measured := measure(episode, shard.name, upscaled_from):
            stored_bytes = own_bytes[key] + shared_bytes
            stored.append(StoredEpisode(measured, kind, stored_bytes, absent_meta(episode)))
    counted = len(stored) == len(samples) > 0
    report = ShardReport(
        name=shard.name, kind=kind, bytes=shard.size, episodes=len(samples), counted=counted
    )
    if not counted:
        return ScannedShard(report, Counter(), (), tuple(findings))
    return ScannedShard(report, _components(index, shard.size), tuple(stored), tuple(findings))


def _components(index: ShardIndex, size: int) -> Counter[str]:
    """Bytes by component, the whole shard's."""
    components = Counter[str]()
    for member in index.members:
        components[component_of(member.field)] += member.size
    components[TAR_FRAMING] = size - components.total()
    return components


def _tar_findings(
    index: ShardIndex, samples: Mapping[str, Sequence[Member]]
) -> Iterator[tuple[Severity, str]]:
    if not samples:
        yield "error", "The shard holds no episode; give shards of recordings or latents."
    if not index.closed:
        yield (
            "warning",
            "The two blocks of zeros that end a tar are missing, as when its writer was stopped; "
            "look whether its last episode is whole.",
        )
    if index.surplus:
        yield (
            "warning",
            f"No reader looks at the {index.surplus} bytes after the tar's end; "
            "tars cannot be joined by appending them.",
        )
    strays = [member.name for member in index.members if member.key not in samples]
    if strays and samples:
        yield "warning", f"{len(strays)} files belong to no episode, {strays[0]} for instance."


def _repeated(members: Sequence[Member]) -> Iterator[str]:
    for field, number in Counter(member.field for member in members).items():
        if number > 1:
            yield f"{field} is there {number} times."


def _upscaled(
    episode: Episode, ranges: Mapping[str, ByteRange]
) -> tuple[dict[Player, tuple[int, int]], list[str]]:
    """The size before enlarging of each video that was enlarged, and what cannot be decoded."""
    sizes: dict[Player, tuple[int, int]] = {}
    undecodable: list[str] = []
    for player in episode.videos:
        try:
            size = upscaled_size(ranges[field_name("video", player)])
        except InputError as error:
            undecodable.append(str(error))
            continue
        if size:
            sizes[player] = size
    return sizes, undecodable
