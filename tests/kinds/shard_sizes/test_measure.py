"""Sizes of real shards, as a measurement."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from analysis.datasets.layouts.doom import Player
from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from analysis.findings.claims import judge_claims
from analysis.io.byte_range import bytes_range
from analysis.kinds.context import Context
from analysis.kinds.ledger import read_run
from analysis.kinds.run import run
from analysis.kinds.shard_sizes import measure as shard_sizes
from analysis.kinds.shard_sizes.game_clip import played_clip
from analysis.kinds.shard_sizes.record import ShardSizes, ShardSizesResults
from analysis.kinds.study import Study
from analysis.ledger import store
from analysis.recording.layout import BUTTON
from analysis.recording.record import GAMES_FOLDER
from analysis.video.decode import decode_frames
from tests.datasets.examples import latent_sample, npy, recording_sample


def context(*sets: dict[str, str]) -> Context:
    study = Study.model_validate({"autoencoder": "dc-ae-lite-f32c32", "quick": {"shards": sets}})
    return Context(study, Path("study.toml"), "quick", (), lambda what, done, total: None)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.tar"))


def test_both_recipes_are_measured_to_the_byte(recording_shards: Path, note_shards: Path) -> None:
    outcome = shard_sizes.measure(
        context(
            {"name": "native", "path": str(recording_shards), "recipe": "native"},
            {"name": "note", "path": str(note_shards), "recipe": "note"},
        )
    )
    assert isinstance(outcome.results, ShardSizesResults)
    native, note = outcome.results.sets
    for entry, folder in ((native, recording_shards), (note, note_shards)):
        assert entry.bytes == sum(entry.components.values()) == size_of(folder)
        assert (entry.episodes, entry.frames, entry.fps) == (1, 2 * 3 * 35, 35)
        assert entry.mb_per_min.value == pytest.approx(entry.bytes / 1e6 / (6 / 60))
    assert list(native.codecs) == ["H.264 (High)"]
    assert list(note.codecs) == ["MPEG-4 Part 2 (mp4v)"]
    assert [entry.per_episode[0].key for entry in (native, note)] == [native.per_episode[0].key] * 2
    assert [entry.name for entry in outcome.inputs] == ["native", "note"]


def test_seconds_of_a_game_are_kept_with_both_players_side_by_side(
    recording_shards: Path, tmp_path: Path
) -> None:
    source = {"name": "native", "path": str(recording_shards), "recipe": "native"}
    (path,) = run(["shard-sizes"], context(source), ["measure"], tmp_path)
    found = read_run(path)
    assert isinstance(found, ShardSizes)
    clip = found.results.clip
    assert clip is not None
    assert (clip.set, clip.players, clip.fps) == ("native", ("p1", "p2"), 35)
    assert (clip.width, clip.height) == (800, 300)
    # The game is shorter than a clip may be.
    assert (clip.first_frame, clip.frames) == (0, 105)
    media = store.media_folder(found, tmp_path)
    content = (media / clip.file).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (clip.bytes, clip.sha256)
    shown = next(decode_frames(bytes_range(content, clip.file), clip.frames))
    assert shown.shape == (105, 300, 800, 3)
    (episode,) = recordings_of(open_dataset(recording_shards)).episodes
    for player, panel in (("p1", shown[:, :, :400]), ("p2", shown[:, :, 400:])):
        with episode.open() as members:
            view = next(decode_frames(members[f"video_{player}.mp4"], 105))
        for number in (0, 60, 104):
            small = cv2.resize(np.ascontiguousarray(view[number]), (400, 300))
            assert cv2.PSNR(small, np.ascontiguousarray(panel[number])) > 25
    poster = cv2.imread(str(media / clip.poster))
    assert poster is not None
    assert cv2.PSNR(poster, np.ascontiguousarray(shown[0, :, :, ::-1])) > 25


def test_the_clip_is_of_the_stretch_in_which_both_fire_the_most(tmp_path: Path) -> None:
    def sample(number: int, p1: range, p2: range) -> Sample:
        recorded = recording_sample(number, frames=300, size=(32, 32))
        members = dict(recorded.members)
        for player, fires in (("p1", p1), ("p2", p2)):
            actions = np.zeros((300, 14), np.float32)
            actions[fires, BUTTON["ATTACK"]] = 1
            members[f"actions_{player}.npy"] = npy(actions)
        return Sample(recorded.key, members)

    quiet = sample(1, range(300), range(10))  # one fires all the time, the other hardly
    fierce = sample(2, range(60, 200), range(250, 300))
    fiercest = sample(3, range(80, 290), range(90, 300))
    for number, each in enumerate((quiet, fierce, fiercest)):
        write_shard(tmp_path / f"mp-0000-{number:06d}.tar", [each])
    outcome = shard_sizes.measure(context({"name": "a", "path": str(tmp_path)}))
    assert isinstance(outcome.results, ShardSizesResults)
    clip = outcome.results.clip
    assert clip is not None
    assert clip.episode == fiercest.key
    assert (clip.frames, clip.both_fire_frames) == (210, 200)
    assert clip.first_frame <= 90 <= 290 <= clip.first_frame + clip.frames


@pytest.mark.parametrize("players", [("p1",), ("p1", "p2")])
def test_without_two_players_and_their_actions_there_is_no_clip(
    tmp_path: Path, players: tuple[Player, ...]
) -> None:
    recorded = recording_sample(1, players=players)
    members = {field: data for field, data in recorded.members.items() if "actions" not in field}
    write_shard(tmp_path / "mp-0000-000000.tar", [Sample(recorded.key, members)])
    assert played_clip("a", open_dataset(tmp_path)) is None


def test_a_set_with_games_is_recorded_first(
    recording_shards: Path, note_shards: Path, tmp_path: Path
) -> None:
    games = recording_shards / GAMES_FOLDER
    source = {"name": "n", "path": str(tmp_path), "games": str(games), "recipe": "note"}
    outcome = shard_sizes.measure(context(source))
    assert isinstance(outcome.results, ShardSizesResults)
    assert [path.read_bytes() for path in tmp_path.glob("*.tar")] == [
        path.read_bytes() for path in note_shards.glob("*.tar")
    ]


def test_latent_shards_are_measured_too(tmp_path: Path) -> None:
    write_shard(tmp_path / "latent-000000.tar", [latent_sample(1), latent_sample(2, frames=30)])
    outcome = shard_sizes.measure(context({"name": "latents", "path": str(tmp_path)}))
    assert isinstance(outcome.results, ShardSizesResults)
    (entry,) = outcome.results.sets
    assert (entry.kind, entry.codecs, entry.episodes) == ("latent", {}, 2)
    assert outcome.inputs[0].kind == "latent-shards"


def test_recordings_and_latents_are_no_one_set(recording_shards: Path, tmp_path: Path) -> None:
    (shard,) = recording_shards.glob("*.tar")
    (tmp_path / shard.name).write_bytes(shard.read_bytes())
    write_shard(tmp_path / "latent-000000.tar", [latent_sample(1)])
    with pytest.raises(InputError, match="holds recordings and latents"):
        shard_sizes.measure(context({"name": "a", "path": str(tmp_path)}))


def test_faulty_or_absent_shards_are_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="absent"):
        shard_sizes.measure(context({"name": "a", "path": str(tmp_path / "absent")}))
    (tmp_path / "mp-0000-000000.tar").write_bytes(b"no tar at all")
    with pytest.raises(InputError, match="latent-storage scan"):
        shard_sizes.measure(context({"name": "a", "path": str(tmp_path)}))


def test_a_run_appends_the_kinds_in_their_order_and_claims_read_the_sizes(
    recording_shards: Path, tmp_path: Path
) -> None:
    source = {"name": "native", "path": str(recording_shards), "recipe": "native"}
    kinds = ["claims", "shard-sizes"]
    judging = replace(context(source), judge_claims=judge_claims)
    paths = list(run(kinds, judging, ["latent-storage", "measure"], tmp_path))
    assert [path.parent.name for path in paths] == ["shard-sizes", "claims"]
    found = store.newest([tmp_path], ShardSizes)
    assert found is not None
    assert read_run(paths[1]).inputs[0].name == found[1].run.id
