"""Encoding on real Ray clusters, of several nodes on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.datasets.layouts.doom import recording_shard_name
from analysis.datasets.writer import write_shard
from analysis.encoding.cluster import TRIES, on_cluster
from analysis.encoding.cluster_worker import ModelOptions
from analysis.encoding.encode import Embedded, encode
from analysis.errors import InputError
from tests.datasets.examples import episode_key, recording_sample

# Ray leaves sockets and processes of its own to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:ray"),
]

PROGRAM = Path(sys.executable).with_name("latent-storage")
EPISODES = 12
FRAMES = 40
LONG = 2000
"""Frames of an episode that takes a worker so long that it is met at it on a busy machine, too."""

SHARD_BYTES = 80_000


class RayCluster:
    """A head that computes nothing, and three nodes of one CPU."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._cluster: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        self.nodes = [self._cluster.add_node() for _ in range(3)]
        self.address = str(self._cluster.address)
        self._halted: set[psutil.Process] = set()

    def stop_encoding(self) -> tuple[Any, psutil.Process]:
        """Halt a worker in the middle of an episode; its node too, for killing either.

        One that was halted before, and may still be seen for a while after it is killed, is not met
        again.
        """
        while True:
            for node in self.nodes:
                (raylet,) = node.all_processes["raylet"]
                for process in psutil.Process(raylet.process.pid).children():
                    with suppress(psutil.NoSuchProcess):
                        if process not in self._halted and _is_encoding(process):
                            process.suspend()
                            if _is_encoding(process):
                                self._halted.add(process)
                                return node, process
                            process.resume()
            time.sleep(0.01)

    def kill(self, node: Any) -> None:
        self.nodes.remove(node)
        self._cluster.remove_node(node, allow_graceful=False)

    def shutdown(self) -> None:
        self._cluster.shutdown()


def _is_encoding(process: psutil.Process) -> bool:
    # Ray gives a process the name of what it runs.
    return "ClusterWorker.encode" in " ".join(process.cmdline())


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    running = RayCluster()
    yield running
    running.shutdown()


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve episodes in three shards."""
    folder = tmp_path_factory.mktemp("games")
    for shard in range(3):
        samples = [recording_sample(4 * shard + n, FRAMES, (32, 32)) for n in range(4)]
        write_shard(folder / recording_shard_name(0, shard), samples)
    return folder


def shards(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.tar")}


@pytest.fixture(scope="module")
def embedded(games: Path, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an embedded run makes of the games; with one thread, as workers of one CPU have."""
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("embedded")
    model = Embedded(load(str(tiny), choose_runtime("cpu")))
    assert encode(games, out, model, SHARD_BYTES).problems == ()
    assert len(shards(out)) > 2
    return shards(out)


def test_all_episodes_are_encoded_once_though_a_worker_and_a_node_are_killed(
    cluster: RayCluster, games: Path, tiny: Path, embedded: dict[str, bytes], tmp_path: Path
) -> None:
    finished: list[int] = []
    lost: list[str] = []

    def kill_some() -> None:
        _, worker = cluster.stop_encoding()
        worker.kill()
        node, worker = cluster.stop_encoding()
        cluster.kill(node)
        worker.kill()  # halted, it would not notice that its node is gone

    def progress(what: str, done: int, total: int) -> None:
        if what == "encoding":
            finished.append(done)

    killer = threading.Thread(target=kill_some, daemon=True)
    with on_cluster(cluster.address, ModelOptions(str(tiny)), lost.append) as executor:
        killer.start()
        encoded = encode(games, tmp_path, executor, SHARD_BYTES, progress)
        killer.join()
    assert encoded.problems == ()
    assert shards(tmp_path) == embedded
    assert finished == [frames * 2 * FRAMES for frames in range(EPISODES + 1)]
    assert len(lost) == 2
    assert len(cluster.nodes) == 2


def test_an_episode_that_kills_its_workers_is_left_out_and_said(
    cluster: RayCluster, games: Path, tiny: Path, embedded: dict[str, bytes], tmp_path: Path
) -> None:
    # As the kernel kills a worker for the memory that a damaged video takes, each time.
    def kill_always() -> None:
        for _ in range(TRIES):
            cluster.stop_encoding()[1].kill()

    alone = tmp_path / "alone"
    alone.mkdir()
    write_shard(alone / recording_shard_name(0, 0), [recording_sample(0, LONG, (32, 32))])
    killer = threading.Thread(target=kill_always, daemon=True)
    with on_cluster(cluster.address, ModelOptions(str(tiny))) as executor:
        killer.start()
        encoded = encode(alone, tmp_path / "out", executor, SHARD_BYTES)
        killer.join()
    assert encoded.shards == ()
    (problem,) = encoded.problems
    assert f"{TRIES} times" in problem
    assert episode_key(0) in problem


def test_urls_and_paths_that_nodes_do_not_see(
    cluster: RayCluster, games: Path, tiny: Path, embedded: dict[str, bytes], tmp_path: Path
) -> None:
    with on_cluster(cluster.address, ModelOptions(str(tiny))) as executor:
        assert encode(games.as_uri(), tmp_path.as_uri(), executor, SHARD_BYTES).problems == ()
    assert shards(tmp_path) == embedded


def test_what_a_node_lacks_is_said_in_a_sentence(cluster: RayCluster, tmp_path: Path) -> None:
    with (
        on_cluster(cluster.address, ModelOptions(str(tmp_path))) as executor,
        pytest.raises(InputError, match=r"On the node .* has no config\.json"),
    ):
        _ = executor.made_by
    with (
        pytest.raises(InputError, match="No node of the cluster has a GPU"),
        on_cluster(cluster.address, ModelOptions(str(tmp_path), device="cuda")),
    ):
        pass


def test_a_folder_with_another_package_of_the_same_name_is_no_harm(
    games: Path, tiny: Path, embedded: dict[str, bytes], tmp_path: Path
) -> None:
    """The command and the cluster that it starts both run in that folder."""
    other = tmp_path / "analysis" / "__init__.py"
    other.parent.mkdir()
    other.write_text("raise RuntimeError('this is another package')")
    done = subprocess.run(
        [
            *(PROGRAM, "encode", games, "--out", "out", "--autoencoder", tiny),
            *("--device", "cpu", "--shard-size", str(SHARD_BYTES), "--cluster", "local"),
        ],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert shards(tmp_path / "out") == embedded


def test_an_address_where_nothing_answers_is_refused() -> None:
    start = time.monotonic()
    with (
        pytest.raises(InputError, match="No Ray cluster answers at 127"),
        on_cluster("127.0.0.1:9", ModelOptions("any")),
    ):
        pass
    assert time.monotonic() - start < 60  # Ray itself goes on for minutes
