"""Encodes on a Ray cluster: one worker a GPU, or one a share of the CPUs; nodes may come and go.

The workers do what an embedded run does, an episode at a time. They read the recordings and write
the staged episodes themselves, so both lie where every node sees them: in a shared file system, or
at a URL. The program is not sent to the nodes (Ray's `runtime_env` could, but torch and the weights
are gigabytes): each has it installed, in the same version.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from analysis.datasets.dataset import Episode
from analysis.encoding.cluster_connection import connect
from analysis.encoding.cluster_worker import ClusterWorker, ModelOptions
from analysis.encoding.made_by import MadeBy
from analysis.encoding.worker import EpisodeResult, FramesDone
from analysis.errors import DeviceUnavailable, InputError
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile, is_url

CPUS_A_WORKER: Final = 8
"""The most CPUs, and threads, of a worker where there is no GPU: more do not help one batch."""

TRIES: Final = 3
"""How many workers may die over an episode, or fail at it, before it is left out."""

_LOOK_EVERY_S: Final = 1.0
_NO_NODE_FOR_S: Final = 60.0


@contextmanager
def on_cluster(
    address: str, options: ModelOptions, tell: Callable[[str], None] = lambda sentence: None
) -> Iterator[ClusterExecutor]:
    """Connect to a cluster for the length of the block; its workers end with it.

    Args:
        address: `HOST:PORT` or `ray://HOST:PORT`; `auto` for the cluster that RAY_ADDRESS names or
            that runs on this machine, and where there is none for one that is started here and
            ends with the block.
        options: what the workers run.
        tell: hears a sentence for each worker that is lost.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        InputError: no cluster answers there, or it lacks what the options need.
    """
    ray = connect(address)
    try:
        fleet = _Fleet(ray, options, tell)
        try:
            yield ClusterExecutor(fleet)
        finally:
            fleet.close()
    finally:
        ray.shutdown()


@dataclass(frozen=True)
class ClusterExecutor:
    """Encodes on a cluster."""

    _fleet: _Fleet

    @property
    def made_by(self) -> MadeBy:
        """What the first worker says that its latents are made by; waits until it has loaded."""
        return self._fleet.made_by()

    def __call__(
        self, episodes: Sequence[Episode], staging: Destination, frames_done: FramesDone
    ) -> Iterator[EpisodeResult]:
        """Encode the episodes, in the order in which they get done.

        An episode whose worker dies, or its node, goes to another one. One over which `TRIES`
        workers died gives a result with an error.

        Raises:
            InputError: a node lacks something that no other attempt would give it, or no node has
                been left for a minute.
        """
        return self._fleet.encode(episodes, staging, frames_done)


@dataclass(frozen=True)
class _Node:
    """A machine of the cluster, and how its workers share it."""

    id: str
    address: str
    workers: int
    gpus: int
    """GPUs a worker."""
    cpus: int
    """CPUs a worker; 0 where they are not counted."""


@dataclass(frozen=True, eq=False)
class _Member:
    """A worker as it is seen from here, and the episode it has; it is loading while it has none."""

    actor: Any
    node: _Node
    episode: Episode | None = None


@dataclass
class _Losses:
    """What has been lost over one episode: how many workers, and on which nodes."""

    count: int = 0
    nodes: set[str] = field(default_factory=set)


class _Fleet:
    """The workers of one run: started where there is room, given episodes, replaced."""

    def __init__(self, ray: ModuleType, options: ModelOptions, tell: Callable[[str], None]) -> None:
        self._ray = ray
        self._tell = tell
        self._options = replace(options, device=_device(ray, options.device))
        folder = Path(options.name)
        self._place = str(folder.resolve()) if folder.is_dir() else options.name
        self._made_by: MadeBy | None = None
        self._busy: dict[Any, _Member] = {}
        """By the task that the worker has."""
        self._idle: list[_Member] = []
        self._waiting: deque[Episode] = deque()
        self._losses: dict[str, _Losses] = defaultdict(_Losses)
        self._failed_starts: Counter[str] = Counter()
        """Workers in a row that died while loading, by node."""
        self._last_death = "none was there"
        self._last_member = time.monotonic()

    def close(self) -> None:
        """End all workers at once."""
        for member in (*self._busy.values(), *self._idle):
            self._ray.kill(member.actor)
        self._busy.clear()
        self._idle.clear()

    def made_by(self) -> MadeBy:
        """What the latents will be made by, as the first worker that has loaded says."""
        while self._made_by is None:
            self._recruit(1)
            list(self._settle())
        return self._made_by

    def encode(
        self, episodes: Sequence[Episode], staging: Destination, frames_done: FramesDone
    ) -> Iterator[EpisodeResult]:
        """Encode the episodes; see `ClusterExecutor`."""
        self._waiting = deque(_found_anywhere(episode) for episode in episodes)
        staging = Destination(_absolute(staging.location))
        left = len(self._waiting)
        while left:
            self._recruit(left)
            self._hand_out(staging)
            for episode, result in self._settle():
                left -= 1
                if result.error is None:
                    frames_done(episode.frames)
                yield result

    def _recruit(self, wanted: int) -> None:
        """Start workers where there is room, up to as many as are wanted.

        Raises:
            InputError: there has been none for a while, and there is no node to start one on.
        """
        members = [*self._busy.values(), *self._idle]
        nodes = [n for n in self._nodes() if self._failed_starts[n.id] < TRIES]
        for node in nodes:
            there = sum(member.node.id == node.id for member in members)
            for _ in range(min(node.workers - there, wanted - len(members))):
                members.append(self._start(node))
        if members:
            self._last_member = time.monotonic()
        elif time.monotonic() - self._last_member > (0 if self._failed_starts else _NO_NODE_FOR_S):
            raise InputError(
                f"No node of the cluster is left to encode on: {self._last_death}; start one "
                "with `ray start`, and run again to go on."
            )

    def _nodes(self) -> Iterator[_Node]:
        """The nodes that are alive and have what a worker needs."""
        for node in self._ray.nodes():
            has = node["Resources"]
            gpus, cpus = int(has.get("GPU", 0)), int(has.get("CPU", 0))
            name = node["NodeManagerAddress"]
            if not node["Alive"]:
                continue
            if self._options.device != "cpu":
                if gpus:
                    yield _Node(node["NodeID"], name, gpus, 1, 0)
            elif cpus:
                workers = -(-cpus // CPUS_A_WORKER)
                yield _Node(node["NodeID"], name, workers, 0, cpus // workers)

    def _start(self, node: _Node) -> _Member:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        actor = (
            self._ray.remote(ClusterWorker)
            .options(
                num_gpus=node.gpus,
                num_cpus=node.cpus,
                max_restarts=0,
                max_task_retries=0,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node.id, soft=False),
            )
            .remote()
        )
        member = _Member(actor, node)
        self._busy[actor.load.remote(self._place, self._options, node.cpus or None)] = member
        return member

    def _hand_out(self, staging: Destination) -> None:
        """Give each idle worker the first episode that it may have."""
        for member in list(self._idle):
            episode = next((e for e in self._waiting if self._may_have(member, e)), None)
            if episode is None:
                continue
            self._waiting.remove(episode)
            self._idle.remove(member)
            self._busy[member.actor.encode.remote(episode, staging)] = replace(
                member, episode=episode
            )

    def _may_have(self, member: _Member, episode: Episode) -> bool:
        """Whether this is a node that no worker died on over the episode, or there is no other."""
        nodes = self._losses[episode.key].nodes
        others = {m.node.id for m in (*self._busy.values(), *self._idle)} - nodes
        return member.node.id not in nodes or not others

    def _settle(self) -> Iterator[tuple[Episode, EpisodeResult]]:
        """Wait a moment for a worker to get done, and yield the episodes that are finished.

        Raises:
            InputError: a node lacks something.
        """
        if not self._busy:
            time.sleep(_LOOK_EVERY_S)
            return
        done, _ = self._ray.wait(list(self._busy), timeout=_LOOK_EVERY_S)
        for task in done:
            member = self._busy.pop(task)
            episode, idle = member.episode, replace(member, episode=None)
            try:
                result = self._ray.get(task)
            except self._ray.exceptions.RayTaskError as failure:
                error = failure.cause
                if episode is None or isinstance(error, InputError | ImportError):
                    raise InputError(f"On the node {member.node.address}: {_said(error)}") from None
                self._idle.append(idle)
                lost = self._lose(episode, member, _said(error))
            except self._ray.exceptions.RayError as failure:
                self._ray.kill(member.actor)
                lost = self._lose(episode, member, _said(failure))
            else:
                self._idle.append(idle)
                if episode is None:
                    self._made_by = result
                    self._failed_starts.pop(member.node.id, None)
                else:
                    yield episode, result
                continue
            if episode is not None and lost is not None:
                yield episode, lost

    def _lose(self, episode: Episode | None, member: _Member, reason: str) -> EpisodeResult | None:
        """Put the episode of a worker back; its result if it has been tried often enough."""
        self._last_death = f"{member.node.address} ({reason.rstrip('.')})"
        if episode is None:
            self._failed_starts[member.node.id] += 1
            self._tell(f"A worker was lost on the node {self._last_death}.")
            return None
        losses = self._losses[episode.key]
        losses.count += 1
        losses.nodes.add(member.node.id)
        if losses.count < TRIES:
            self._tell(f"{episode.key} failed on the node {self._last_death}; it is tried again.")
            # At the end, so that an episode which no worker survives does not hold up the others.
            self._waiting.append(episode)
            return None
        return EpisodeResult(
            episode.key,
            f"{episode.key} is left out: encoding it failed {TRIES} times, last on the node "
            f"{self._last_death}; look at its videos and at the nodes' "
            "memory, and run again.",
        )


def _device(ray: ModuleType, wanted: str | None) -> str:
    """The device of every worker: what is wanted, or GPUs where there are any.

    Raises:
        InputError: no node has it.
    """
    has_gpu = any(node["Alive"] and node["Resources"].get("GPU") for node in ray.nodes())
    # A worker sees no GPU but its own, and that is the first.
    device = wanted.partition(":")[0] if wanted else "cuda" if has_gpu else "cpu"
    if device != "cpu" and not has_gpu:
        raise DeviceUnavailable(
            f"No node of the cluster has a GPU for {wanted}; start one with "
            "`ray start --num-gpus`, or encode on the CPU."
        )
    return device


def _found_anywhere(episode: Episode) -> Episode:
    """The same, with the full paths of its files."""

    def anywhere(file: StoredFile) -> StoredFile:
        return replace(file, location=_absolute(file.location))

    tracks = {
        name: replace(track, file=anywhere(track.file)) for name, track in episode.tracks.items()
    }
    return replace(episode, file=anywhere(episode.file), tracks=tracks)


def _absolute(location: str) -> str:
    return location if is_url(location) else str(Path(location).resolve())


def _said(error: BaseException) -> str:
    """What an error says, in a line."""
    if isinstance(error, InputError):
        return str(error)
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].strip()}" if lines else type(error).__name__
