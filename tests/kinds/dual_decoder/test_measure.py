"""Dual decoders judged on recorded clips: every way, every motion, timed and shown."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.autoencoders.dual_decoder import new_dual_decoder, save_dual_decoder
from analysis.autoencoders.load import load, weight_folder
from analysis.autoencoders.runtime import choose_runtime
from analysis.errors import InputError
from analysis.kinds import run
from analysis.kinds.context import Context
from analysis.kinds.dual_decoder.motion import motion_of, motions_of
from analysis.kinds.dual_decoder.record import DecodingResult, DualDecoderRun
from analysis.kinds.ledger import read_run
from analysis.kinds.run import chosen_kinds
from analysis.kinds.study import Study
from analysis.ledger import provenance, store
from tests.shared import REPOSITORY

COMMITTED = REPOSITORY / "measurements"

pytestmark = pytest.mark.usefixtures("one_thread")


def study(recordings: Path, *dual_decoders: str) -> Study:
    return Study.model_validate(
        {
            "autoencoder": "dc-ae-lite-f32c32",
            "dual_decoders": dual_decoders,
            "quick": {"shards": [{"name": "native", "path": str(recordings)}]},
        }
    )


def context(folder: Path, of: Study) -> Context:
    return Context(
        of,
        Path("study.toml"),
        "quick",
        (),
        lambda what, done, total: None,
        device="cpu",
        unfinished=folder / "unfinished",
    )


@pytest.fixture(scope="module")
def duals(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Untrained dual decoders of t = 2 and t = 4 on the autoencoder of block means."""
    folder = tmp_path_factory.mktemp("duals")
    spatial = load(str(weights), choose_runtime("cpu", "fp32", 1))
    return tuple(
        str(
            save_dual_decoder(
                new_dual_decoder(spatial.module, temporal),
                folder / f"t{temporal}",
                str(weights),
                spatial.module,
            )
        )
        for temporal in (2, 4)
    )


@pytest.fixture(scope="module")
def measured(
    duals: tuple[str, ...], recording_shards: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, DualDecoderRun]:
    folder = tmp_path_factory.mktemp("dual-decoder")
    given = context(folder, study(recording_shards, *duals))
    (path,) = run.run(["dual-decoder"], given, ["measure"], folder / "ledger")
    found = read_run(path)
    assert isinstance(found, DualDecoderRun)
    return folder / "ledger", found


def psnr(result: DecodingResult) -> float:
    return result.every_frame.psnr_db.value


def test_an_untrained_dual_decoder_is_as_good_as_holding_its_latent(
    measured: tuple[Path, DualDecoderRun],
) -> None:
    for dual in measured[1].results.dual_decoders:
        held = dual.way("held")
        for way in ("full", "single-frame"):
            assert psnr(dual.way(way)) == pytest.approx(psnr(held), abs=0.05)
        shown, still = dual.way("single-frame"), dual.way("per-frame")
        assert shown.representative.psnr_db.value == pytest.approx(
            still.representative.psnr_db.value, abs=0.05
        )
        assert psnr(still) >= psnr(held)


def test_positions_and_motions_are_of_all_frames(measured: tuple[Path, DualDecoderRun]) -> None:
    results = measured[1].results
    assert results.views == 2
    for dual in results.dual_decoders:
        for way in dual.ways:
            assert len(way.positions) == dual.temporal_factor
            mean = np.mean([score.psnr_db.value for score in way.positions])
            assert psnr(way) == pytest.approx(mean)
            assert sum(motion.clips for motion in way.motions) == results.clips
        assert sum(motion.share for motion in dual.ways[0].motions) == pytest.approx(1)


def test_bytes_fall_by_the_temporal_factor(measured: tuple[Path, DualDecoderRun]) -> None:
    results = measured[1].results
    for dual in results.dual_decoders:
        saved = results.per_frame.mb_per_min.value / dual.stored.mb_per_min.value
        # The last window of a view may not be full.
        assert saved == pytest.approx(dual.temporal_factor, rel=0.05)
        assert dual.stored.ratio.value < results.per_frame.ratio.value


def test_each_decoder_is_timed(measured: tuple[Path, DualDecoderRun]) -> None:
    for dual in measured[1].results.dual_decoders:
        for name in ("per_frame", "window", "first_of_window", "single_frame"):
            latency = getattr(dual.timing, name)
            assert 0 < latency.fastest_ms <= latency.median_ms <= latency.slowest_ms


def test_shown_clips_play(measured: tuple[Path, DualDecoderRun]) -> None:
    ledger, found = measured
    folder = ledger / "media" / "dual-decoder" / found.run.id
    for shown in found.results.shown:
        with av.open(folder / shown.file) as container:
            frames = list(container.decode(video=0))
        assert len(frames) == shown.frames
        assert (frames[0].width, frames[0].height) == (shown.width, shown.height)
        assert (folder / shown.poster).stat().st_size > 0


def test_a_study_without_dual_decoders_leaves_them_out(tmp_path: Path) -> None:
    none, some = study(tmp_path), study(tmp_path, "any")
    assert "dual-decoder" not in chosen_kinds([], context(tmp_path, none))
    assert "dual-decoder" in chosen_kinds([], context(tmp_path, some))
    with pytest.raises(InputError, match=r"study\.toml: names no `dual_decoders`; add some\."):
        next(run.run(["dual-decoder"], context(tmp_path, none), [], tmp_path))


def test_an_autoencoder_with_one_decoder_is_refused(
    weights: Path, recording_shards: Path, tmp_path: Path
) -> None:
    given = context(tmp_path, study(recording_shards, str(weights)))
    with pytest.raises(InputError, match="has no second decoder that shows single frames"):
        next(run.run(["dual-decoder"], given, [], tmp_path))


def test_latents_alone_cannot_be_judged(
    encoded: Path, duals: tuple[str, ...], tmp_path: Path
) -> None:
    given = context(tmp_path, study(encoded, *duals))
    with pytest.raises(InputError, match="name a set of recordings to judge latents by"):
        next(run.run(["dual-decoder"], given, [], tmp_path))


def actions(frames: int, *, moves: bool = False, turn: float = 0, shots: int = 0) -> np.ndarray:
    made = np.zeros((frames, 14), np.float32)
    made[:, 0], made[:, 13] = moves, turn
    made[:shots, 11] = 1
    return made


@pytest.mark.parametrize(
    ("played", "motion"),
    [
        (actions(8), "static"),
        (actions(8, turn=0.4), "static"),
        (actions(8, turn=-0.6), "moving"),
        (actions(8, moves=True), "moving"),
        (actions(8, turn=-3), "turning"),
        (actions(8, moves=True, turn=20), "turning"),
        (actions(8, turn=20, shots=1), "fighting"),
    ],
)
def test_motion_is_told_by_the_actions(played: np.ndarray, motion: str) -> None:
    assert motion_of(played) == motion


@given(frames=st.integers(0, 100), seed=st.integers(0, 9))
def test_every_whole_clip_has_one_motion(frames: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    drawn = actions(frames)
    drawn[:, 13] = generator.normal(0, 3, frames)
    drawn[:, 11] = generator.random(frames) < 0.05
    found = motions_of(drawn, 8)
    assert sorted(clip for clips in found.values() for clip in clips) == list(range(frames // 8))
    assert all(found.values())


def committed() -> DualDecoderRun:
    found = store.newest([COMMITTED], DualDecoderRun)
    assert found is not None
    return found[1]


def test_the_committed_run_is_of_held_out_games_at_three_temporal_factors() -> None:
    results = committed().results
    assert results.split == "held-out"
    assert results.episodes >= 3
    assert [dual.temporal_factor for dual in results.dual_decoders] == [2, 4, 8]


def test_the_weights_in_the_package_are_those_of_the_committed_run() -> None:
    for dual in committed().results.dual_decoders:
        folder = weight_folder(dual.name)
        for entry in dual.files:
            path = folder.parent / entry.name
            assert (path.stat().st_size, provenance.sha256(path)) == (entry.bytes, entry.sha256)


def test_at_t_4_the_full_decoder_beats_the_same_bytes_by_a_decibel() -> None:
    dual = committed().results.dual_decoders[1]
    assert psnr(dual.way("full")) - psnr(dual.way("held")) >= 1
    shown = dual.way("single-frame").representative.psnr_db.value
    assert dual.way("per-frame").representative.psnr_db.value - shown <= 1


def test_a_single_frame_takes_its_share_of_the_windows_time() -> None:
    for dual in committed().results.dual_decoders:
        share = dual.timing.single_frame.median_ms / dual.timing.window.median_ms
        assert share <= 1.2 / dual.temporal_factor
