"""A packed shard is the one that would have been written at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.datasets.pack import content_size, pack, packed_size
from analysis.datasets.shards import find_shards
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile
from tests.datasets.examples import latent_sample, recording_sample


def staged(folder: Path, samples: list[Sample]) -> list[StoredFile]:
    folder.mkdir()
    for number, sample in enumerate(samples):
        write_shard(folder / f"{number:03}.tar", [sample])
    return find_shards(folder)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_it_is_what_write_shard_writes(number: int, tmp_path: Path) -> None:
    samples = [latent_sample(n, frames=5 + n) for n in range(number - 1)]
    samples.append(recording_sample(99, players=("p1",)))
    write_shard(tmp_path / "whole.tar", samples)
    parts = staged(tmp_path / "parts", samples)
    pack(parts, Destination(str(tmp_path)), "packed.tar")
    assert (tmp_path / "packed.tar").read_bytes() == (tmp_path / "whole.tar").read_bytes()
    assert packed_size(map(content_size, parts)) == (tmp_path / "whole.tar").stat().st_size


@given(st.lists(st.integers(1, 60).map(lambda blocks: 512 * blocks), min_size=1))
def test_the_size_is_whole_records_with_room_for_the_end(contents: list[int]) -> None:
    size = packed_size(contents)
    assert size % 10_240 == 0
    assert sum(contents) + 1024 <= size < sum(contents) + 1024 + 10_240


def test_packed_shards_can_be_packed_again(tmp_path: Path) -> None:
    samples = [recording_sample(n, players=("p1",)) for n in range(3)]
    one, two, three = staged(tmp_path / "parts", samples)
    folder = Destination(str(tmp_path / "pairs"))
    folder.make()
    pack([one, two], folder, "pair.tar")
    (pair,) = folder.files()
    pack([pair, three], Destination(str(tmp_path)), "packed.tar")
    write_shard(tmp_path / "whole.tar", samples)
    assert (tmp_path / "packed.tar").read_bytes() == (tmp_path / "whole.tar").read_bytes()


def test_giving_up_leaves_nothing(tmp_path: Path) -> None:
    parts = staged(tmp_path / "parts", [recording_sample(1)])

    def give_up() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        pack(parts, Destination(str(tmp_path)), "packed.tar", give_up)
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]


def test_a_part_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    (part,) = staged(tmp_path / "parts", [recording_sample(1)])
    path = Path(part.location)
    path.write_bytes(path.read_bytes()[:5000])
    (part,) = find_shards(tmp_path / "parts")
    with pytest.raises(InputError, match="cut off"):
        pack([part], Destination(str(tmp_path)), "packed.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]
