"""Measurement files are written once and whole, and read strictly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.kinds.claims.record import Claims
from analysis.kinds.ledger import read_run, write_schemas
from analysis.kinds.registry import kinds
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.ledger import store
from tests.kinds.examples import shard_sizes
from tests.shared import REPOSITORY


def test_a_measurement_comes_back_as_it_was_written(tmp_path: Path) -> None:
    measurement = shard_sizes()
    path = store.write(measurement, tmp_path)
    assert path.parent == tmp_path / "shard-sizes"
    assert path.stem == measurement.run.id
    assert read_run(path) == measurement
    assert json.loads(path.read_text())["schema"] == "shard-sizes/1.1"


def test_nothing_is_overwritten_and_nothing_partial_stays(tmp_path: Path) -> None:
    path = store.write(shard_sizes(), tmp_path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="never overwritten"):
        store.write(shard_sizes(bits_per_pixel=0.9), tmp_path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_the_newest_run_of_the_first_folder_that_has_one_is_taken(tmp_path: Path) -> None:
    fresh, committed = tmp_path / "fresh", tmp_path / "committed"
    older = store.write(shard_sizes(datetime(2026, 1, 1, tzinfo=UTC)), committed)
    newer = store.write(shard_sizes(datetime(2026, 2, 1, tzinfo=UTC)), committed)
    assert store.runs([committed], "shard-sizes") == [older, newer]
    found = store.newest([fresh, committed], ShardSizes)
    assert found is not None
    assert found[0] == newer
    freshest = store.write(shard_sizes(datetime(2025, 1, 1, tzinfo=UTC)), fresh)
    found = store.newest([fresh, committed], ShardSizes)
    assert found is not None
    assert found[0] == freshest
    assert store.newest([fresh, committed], Claims) is None


def test_files_beside_a_measurement_come_whole_and_with_it(tmp_path: Path) -> None:
    measurement = shard_sizes()
    files = {"a.webp": b"one", "b.webp": b"two"}
    path = store.write(measurement, tmp_path, files)
    media = store.media_folder(measurement, tmp_path)
    assert media == tmp_path / "media" / "shard-sizes" / path.stem
    assert {file.name: file.read_bytes() for file in media.iterdir()} == files
    with pytest.raises(InputError, match="never overwritten"):
        store.write(measurement, tmp_path, {"a.webp": b"other"})
    assert (media / "a.webp").read_bytes() == b"one"
    assert store.runs([tmp_path], "shard-sizes") == [path]


def test_where_one_cannot_be_written_neither_stays(tmp_path: Path) -> None:
    measurement = shard_sizes()
    with pytest.raises(OSError, match="such"):
        store.write(measurement, tmp_path, {"a.webp": b"one", "no/such": b"two"})
    media = store.media_folder(measurement, tmp_path)
    assert list(media.parent.iterdir()) == []
    (tmp_path / "shard-sizes").rmdir()
    (tmp_path / "shard-sizes").symlink_to(tmp_path / "read-only", target_is_directory=True)
    (tmp_path / "read-only").mkdir()
    partial = tmp_path / "read-only" / f".{measurement.run.id}.json.tmp"
    partial.mkdir()  # the JSON cannot be opened for writing
    with pytest.raises(OSError, match="tmp"):
        store.write(measurement, tmp_path, {"a.webp": b"one"})
    assert not media.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema": "shard-sizes/0"}, r"version shard-sizes/0 .* reads shard-sizes/1"),
        ({"schema": "shard-sizes/2"}, r"version shard-sizes/2 .* reads shard-sizes/1\.1.*upgrade"),
        ({"schema": "dream-sizes/1"}, r"schema 'dream-sizes/1', and the kinds are shard-sizes"),
        ({"results": {}}, r"results\.sets: Field required"),
        ({"surprise": 1}, r"surprise: Extra inputs"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(
    tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    path = store.write(shard_sizes(), tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=sentence) as error:
        read_run(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"run\.json"):
        read_run(path)
    with pytest.raises(InputError, match="no measurement"):
        read_run(tmp_path / "absent.json")


def test_the_committed_schemas_are_those_of_the_models(tmp_path: Path) -> None:
    for path in write_schemas(tmp_path):
        committed = REPOSITORY / "measurements" / "schema" / path.name
        assert committed.read_text() == path.read_text(), "run `latent-storage schema`"


def test_every_committed_measurement_is_read(tmp_path: Path) -> None:
    for kind in kinds():
        paths = store.runs([REPOSITORY / "measurements"], kind)
        assert paths, f"no committed run of {kind}"
        for path in paths:
            assert read_run(path).run.id == path.stem
