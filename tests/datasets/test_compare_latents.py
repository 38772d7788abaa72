"""Two sets of latents are compared by channel, whatever they are stored in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.codecs.container import compress
from analysis.codecs.latent_codec import RECOMMENDED_LOSSLESS, latent_codec
from analysis.datasets.compare_latents import ChannelAgreement, compare_latents
from analysis.datasets.layouts.doom import PLAYERS, field_name
from analysis.datasets.writer import write_shard
from analysis.errors import InputError
from tests.codecs.examples import latent_like
from tests.datasets.examples import latent_sample, npy, recording_sample, replaced

FRAMES = 300
"""More than are read at a time."""

CHANNELS = 32
SHAPE = (FRAMES, CHANNELS, 2, 2)

Latents = NDArray[np.float16]


def values(seed: int) -> Latents:
    offsets = np.arange(CHANNELS, dtype=np.float32)[:, None, None]
    random = np.random.default_rng(seed).normal(size=SHAPE).astype(np.float32)
    return (random + 3 * offsets).astype(np.float16)


def write(folder: Path, *views: Latents, number: int = 0) -> str:
    """An episode of one view or two."""
    sample = latent_sample(number, FRAMES, (64, 64))
    members: dict[str, bytes | None] = {
        field_name("latents", player): npy(view)
        for player, view in zip(PLAYERS, views, strict=False)
    }
    folder.mkdir(exist_ok=True)
    write_shard(folder / f"latent-{number:06d}.tar", [replaced(sample, members)])
    return str(folder)


def figures(row: ChannelAgreement) -> list[float]:
    assert row.correlation is not None
    return [
        *(row.first_mean, row.second_mean, row.first_deviation, row.second_deviation),
        *(row.correlation, row.error, row.largest_error),
    ]


def expected(one: NDArray[Any], other: NDArray[Any]) -> list[float]:
    """By numpy, of all values at once."""
    one, other = (each.astype(np.float64).ravel() for each in (one, other))
    error = other - one
    return [
        *(one.mean(), other.mean(), one.std(), other.std()),
        *(np.corrcoef(one, other)[0, 1], np.sqrt(np.square(error).mean()), np.abs(error).max()),
    ]


def test_every_figure_is_that_of_all_values_at_once(tmp_path: Path) -> None:
    first = values(0), values(1)
    second = tuple((each + 0.1 * values(7 + n)).astype(np.float16) for n, each in enumerate(first))
    found = compare_latents(write(tmp_path / "a", *first), write(tmp_path / "b", *second))
    one, other = np.concatenate(first), np.concatenate(second)
    assert (found.views, found.frames, len(found.channels)) == (2, 2 * FRAMES, CHANNELS)
    assert found.made_by == (("test",), ("test",))
    assert figures(found.whole) == pytest.approx(expected(one, other))
    for channel in found.channels:
        number = channel.channel
        assert figures(channel) == pytest.approx(expected(one[:, number], other[:, number]))
        assert channel.relative_error == pytest.approx(channel.error / channel.first_deviation)


def test_compressed_without_loss_is_the_same(tmp_path: Path) -> None:
    latents = np.ascontiguousarray(latent_like(FRAMES, CHANNELS, 2, 2))
    plain = write(tmp_path / "a", latents, latents)
    content = compress(latents, latent_codec(RECOMMENDED_LOSSLESS))
    sample = latent_sample(0, FRAMES, (64, 64))
    members: dict[str, bytes | None] = {}
    for player in PLAYERS:
        members[field_name("latents", player)] = None
        members[field_name("compressed_latents", player)] = content
    folder = tmp_path / "b"
    folder.mkdir()
    write_shard(folder / "latent-000000.tar", [replaced(sample, members)])
    whole = compare_latents(plain, str(folder)).whole
    assert (whole.error, whole.largest_error) == (0, 0)
    assert whole.correlation == pytest.approx(1)


def test_a_channel_that_does_not_vary_has_no_correlation(tmp_path: Path) -> None:
    still = np.zeros(SHAPE, np.float16)
    found = compare_latents(
        write(tmp_path / "a", still, still), write(tmp_path / "b", still, still)
    )
    assert found.whole.correlation is None
    assert found.whole.relative_error is None
    assert found.as_dict()["channels"][31]["error"] == 0


def test_views_that_one_set_lacks_are_named(tmp_path: Path) -> None:
    latents = values(0)
    write(tmp_path / "a", latents, latents)
    first = write(tmp_path / "a", latents, latents, number=1)
    second = write(tmp_path / "b", latents, latents)
    found = compare_latents(first, second)
    assert (found.views, len(found.only_in_first), found.only_in_second) == (2, 2, ())
    assert compare_latents(second, first).only_in_second == found.only_in_first


def test_sets_of_other_episodes_or_shapes_are_refused(tmp_path: Path) -> None:
    latents = values(0)
    first = write(tmp_path / "a", latents, latents)
    other = write(tmp_path / "b", latents, latents, number=1)
    with pytest.raises(InputError, match="have no view of an episode in common"):
        compare_latents(first, other)
    folder = tmp_path / "c"
    folder.mkdir()
    write_shard(folder / "latent-000000.tar", [latent_sample(0, FRAMES - 1, (64, 64))])
    with pytest.raises(InputError, match=r"holds latents of \(299, 32, 2, 2\) and .*\(300"):
        compare_latents(first, str(folder))


def test_recordings_are_no_latents(tmp_path: Path) -> None:
    first = write(tmp_path / "a", values(0), values(0))
    folder = tmp_path / "recordings"
    folder.mkdir()
    write_shard(folder / "mp-0000-000000.tar", [recording_sample(0)])
    with pytest.raises(InputError, match="holds no latents"):
        compare_latents(first, str(folder))
