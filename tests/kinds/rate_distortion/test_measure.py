"""A real game's frames through codecs and an autoencoder, to bytes at equal quality."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from analysis.autoencoders.dual_decoder import new_dual_decoder, save_dual_decoder
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.catalog import (
    resolution,
    video_encoder,
)
from analysis.errors import InputError
from analysis.kinds.context import Context
from analysis.kinds.ledger import read_run
from analysis.kinds.rate_distortion import measure as rate_distortion
from analysis.kinds.rate_distortion.latents import DecodedClip
from analysis.kinds.rate_distortion.pictures import choose
from analysis.kinds.rate_distortion.record import RateDistortion, ShownPicture
from analysis.kinds.run import run
from analysis.kinds.study import Study
from analysis.kinds.video_bitrate.plan import Plan, Source
from analysis.kinds.video_bitrate.record import BitrateClip
from analysis.ledger import store
from analysis.recording.record import GAMES_FOLDER
from analysis.video.encoder_settings import encoder_settings
from tests.shared import REPOSITORY

SMALL = Plan(
    1,
    11,
    (
        Source(
            resolution("480p"),
            False,
            1,
            (
                *(encoder_settings(video_encoder("h264"), crf) for crf in (17, 28, 40, 51)),
                *(encoder_settings(video_encoder("mpeg4"), quantiser) for quantiser in (3, 31)),
            ),
        ),
    ),
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def dual(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An untrained dual decoder of t = 4 on the autoencoder of block means: both of its decoders
    give the frame in the middle of a window as that autoencoder does."""
    spatial = load(str(weights), choose_runtime("cpu", "fp32", 1))
    folder = tmp_path_factory.mktemp("dual") / "t4"
    module = new_dual_decoder(spatial.module, 4)
    return str(save_dual_decoder(module, folder, str(weights), spatial.module))


@pytest.fixture
def context(
    tmp_path: Path,
    recording_shards: Path,
    weights: Path,
    dual: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Context:
    monkeypatch.setattr("analysis.kinds.video_bitrate.measure.plan", lambda profile: SMALL)
    study = Study.model_validate(
        {
            "autoencoder": "dc-ae-lite-f32c32",
            "encode_with": [str(weights)],
            "dual_decoders": [dual],
            "quick": {
                "games": str(recording_shards / GAMES_FOLDER),
                "shards": [{"name": "a", "path": "a"}],
            },
        }
    )
    return Context(
        study,
        Path("study.toml"),
        "quick",
        (),
        lambda what, done, total: None,
        unfinished=tmp_path / "unfinished",
    )


def test_codecs_and_latents_are_compared_on_the_same_frames(
    context: Context, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger"
    _, path = run(["video-bitrate", "rate-distortion"], context, ["measure"], ledger)
    found = read_run(path)
    assert isinstance(found, RateDistortion)
    results = found.results
    # MPEG-4 at two qualities is no curve.
    assert [curve.codec for curve in results.curves] == ["h264"]
    assert [point.format for point in results.latents] == ["fp16", "int8 per channel"]
    point = results.latents[0]
    # Three means of a block of 32 x 32, two bytes each.
    assert point.bits_per_pixel.value == pytest.approx(8 * 3 * 2 / 32**2)
    assert 10 < point.psnr_db.value < 25
    assert point.vmaf is not None
    assert point.vmaf.value < 20
    _check_equal_quality(found)
    _check_pictures(found, ledger)


def _check_equal_quality(found: RateDistortion) -> None:
    (curve,) = found.results.curves
    bits = found.results.latents[0].bits_per_pixel.value
    for entry in found.results.equal_quality:
        if entry.ratio is not None:
            assert entry.bits_per_pixel is not None
            assert entry.reach == "within"
            assert entry.bits_per_pixel.value < curve.points[0].bits_per_pixel.value
        else:
            assert entry.reach == "below the curve"
            assert entry.beyond == curve.points[-1].bits_per_pixel.value
    worth = [entry for entry in found.results.equal_bytes if entry.format == "fp16"]
    for at_bytes in worth:
        # At these bytes, video is far better than the mean colours of blocks.
        assert at_bytes.lacking.value > 0
        values = [getattr(point, at_bytes.metric).value for point in curve.points]
        assert min(values) <= at_bytes.quality.value <= max(values)
    assert bits < curve.points[0].bits_per_pixel.value


def _check_pictures(found: RateDistortion, ledger: Path) -> None:
    media = store.media_folder(found, ledger)
    shown = found.results.shown
    assert [picture.shows for picture in shown.pictures] == [
        "source",
        "latents-0",
        "h264-17",
        "h264-28",
        "h264-40",
        "h264-51",
        "dual-0-full",
        "dual-0-single-frame",
    ]
    contents = {picture.shows: (media / picture.file).read_bytes() for picture in shown.pictures}
    for picture in shown.pictures:
        assert hashlib.sha256(contents[picture.shows]).hexdigest() == picture.sha256
    frames = {
        shows: cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        for shows, content in contents.items()
    }
    source = frames["source"]
    assert source is not None
    for picture in shown.pictures[1:]:
        frame = frames[picture.shows]
        assert frame is not None
        assert picture.psnr_db == pytest.approx(cv2.PSNR(source, frame), abs=0.01)
    by_name = {picture.shows: picture for picture in shown.pictures}
    _check_qualities(found, by_name)
    _check_windows(found, by_name)


def _check_qualities(found: RateDistortion, pictures: dict[str, ShownPicture]) -> None:
    (curve,) = found.results.curves
    by_codec = [picture for picture in pictures.values() if picture.curve is not None]
    assert [(picture.curve, picture.quality) for picture in by_codec] == [
        (curve.name, point.quality) for point in curve.points
    ]
    bits = [picture.bits_per_pixel for picture in by_codec if picture.bits_per_pixel is not None]
    assert bits == sorted(bits, reverse=True)
    assert all(picture.window is None for picture in by_codec)


def _check_windows(found: RateDistortion, pictures: dict[str, ShownPicture]) -> None:
    """The shown frame is in the middle of a whole window, and stored for a quarter of the bytes."""
    still = pictures["latents-0"]
    assert still.bits_per_pixel is not None
    for decoder in ("full", "single-frame"):
        picture = pictures[f"dual-0-{decoder}"]
        assert picture.window is not None
        assert (picture.window.decoder, picture.window.temporal_factor) == (decoder, 4)
        assert picture.window.first_frame == found.results.shown.frame - 2 >= 0
        assert picture.bits_per_pixel == pytest.approx(still.bits_per_pixel / 4, rel=0.1)
        # Not trained, it gives this frame, and no other of its window, as the autoencoder does.
        assert picture.psnr_db == pytest.approx(still.psnr_db, abs=0.05)
        assert picture.hud_psnr_db == pytest.approx(still.hud_psnr_db, abs=0.05)


def test_a_frame_without_a_whole_window_is_not_shown() -> None:
    ends = {0, 34}
    assert _chosen(lambda frame: frame not in ends) == 11
    # Where no frame will do, the middle one is shown all the same.
    assert _chosen(lambda frame: False) == 11
    assert _chosen(lambda frame: frame == 34) == 34


def _chosen(fits: Callable[[int], bool]) -> int:
    clip = cast("BitrateClip", SimpleNamespace(name="a", split="held-out"))
    compared = {number: SimpleNamespace(psnr_db=20 + number / 10) for number in (0, 11, 34)}
    decoded = cast(
        "DecodedClip",
        SimpleNamespace(
            autoencoder="x", format="fp16", point=SimpleNamespace(clip="a"), compared=compared
        ),
    )
    return choose([clip], [decoded], "fp16", lambda _, frame: fits(frame)).frame


def test_without_a_video_run_it_says_which_to_make(context: Context, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No video-bitrate run of the quick profile in"):
        rate_distortion.measure(replace(context, ledger=(tmp_path,)))


def test_other_games_are_refused(context: Context, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    list(run(["video-bitrate"], context, ["measure"], ledger))
    others = REPOSITORY / "measurements" / "games"
    quick = context.study.profile("quick").model_copy(update={"games": others})
    elsewhere = replace(
        context, study=context.study.model_copy(update={"quick": quick}), ledger=(ledger,)
    )
    with pytest.raises(
        InputError, match=r"does not have the game of cig MAP01 .* which was encoded"
    ):
        rate_distortion.measure(elsewhere)
