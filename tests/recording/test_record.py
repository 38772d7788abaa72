"""Shards are whole, the same each time, and survive whatever ends the recording."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tarfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from analysis.datasets.metadata import RecordingMeta
from analysis.datasets.scan import scan
from analysis.errors import InputError
from analysis.recording.engine import remove_abandoned_engines
from analysis.recording.games import load_game, save_game
from analysis.recording.recipe import choose_recipe
from analysis.recording.record import GAMES_FOLDER, RENDERING_FOLDER, RecordOptions, record
from analysis.recording.scenarios import MAPS, Scenario
from tests.interrupting import interrupt_once, interruptible
from tests.recording.processes_alive import engines, instance_of, shared_memory, wait_until

SMALL = choose_recipe("native", (160, 120))

RECORD_TWO = """
import sys
from pathlib import Path
from analysis.recording.recipe import choose_recipe
from analysis.recording.record import RecordOptions, record

small = choose_recipe("native", (160, 120))
record(RecordOptions(Path(sys.argv[1]), recipe=small, episodes=2, seconds=1.0))
"""


def members(shard: Path) -> dict[str, bytes]:
    """The members of a shard of one episode, by field."""
    with tarfile.open(shard) as tar:
        return {
            member.name.partition(".")[2]: stored.read()
            for member in tar
            if (stored := tar.extractfile(member)) is not None
        }


def leftovers(instance: str) -> list[Path]:
    """The shared memory of a killed engine that the next one would not clear away."""
    remove_abandoned_engines()
    return shared_memory(instance)


def test_a_recorded_shard_is_in_the_layout(recording_shards: Path) -> None:
    report = scan(recording_shards)
    assert [finding for finding in report.findings if finding.severity == "error"] == []
    (episode,) = report.episodes
    assert episode.frames == 2 * 105
    for video in episode.videos:
        assert (video.width, video.height, video.fps) == (640, 480, 35)
        assert video.codec.startswith("H.264")


def test_meta_says_what_was_recorded(recording_shards: Path) -> None:
    fields = members(recording_shards / "mp-0000-000000.tar")
    meta = RecordingMeta.model_validate_json(fields["meta.json"])
    scenario = next(iter(MAPS))
    assert (meta.scenario, meta.map, meta.mode) == (scenario.wad, scenario.map, "pvp")
    assert (meta.n_frames, meta.game_tics, meta.fps, meta.decision_interval) == (105, 105, 35, 1)
    assert meta.play_resolution == meta.video_resolution == (640, 480)
    assert meta.button_names is not None
    assert len(meta.button_names) == 14
    assert not meta.random_policy_p1
    actions = np.load(io.BytesIO(fields["actions_p2.npy"]))
    rewards = np.load(io.BytesIO(fields["rewards_p2.npy"]))
    assert (actions.shape, actions.dtype) == ((105, 14), np.float32)
    assert (rewards.shape, rewards.dtype) == ((105,), np.float32)
    assert meta.total_reward_p2 == rewards.sum()


def test_note_is_the_same_episode_as_mpeg4(recording_shards: Path, note_shards: Path) -> None:
    native, note = scan(recording_shards).episodes[0], scan(note_shards).episodes[0]
    assert native.key == note.key
    for video in note.videos:
        assert (video.width, video.height, video.tag) == (640, 480, "mp4v")
    meta = RecordingMeta.model_validate_json(
        members(note_shards / "mp-0000-000000.tar")["meta.json"]
    )
    assert meta.play_resolution == (160, 120)


def test_given_games_give_the_same_bytes_again(recording_shards: Path, tmp_path: Path) -> None:
    (shard,) = record(RecordOptions(tmp_path, games=recording_shards / GAMES_FOLDER))
    assert shard.read_bytes() == (recording_shards / shard.name).read_bytes()
    assert list(tmp_path.iterdir()) == [shard]


def test_frames_that_differ_from_those_of_the_game_are_refused(
    recording_shards: Path, tmp_path: Path
) -> None:
    games = tmp_path / "games"
    games.mkdir()
    game = load_game(recording_shards / GAMES_FOLDER / "game-000000.npz")
    save_game(game.with_frame_digests("160x120", ("0" * 64, "0" * 64)), games / "odd.npz")
    with pytest.raises(InputError, match=r"odd.npz: its frames at 160x120 are not those"):
        record(RecordOptions(tmp_path / "out", games=games, recipe=SMALL))
    assert list((tmp_path / "out").glob("*.tar")) == []


def test_a_game_notes_the_frames_it_was_first_rendered_with(recording_shards: Path) -> None:
    game = load_game(recording_shards / GAMES_FOLDER / "game-000000.npz")
    assert set(game.info.frame_digests) == {"640x480"}


def test_a_folder_of_another_recording_is_refused(recording_shards: Path) -> None:
    games = recording_shards / GAMES_FOLDER
    with pytest.raises(InputError, match=r"mp-0000-000000.tar: holds another game or was made by"):
        record(RecordOptions(recording_shards, games=games, recipe=SMALL))
    with pytest.raises(InputError, match=r"game-000000.npz: is another game than the one asked"):
        record(RecordOptions(recording_shards, episodes=1, seconds=3.0, seed=77))


def test_running_again_changes_nothing(recording_shards: Path) -> None:
    shard = recording_shards / "mp-0000-000000.tar"
    before = shard.stat().st_mtime_ns
    assert record(RecordOptions(recording_shards, episodes=1, seconds=3.0)) == [shard]
    assert shard.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seconds": 0.0}, "nothing to record"),
        ({"episodes": 0}, "nothing to record"),
        ({"episodes": -1}, "nothing to record"),
        ({"recipe": choose_recipe("native", (855, 480))}, "cannot render 855x480"),
        ({"games": Path("/nowhere")}, "holds no game file"),
        (
            {"scenario": Scenario("cig.wad", "MAP44")},
            "cig.wad has no map MAP44",
        ),
        (
            {"scenario": Scenario("x.wad", "MAP01")},
            "ViZDoom ships no x.wad",
        ),
    ],
)
def test_what_cannot_be_recorded_is_one_clear_error(
    options: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        record(RecordOptions(tmp_path / "out", **options))  # type: ignore[arg-type]
    assert list(tmp_path.rglob("*.tar")) == []
    assert engines(os.getpid()) == []


def test_two_recordings_do_not_write_to_one_folder(tmp_path: Path) -> None:
    first = subprocess.Popen([sys.executable, "-c", RECORD_TWO, str(tmp_path)])
    try:
        wait_until(lambda: bool(engines(first.pid)))
        with pytest.raises(InputError, match="another recording writes here"):
            record(RecordOptions(tmp_path, recipe=SMALL, episodes=1, seconds=1.0))
        assert first.poll() is None
    finally:
        first.kill()
        first.wait()


def test_ctrl_c_leaves_nothing_unfinished(tmp_path: Path) -> None:
    command = interruptible([sys.executable, "-c", RECORD_TWO, tmp_path])
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    running: list[psutil.Process] = []

    def rendering() -> bool:
        running[:] = engines(process.pid)
        return bool(running) and (tmp_path / RENDERING_FOLDER).exists()

    interrupt_once(rendering, process)
    assert process.wait(30) != 0
    assert list(tmp_path.rglob(".*")) == []
    wait_until(lambda: not any(engine.is_running() for engine in running))


def test_kill_9_leaves_whole_shards_and_running_again_goes_on(tmp_path: Path) -> None:
    moments = random.Random(7)
    left: list[tuple[psutil.Process, str]] = []
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", RECORD_TWO, str(tmp_path)])
        wait_until(lambda: bool(engines(process.pid)) or process.poll() is not None)  # noqa: B023
        time.sleep(moments.uniform(0, 1.2))
        for engine in engines(process.pid):
            with suppress(psutil.Error):  # it has just ended
                left.append((engine, instance_of(engine)))
        process.kill()
        process.wait()
        for shard in tmp_path.glob("*.tar"):
            report = scan(shard)
            assert [item for item in report.findings if item.severity == "error"] == []
            assert report.totals.frames == 2 * 35
    assert left
    wait_until(lambda: not any(engine.is_running() for engine, _ in left))
    wait_until(lambda: not any(leftovers(instance) for _, instance in left))

    shards = record(RecordOptions(tmp_path, recipe=SMALL, episodes=2, seconds=1.0))
    assert [shard.name for shard in shards] == ["mp-0000-000000.tar", "mp-0000-000001.tar"]
    assert {path.name for path in tmp_path.iterdir()} == {
        *(shard.name for shard in shards),
        GAMES_FOLDER,
    }
    again = tmp_path / "again"
    for one, other in zip(
        shards,
        record(RecordOptions(again, games=tmp_path / GAMES_FOLDER, recipe=SMALL)),
        strict=True,
    ):
        assert one.read_bytes() == other.read_bytes()
