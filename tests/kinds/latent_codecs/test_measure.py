"""Every codec on real latents, in values and in pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.tiny import TinyAutoencoder
from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS
from analysis.datasets.writer import write_shard
from analysis.encoding.encode import encode
from analysis.errors import InputError
from analysis.kinds import run
from analysis.kinds.latent_codecs import bounds
from analysis.kinds.latent_codecs import measure as latent_codecs
from analysis.kinds.latent_codecs.record import LatentCodecs, LatentCodecsResults
from analysis.kinds.latent_codecs.tried import TRIED
from analysis.kinds.latent_sets import latent_source, scanned_latents
from analysis.kinds.ledger import read_run
from analysis.kinds.run import chosen_kinds
from analysis.kinds.study import LatentSource
from tests.autoencoders.models import small
from tests.codecs.examples import latent_like
from tests.datasets.examples import latent_sample, npy, replaced
from tests.kinds.latent_studies import context, source

pytestmark = pytest.mark.usefixtures("one_thread")

FEW = ("zstd:3", "delta+int8+zstd:3", "u6-channel+range", RECOMMENDED, RECOMMENDED_LOSSLESS)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only some codecs, one of each sort: all of them are the codecs' own tests' business."""
    monkeypatch.setattr(latent_codecs, "TRIED", tuple(name for name in TRIED if name in FEW))


@pytest.fixture(scope="module")
def measured(
    weights: Path, recording_shards: Path, tmp_path_factory: pytest.TempPathFactory
) -> LatentCodecs:
    """A run of every codec, on latents that the run encodes itself."""
    folder = tmp_path_factory.mktemp("latent-codecs")
    given = context(folder, source(folder, recording_shards, weights))
    (path,) = run.run(["latent-codecs"], given, ["measure"], folder / "ledger")
    found = read_run(path)
    assert isinstance(found, LatentCodecs)
    assert not (folder / "unfinished" / "latent-codecs-quick").exists()
    return found


def test_every_codec_is_measured(measured: LatentCodecs) -> None:
    results = measured.results
    assert [codec.name for codec in results.codecs] == list(TRIED)
    assert results.skipped == ()
    assert (results.episodes, results.views) == (1, 1)
    assert measured.parameters.recommended == (RECOMMENDED_LOSSLESS, RECOMMENDED)
    assert results.shape[0] == 3
    for codec in results.codecs:
        assert 0 < codec.share.value < 1.1
        assert codec.encode_mb_per_s > 0
        assert codec.decode_mb_per_s > 0
        assert codec.beside_exact is not None
        assert codec.beside_recording is not None


def test_lossless_codecs_change_nothing(measured: LatentCodecs) -> None:
    for codec in measured.results.codecs:
        if codec.lossless:
            assert codec.mean_squared_error.value == codec.largest_error == 0
            assert codec.beside_exact is not None
            assert codec.beside_exact.psnr_db.value == 100
            assert codec.loss_db is not None
            assert codec.loss_db.value == 0


def test_steps_by_the_picture_reach_the_decibels_they_name(measured: LatentCodecs) -> None:
    found = {codec.name: codec for codec in measured.results.codecs}
    for decibels in (40, 48):
        quality = found[f"picture:{decibels}+classes+pcodec"].beside_exact
        assert quality is not None
        # Pixels are rounded to 8 bits besides, which counts at high quality.
        assert quality.psnr_db.value == pytest.approx(decibels, abs=2.5)


def test_open_loops_drift_and_closed_ones_do_not(measured: LatentCodecs) -> None:
    found = {codec.name: codec for codec in measured.results.codecs}
    bad = found["delta+int8+zstd:3"]
    assert bad.last_frame_error > 3 * bad.mean_squared_error.value / 2
    for name in (RECOMMENDED, "u6-channel+linear+range"):
        good = found[name]
        assert good.last_frame_error < 4 * good.first_frame_error + 1e-9


def test_bounds_are_bounds(measured: LatentCodecs) -> None:
    results = measured.results
    for entry in results.symbols:
        assert 0 < entry.given_previous <= entry.zero_order < 1
        coder = f"{entry.quantiser}+range"
        for codec in results.codecs:
            if codec.name == coder:
                assert codec.share.value > entry.zero_order
    assert results.fields.share == pytest.approx(
        (results.fields.sign + results.fields.exponent + results.fields.mantissa) / 16
    )


def test_anyones_latents_are_measured_without_their_decoder(tmp_path: Path, few: None) -> None:
    write_shard(tmp_path / "latent-000000.tar", [latent_sample(1, frames=20)])
    given = context(tmp_path, None, LatentSource(path=str(tmp_path)))
    found = latent_codecs.measure(given).results
    assert isinstance(found, LatentCodecsResults)
    names = {codec.name for codec in found.codecs}
    assert names == set(FEW) - {RECOMMENDED}
    assert [skipped.name for skipped in found.skipped] == [RECOMMENDED]
    assert "test is no folder" in found.skipped[0].reason
    assert all(codec.beside_exact is None for codec in found.codecs)


def test_latents_of_an_encoder_alone_are_measured_without_pictures(
    tmp_path: Path, few: None
) -> None:
    encoder = tmp_path / "encoder"
    TinyAutoencoder(parts=("encoder",)).save_pretrained(encoder)
    write_shard(tmp_path / "latent-000000.tar", [latent_sample(1, frames=20)])
    latents = LatentSource(path=str(tmp_path / "latent-000000.tar"), autoencoder=str(encoder))
    found = latent_codecs.measure(context(tmp_path, None, latents)).results
    assert isinstance(found, LatentCodecsResults)
    assert [skipped.name for skipped in found.skipped] == [RECOMMENDED]
    assert f"{encoder} is an encoder alone and decodes nothing" in found.skipped[0].reason
    assert all(codec.beside_exact is None for codec in found.codecs)


def test_an_interrupted_run_goes_on(
    weights: Path, recording_shards: Path, tmp_path: Path, few: None
) -> None:
    given = context(tmp_path, source(tmp_path, recording_shards, weights))
    seen: list[str] = []

    class Stopped(Exception):
        pass

    def stop_before_the_fourth(what: str, done: int, total: int) -> None:
        if what == FEW[2]:
            raise Stopped

    with pytest.raises(Stopped):
        latent_codecs.measure(replace(given, progress=stop_before_the_fourth))
    kept = {path.name: path.stat().st_mtime_ns for path in given.unfinished.rglob("*.json")}
    assert len(kept) == 3
    outcome = latent_codecs.measure(replace(given, progress=lambda what, *_: seen.append(what)))
    again = {path.name: path.stat().st_mtime_ns for path in given.unfinished.rglob("*.json")}
    assert {name: again[name] for name in kept} == kept
    assert outcome.unfinished is not None


def test_a_study_without_latents_goes_without(tmp_path: Path) -> None:
    without = context(tmp_path, None)
    assert "latent-codecs" not in chosen_kinds([], without)
    assert "latent-codecs" in chosen_kinds([], context(tmp_path, {"path": "latents"}))
    with pytest.raises(InputError, match=r"names no .latents.; name them there"):
        latent_codecs.measure(without)


def test_latents_that_are_not_there_and_cannot_be_made_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no latents; give a folder that has some"):
        latent_codecs.measure(context(tmp_path, {"path": str(tmp_path / "none")}))


def test_latents_of_a_temporal_autoencoder_are_refused(tmp_path: Path) -> None:
    small("wan").save_pretrained(tmp_path / "wan")
    (tmp_path / "shards").mkdir()
    write_shard(tmp_path / "shards" / "latent-000000.tar", [latent_sample(1, frames=20)])
    given = {"path": str(tmp_path / "shards"), "autoencoder": str(tmp_path / "wan")}
    with pytest.raises(InputError, match="compresses time"):
        latent_codecs.measure(context(tmp_path, given))


def test_entropies_are_those_of_the_frequencies() -> None:
    assert bounds.entropy(np.array([1, 1, 1, 1, 0])) == pytest.approx(2)
    assert bounds.entropy(np.array([7])) == 0
    same = np.arange(64) % 8
    assert bounds.conditional_entropy(same, same) == pytest.approx(0)
    random = np.random.default_rng(0).integers(0, 4, (2, 100_000))
    assert bounds.conditional_entropy(random[0], random[1]) == pytest.approx(2, abs=0.01)


def test_a_mantissa_of_noise_has_all_its_bits() -> None:
    found = bounds.field_entropies([latent_like(400, 8, 15, 20)])
    assert found.mantissa == pytest.approx(10, abs=0.1)
    assert 0.9 < found.sign <= 1


def test_faulty_latents_are_no_measurement(tmp_path: Path) -> None:
    (tmp_path / "latent-000000.tar").write_bytes(b"not a tar")
    with pytest.raises(InputError, match="has 1 faults"):
        latent_codecs.measure(context(tmp_path, {"path": str(tmp_path)}))


def test_latents_that_are_no_numbers_are_named(tmp_path: Path, few: None) -> None:
    sample, array = latent_sample(1, frames=20), np.zeros((20, 32, 15, 20), np.float16)
    array[3, 2, 1, 0] = np.inf
    bad = replaced(sample, {"latents_p1.npy": npy(array)})
    write_shard(tmp_path / "latent-000000.tar", [bad])
    with pytest.raises(InputError, match=r"latent-000000.tar/ep_.*latents_p1.npy: some latents"):
        latent_codecs.measure(context(tmp_path, None, LatentSource(path=str(tmp_path))))


def test_encoding_comes_first_where_there_are_no_latents(
    weights: Path, recording_shards: Path, tmp_path: Path
) -> None:
    given = context(tmp_path, source(tmp_path, recording_shards, weights))
    report = scanned_latents(latent_source(given), given)
    expected = tmp_path / "expected"
    autoencoder = load(str(weights), choose_runtime("cpu"))
    encode(recording_shards, expected, autoencoder)
    made = (tmp_path / "latents" / "latent-000000.tar").read_bytes()
    assert made == (expected / "latent-000000.tar").read_bytes()
    assert report.totals.episodes == 1
