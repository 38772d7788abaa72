"""Sizes of real shards, as a measurement."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.ledger import store
from analysis.ledger.shard_sizes import ShardSizes, ShardSizesResults
from analysis.measures import shard_sizes
from analysis.measures.context import Context
from analysis.measures.run import run
from analysis.recording.record import GAMES_FOLDER
from analysis.shards.writer import write_shard
from analysis.study import Study
from tests.shards.examples import latent_sample


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
    paths = list(run(kinds, context(source), ["latent-storage", "measure"], tmp_path))
    assert [path.parent.name for path in paths] == ["shard-sizes", "claims"]
    found = store.newest([tmp_path], ShardSizes)
    assert found is not None
    assert store.read(paths[1]).inputs[0].name == found[1].run.id
