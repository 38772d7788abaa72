"""Recording shards become latent shards, and running again goes on where a run was stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import fsspec
import pytest

from analysis import storage
from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import DEFAULT, load
from analysis.autoencoders.runtime import choose_runtime
from analysis.datasets.dataset import Episode
from analysis.datasets.opening import open_dataset
from analysis.datasets.scan import scan
from analysis.datasets.writer import Sample, write_shard
from analysis.encoding.encode import Embedded, Encoded, encode, parse_size
from analysis.encoding.made_by import MadeBy
from analysis.encoding.output import STAGING_FOLDER, open_output
from analysis.encoding.worker import EpisodeResult, FramesDone
from analysis.errors import InputError
from analysis.io.destination import Destination
from tests.datasets.examples import (
    encode as encode_video,
)
from tests.datasets.examples import (
    episode_key,
    latent_sample,
    moving_frames,
    recording_sample,
    replaced,
)
from tests.encoding.shard_contents import meta
from tests.encoding.tiny import save_tiny
from tests.interrupting import interrupt_once, interruptible
from tests.shared import REPOSITORY

PROGRAM = Path(sys.executable).with_name("latent-storage")
TWO_EPISODES = 40_000


@pytest.fixture
def executor(autoencoder: Autoencoder) -> Embedded:
    return Embedded(autoencoder)


def run(
    source: Path | str, out: Path | str, executor: Embedded, shard_bytes: int = TWO_EPISODES
) -> Encoded:
    return encode(source, out, executor, shard_bytes)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def keys(shard: str) -> list[str]:
    return [episode.key for episode in scan(shard).episodes]


@pytest.fixture(scope="session")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, recordings: Path, autoencoder: Autoencoder
) -> dict[str, bytes]:
    """What a run that nothing disturbs writes."""
    out = tmp_path_factory.mktemp("undisturbed")
    run(recordings, out, Embedded(autoencoder))
    return contents(out)


def test_episodes_are_packed_in_their_order(
    recordings: Path, executor: Embedded, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    encoded = run(recordings, tmp_path, executor)
    assert encoded.problems == ()
    assert [Path(shard).name for shard in encoded.shards] == [
        f"latent-{number:06d}.tar" for number in range(3)
    ]
    found = [keys(shard) for shard in encoded.shards]
    assert [key for some in found for key in some] == [episode_key(n) for n in range(1, 6)]
    assert [len(some) for some in found] == [2, 2, 1]
    assert contents(tmp_path) == undisturbed
    assert all(len(content) <= TWO_EPISODES for content in undisturbed.values())


def test_scan_finds_nothing_wrong_and_the_bytes_are_those_of_the_equation(
    recordings: Path, executor: Embedded, tmp_path: Path
) -> None:
    run(recordings, tmp_path, executor)
    report = scan(tmp_path)
    assert report.findings == ()
    recorded = scan(recordings)
    assert report.totals.frames == recorded.totals.frames
    assert report.totals.duration_s == pytest.approx(recorded.totals.duration_s)
    latent = executor.autoencoder.latent
    for episode in report.episodes:
        for view in episode.latents:
            assert (view.width, view.height) == (64, 48)
            values = storage.latent_bytes(latent, 48, 64, clips=1, clip_frames=view.frames)
            assert view.bytes == values + 128  # the header of an npy file
    on_disk = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert sum(report.components.values()) == on_disk
    # Each member has a tar header and is filled up to 512 bytes, each shard up to 10,240.
    members = sum(4 + 3 * (len(episode.latents) - 1) for episode in report.episodes)
    assert 512 * members < report.components["tar_framing"] < 1024 * members + 3 * 11_264


def test_running_again_changes_nothing(
    recordings: Path, executor: Embedded, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    run(recordings, tmp_path, executor)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(run(recordings, tmp_path, executor).shards) == 3
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert contents(tmp_path) == undisturbed


class Stopping:
    """Encodes as `Embedded`, in another order, and fails after some episodes."""

    def __init__(self, embedded: Embedded, order: Sequence[int], after: int) -> None:
        self._embedded = embedded
        self._order = order
        self._after = after
        self.made_by = embedded.made_by

    def __call__(
        self, episodes: Sequence[Episode], staging: Destination, frames_done: FramesDone
    ) -> Iterator[EpisodeResult]:
        shuffled = [episodes[number] for number in self._order[: self._after]]
        yield from self._embedded(shuffled, staging, frames_done)
        if self._after < len(self._order):
            raise RuntimeError("stopped")


@pytest.mark.parametrize("after", [1, 2, 3, 4])
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (1, 3, 0, 4, 2)])
def test_whatever_is_finished_first_the_shards_are_the_same(
    order: Sequence[int],
    after: int,
    recordings: Path,
    executor: Embedded,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
) -> None:
    with pytest.raises(RuntimeError, match="stopped"):
        encode(recordings, tmp_path, Stopping(executor, order, after), TWO_EPISODES)
    shards = {path.name: path.read_bytes() for path in tmp_path.glob("*.tar")}
    assert shards.items() <= undisturbed.items()
    assert len(list(tmp_path.glob(f"{STAGING_FOLDER}/*"))) >= after - 3
    encoded: list[str] = []

    class Noting(Embedded):
        def __call__(
            self, episodes: Sequence[Episode], staging: Destination, frames_done: FramesDone
        ) -> Iterator[EpisodeResult]:
            encoded.extend(episode.key for episode in episodes)
            return super().__call__(episodes, staging, frames_done)

    encode(recordings, tmp_path, Noting(executor.autoencoder), TWO_EPISODES)
    assert len(encoded) == 5 - after
    assert contents(tmp_path) == undisturbed


def test_any_order_of_an_undisturbed_executor_gives_the_same_shards(
    recordings: Path, executor: Embedded, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    encode(recordings, tmp_path, Stopping(executor, (4, 2, 0, 3, 1), 5), TWO_EPISODES)
    assert contents(tmp_path) == undisturbed


def test_what_a_killed_run_left_is_cleared_away(
    recordings: Path, executor: Embedded, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    with pytest.raises(RuntimeError):
        encode(recordings, tmp_path, Stopping(executor, (3, 4, 0, 1, 2), 2), TWO_EPISODES)
    staged = sorted((tmp_path / STAGING_FOLDER).iterdir())
    assert len(staged) == 2
    run(recordings, tmp_path / "other", executor)
    # As if killed while writing, and between packing a shard and removing what is in it.
    (tmp_path / "latent-000000.tar").write_bytes(undisturbed["latent-000000.tar"])
    (tmp_path / STAGING_FOLDER / f"{episode_key(1)}.tar").write_bytes(staged[0].read_bytes())
    (tmp_path / STAGING_FOLDER / f".{episode_key(5)}.tar.{uuid.uuid4().hex}.tmp").write_bytes(
        b"half"
    )
    (tmp_path / f".latent-000001.tar.{uuid.uuid4().hex}.tmp").write_bytes(b"half")
    staged[0].write_bytes(staged[0].read_bytes()[:-9000])
    for name in contents(tmp_path / "other"):
        (tmp_path / "other" / name).unlink()
    (tmp_path / "other").rmdir()
    run(recordings, tmp_path, executor)
    assert contents(tmp_path) == undisturbed


def test_new_recordings_go_into_new_shards(
    recordings: Path, executor: Embedded, tmp_path: Path
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for shard in recordings.iterdir():
        (source / shard.name).write_bytes(shard.read_bytes())
    run(source, out, executor)
    before = contents(out)
    write_shard(source / "a-new-one.tar", [recording_sample(9, 8)])
    encoded = run(source, out, executor)
    assert before.items() < contents(out).items()
    assert keys(encoded.shards[-1]) == [episode_key(9)]
    assert Path(encoded.shards[-1]).name == "latent-000003.tar"


def test_an_episode_that_fails_is_told_and_left_out(executor: Embedded, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    whole = encode_video(moving_frames(20, 64, 48), container_options={"movflags": "+faststart"})
    broken = replaced(recording_sample(2, 20), {"video_p1.mp4": whole[:-800] + b"\xff" * 800})
    write_shard(source / "a.tar", [recording_sample(1, 9), broken, recording_sample(3, 9)])
    told: list[str] = []
    encoded = encode(source, tmp_path / "out", executor, on_problem=told.append)
    assert list(encoded.problems) == told
    (problem,) = told
    assert f"a.tar/{broken.key}.video_p1.mp4: cannot be decoded" in problem
    assert [key for shard in encoded.shards for key in keys(shard)] == [
        episode_key(1),
        episode_key(3),
    ]
    write_shard(source / "a.tar", [recording_sample(1, 9), recording_sample(2, 20)])
    again = run(source, tmp_path / "out", executor)
    assert again.problems == ()
    assert keys(again.shards[-1]) == [episode_key(2)]


def test_episodes_of_any_key_are_encoded_and_found_again(
    executor: Embedded, tmp_path: Path
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    wanted = ["folder/ep_1", "./ep_2", "k" * 300, "日本" * 60, "ep_\udce9"]
    samples = [Sample(key, recording_sample(1, 5).members) for key in wanted]
    write_shard(source / "a.tar", samples)
    with pytest.raises(RuntimeError):  # stopped when three are staged
        encode(source, out, Stopping(executor, (4, 3, 2, 1, 0), 3), TWO_EPISODES)
    assert len(list((out / STAGING_FOLDER).iterdir())) == 3
    encoded_then: list[str] = []

    class Listening(Embedded):
        def __call__(
            self, episodes: Sequence[Episode], staging: Destination, frames_done: FramesDone
        ) -> Iterator[EpisodeResult]:
            encoded_then.extend(episode.key for episode in episodes)
            return super().__call__(episodes, staging, frames_done)

    done = encode(source, out, Listening(executor.autoencoder), TWO_EPISODES)
    assert done.problems == ()
    assert encoded_then == wanted[:2]
    shown = [*wanted[:-1], "ep_é"]
    assert [key for shard in done.shards for key in keys(shard)] == shown
    written = [episode.key for episode in open_dataset(out).episodes]
    assert written == wanted


@pytest.mark.parametrize("store", ["file", "memory"])
def test_source_and_output_may_be_urls(
    store: str,
    recordings: Path,
    executor: Embedded,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
) -> None:
    root = f"file://{tmp_path}" if store == "file" else f"memory://{uuid.uuid4().hex}"
    files = fsspec.filesystem(store)
    files.makedirs(f"{root}/in", exist_ok=True)
    for path in recordings.iterdir():
        files.pipe(f"{root}/in/{path.name}", path.read_bytes())
    with pytest.raises(RuntimeError):
        encode(f"{root}/in", f"{root}/out", Stopping(executor, (2, 1, 0, 3, 4), 4), TWO_EPISODES)
    encoded = encode(f"{root}/in", f"{root}/out", executor, TWO_EPISODES)
    names = [shard.rpartition("/")[2] for shard in encoded.shards]
    assert names == sorted(undisturbed)
    for shard, name in zip(encoded.shards, names, strict=True):
        assert files.cat_file(shard) == undisturbed[name]
    assert [path for path in files.find(f"{root}/out") if not path.endswith(".tar")] == []
    files.rm(root, recursive=True)


def test_latents_of_another_autoencoder_or_precision_are_refused(
    recordings: Path, executor: Embedded, tiny: Path, tmp_path: Path
) -> None:
    run(recordings, tmp_path / "out", executor)
    before = contents(tmp_path / "out")
    other = Embedded(load(str(save_tiny(tmp_path / "b", 1)), choose_runtime("cpu", "fp32", 4)))
    coarse = Embedded(load(str(tiny), choose_runtime("cpu", "bf16", 4)))
    for differing in (other, coarse):
        with pytest.raises(InputError, match=r"latent-000000.tar: its latents are of .*tiny0? in"):
            run(recordings, tmp_path / "out", differing)
    assert contents(tmp_path / "out") == before


def test_staged_episodes_of_another_autoencoder_are_refused(
    recordings: Path, executor: Embedded, tiny: Path, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError):
        encode(recordings, tmp_path, Stopping(executor, (1, 0, 2, 3, 4), 1))
    with pytest.raises(InputError, match=rf"{episode_key(2)}.tar: its latents are of .* in fp32"):
        encode(recordings, tmp_path, load(str(tiny), choose_runtime("cpu", "bf16", 4)))


def test_other_shards_in_the_output_folder_are_refused(
    recordings: Path, executor: Embedded, tmp_path: Path
) -> None:
    write_shard(tmp_path / "mp.tar", [recording_sample(1)])
    with pytest.raises(InputError, match=r"mp.tar: holds no latents; give another output"):
        run(recordings, tmp_path, executor)
    write_shard(tmp_path / "mp.tar", [latent_sample(1)])
    with pytest.raises(InputError, match=r"mp.tar: its latents are of test in some precision"):
        run(recordings, tmp_path, executor)
    assert [path.name for path in tmp_path.iterdir()] == ["mp.tar"]


def test_the_source_is_not_written_to(recordings: Path, executor: Embedded, tmp_path: Path) -> None:
    before = contents(recordings)
    for out in (recordings, recordings / ".." / recordings.name, f"file://{recordings}"):
        with pytest.raises(InputError, match=r"holds the recordings; give another output"):
            run(recordings, out, executor)
    assert contents(recordings) == before
    run(recordings, tmp_path, executor)
    with pytest.raises(InputError, match=r"holds latents, and only recordings"):
        run(tmp_path / "latent-000000.tar", tmp_path / "again", executor)


def test_the_output_may_lie_below_the_source(
    recordings: Path, executor: Embedded, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    for shard in recordings.iterdir():
        (tmp_path / shard.name).write_bytes(shard.read_bytes())
    for _ in range(2):
        run(tmp_path, tmp_path / "latents", executor)
        assert contents(tmp_path / "latents") == undisturbed


def test_two_runs_do_not_write_to_one_folder(
    recordings: Path, executor: Embedded, tmp_path: Path
) -> None:
    with (
        open_output(str(tmp_path), "doom", executor.made_by),
        pytest.raises(InputError, match="another run writes into it"),
    ):
        run(recordings, tmp_path, executor)
    run(recordings, tmp_path, executor)


def test_progress_counts_the_frames_that_are_left(
    recordings: Path, executor: Embedded, tmp_path: Path
) -> None:
    told: list[tuple[str, int, int]] = []
    encode(recordings, tmp_path, executor, progress=lambda *progress: told.append(progress))
    assert told[:3] == [("reading headers", n, 2) for n in (1, 2)] + [("encoding", 0, 88)]
    assert told[-1] == ("encoding", 88, 88)


def test_what_made_it_is_read_back(
    recordings: Path, executor: Embedded, tmp_path: Path, autoencoder: Autoencoder
) -> None:
    encoded = run(recordings, tmp_path, executor)
    said = meta(encoded.shards[0], episode_key(1))
    assert MadeBy(said["ae_model"], said["latent_precision"]) == MadeBy.of(autoencoder)


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4_000_000_000), ("500 mb", 500_000_000), ("1.5GB", 1_500_000_000), ("12345", 12345)],
)
def test_sizes_are_decimal(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "4GiB", "much", "-1GB"])
def test_what_is_no_size_is_one_clear_error(text: str) -> None:
    with pytest.raises(InputError, match="is no size"):
        parse_size(text)


# The program


def program(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [PROGRAM, "encode", *arguments, "--device", "cpu", "--batch-size", "2"]
    return subprocess.Popen(
        interruptible(command),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def test_the_program_prints_the_shards_and_complains_on_stderr(tiny: Path, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    write_shard(source / "a.tar", [recording_sample(1, 9), recording_sample(2, 9)])
    write_shard(source / "b.tar", [recording_sample(2, 9)])
    process = program(source, "--out", tmp_path / "out", "--autoencoder", tiny)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert stdout.splitlines() == [str(tmp_path / "out" / "latent-000000.tar")]
    assert f"b.tar: {episode_key(2)} is also in a.tar" in stderr
    assert DEFAULT == "dc-ae-lite-f32c32"


def test_ctrl_c_ends_it_at_once_and_leaves_nothing_half_written(tiny: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    write_shard(source / "a.tar", [recording_sample(number, 400) for number in range(4)])
    process = program(source, "--out", out, "--autoencoder", tiny)
    interrupt_once(lambda: list(out.glob(f"{STAGING_FOLDER}/.*.tmp")), process)
    asked = time.monotonic()
    assert process.wait(30) != 0
    assert time.monotonic() - asked < 10
    assert [path for path in out.rglob("*") if path.name.endswith(".tmp")] == []
    process.communicate()


def test_kill_9_at_any_moment_loses_and_repeats_nothing(
    recordings: Path, tiny: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.encoding.kill"),
            *(recordings, tiny, tmp_path, "--kills", "6"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("6 kills, ")
