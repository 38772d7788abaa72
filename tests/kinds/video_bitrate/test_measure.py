"""Clips of real games, encoded and judged; what is judged agrees with ffmpeg's own filters."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analysis.catalog import (
    VideoEncoder,
    lossless_encoders,
    resolution,
    resolutions,
    video_encoder,
)
from analysis.errors import InputError
from analysis.kinds.context import Context
from analysis.kinds.game_clips import GameClip, choose_games, clip_range, on_disk
from analysis.kinds.ledger import read_run
from analysis.kinds.registry import kinds
from analysis.kinds.run import chosen_kinds, run
from analysis.kinds.study import Study
from analysis.kinds.unfinished import Unfinished
from analysis.kinds.video_bitrate import encode as encode_module
from analysis.kinds.video_bitrate import measure as video_bitrate
from analysis.kinds.video_bitrate.law import fit
from analysis.kinds.video_bitrate.plan import Plan, Source, plan
from analysis.kinds.video_bitrate.record import (
    ClipResult,
    VideoBitrate,
    VideoBitrateParameters,
    VideoBitrateResults,
)
from analysis.kinds.video_bitrate.trial import encode_and_judge, frame_bytes
from analysis.recording.record import GAMES_FOLDER
from analysis.video.encode import picture_writer
from analysis.video.encoder_settings import EncoderSettings, encoder_settings
from analysis.video.uncompressed import UncompressedClip
from analysis.video.vmaf import vmaf_program
from tests.shared import REPOSITORY

GAMES = REPOSITORY / "measurements" / "games"
EVERY = 5
WAYS = [
    encoder_settings(video_encoder("h264"), 28),
    encoder_settings(video_encoder("h264"), 28, pixel_format="yuv444p"),
    encoder_settings(video_encoder("hevc"), 30, preset="ultrafast"),
    encoder_settings(video_encoder("av1"), 45, preset="10"),
    encoder_settings(video_encoder("mpeg4"), 12),
    encoder_settings(video_encoder("h264-rgb")),
    encoder_settings(video_encoder("ffv1")),
]


def quiet(what: str, done: int, total: int) -> None:
    """No progress."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UncompressedClip]:
    """31 frames of 426x240."""
    (game, *_) = choose_games(GAMES, 1)
    folder = tmp_path_factory.mktemp("clip")
    with on_disk(GameClip(game, 300, 31, (426, 240), (426, 240)), folder, lambda n: None) as frames:
        yield frames


def write_video(clip: UncompressedClip, way: EncoderSettings, folder: Path) -> Path:
    video = folder / f"again.{way.encoder.container}"
    with picture_writer(video, (clip.width, clip.height), clip.frames_per_second, way) as write:
        for ready in clip.pictures(way.pixel_format):
            write(ready)
    return video


def judged_by_ffmpeg(
    clip: UncompressedClip, video: Path, pixel_format: str, filter: str, field: str
) -> float:
    """The mean of what a filter of the ffmpeg program says of every fifth frame."""
    program = vmaf_program()
    assert program is not None
    raw = "rgb24" if pixel_format == "gbrp" else pixel_format
    reference = clip.folder / ("frames.rgb" if raw == "rgb24" else "frames.yuv")
    careful = "flags=bicubic+full_chroma_int+accurate_rnd+bitexact:in_chroma_loc=center"
    graph = (
        f"[0:v]settb=1/35,setpts=N,scale={careful},format={pixel_format}[a];"
        f"[1:v]settb=1/35,setpts=N,format={pixel_format}[b];[a][b]{filter}=stats_file=-"
    )
    size = f"{clip.width}x{clip.height}"
    said = subprocess.run(
        [
            *(str(program), "-loglevel", "error", "-i", str(video)),
            *("-f", "rawvideo", "-pix_fmt", raw, "-s", size, "-framerate", "35"),
            *("-i", str(reference), "-lavfi", graph, "-f", "null", "-"),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = [re.search(rf"{field}:(\S+)", line) for line in said if f" {field}:" in f" {line}"]
    values = [float(match[1]) for match in found if match]
    assert len(values) == clip.frames
    return float(np.mean(values[::EVERY]))


@pytest.mark.parametrize(
    "way", [way for way in WAYS if not way.encoder.lossless], ids=lambda way: way.encoder.id
)
def test_psnr_and_ssim_are_those_of_ffmpegs_filters(
    clip: UncompressedClip, way: EncoderSettings, tmp_path: Path
) -> None:
    found = encode_and_judge("clip", clip, way, range(31), EVERY, tmp_path)
    video = write_video(clip, way, tmp_path)
    psnr = judged_by_ffmpeg(clip, video, "gbrp", "psnr", "psnr_avg")
    ssim = judged_by_ffmpeg(clip, video, "gbrp", "ssim", "All")
    assert found.psnr_db == pytest.approx(psnr, abs=0.01)
    assert found.ssim == pytest.approx(ssim, abs=0.001)
    if way.pixel_format == "yuv420p":
        luma = judged_by_ffmpeg(clip, video, "yuv420p", "psnr", "psnr_y")
        assert found.psnr_y_db == pytest.approx(luma, abs=0.01)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.encoder.id}-{way.pixel_format}")
def test_a_second_run_gives_the_same_bytes_and_the_same_quality(
    clip: UncompressedClip, way: EncoderSettings, tmp_path: Path
) -> None:
    first, second = (
        encode_and_judge("clip", clip, way, range(5, 15), EVERY, tmp_path) for _ in range(2)
    )
    unlike = {"encode_core_s", "decode_core_s"}
    assert first.model_dump(exclude=unlike) == second.model_dump(exclude=unlike)
    assert 0 < first.shared_bytes < first.bytes
    assert first.frames_compared == 7
    assert min(first.encode_core_s, first.decode_core_s) > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoder", lossless_encoders(), ids=lambda encoder: encoder.id)
def test_lossless_encoders_give_every_frame_back(
    clip: UncompressedClip, encoder: VideoEncoder, tmp_path: Path
) -> None:
    way = next(way for way in WAYS if way.encoder == encoder)
    found = encode_and_judge("clip", clip, way, range(31), 1, tmp_path)
    assert (found.psnr_db, found.psnr_y_db, found.ssim) == (100, 100, 1)


def test_the_bytes_of_frames_add_up_to_the_video_but_for_its_headers(
    clip: UncompressedClip, tmp_path: Path
) -> None:
    video = write_video(clip, WAYS[0], tmp_path)
    sizes = frame_bytes(video)
    assert len(sizes) == clip.frames
    assert sizes[0] == max(sizes)  # a key frame is shown first
    assert 0 < video.stat().st_size - sum(sizes) < 3000


# The plan


def test_the_full_plan_has_what_the_report_needs() -> None:
    full = plan("full")
    assert full.games == 4
    native = {source.resolution.name: source for source in full.sources if not source.upscaled}
    assert set(native) == {entry.name for entry in resolutions()}
    for name, source in native.items():
        assert source.seconds >= (30 if resolution(name).height <= 1080 else 10)
        ways = [(way.encoder.id, way.quality) for way in source.encodings]
        assert {("h264", crf) for crf in (17, 20, 23, 28)} <= set(ways)
        assert {"h264", "hevc", "av1", "mpeg4"} <= {codec for codec, _ in ways}
    (upscaled,) = (source for source in full.sources if source.upscaled)
    assert (upscaled.rendered, upscaled.video) == ((160, 120), (640, 480))
    for source in (native["480p"], upscaled):
        ways_there = source.encodings
        assert len(set(ways_there)) == len(ways_there)
        for codec in ("hevc", "av1"):
            assert len({way.quality for way in ways_there if way.encoder.id == codec}) >= 4
        h264 = [way for way in ways_there if way.encoder.id == "h264"]
        assert {way.gop for way in h264} == {12, 250}
        assert len({way.preset for way in h264}) == 2
        assert {way.pixel_format for way in h264} == {"yuv420p", "yuv444p"}
        assert set(lossless_encoders()) <= {way.encoder for way in ways_there}
        assert {way.gop for way in ways_there if way.encoder.id == "mpeg4"} == {12, 250}


def test_games_are_of_as_many_maps_as_there_are() -> None:
    games = choose_games(GAMES, 5)
    assert len({str(game.scenario) for game in games[:4]}) == 4
    assert len({game.digest for game in games}) == 5


def test_a_shorter_clip_lies_in_the_middle_of_a_longer_one() -> None:
    (game,) = choose_games(GAMES, 1)
    long, short = clip_range(game, 30), clip_range(game, 10)
    assert (len(long), len(short)) == (1050, 350)
    assert short.start - long.start == long.stop - short.stop
    assert clip_range(game, 1e4) == range(game.info.tics)


# The law


def test_a_power_law_is_found_again() -> None:
    sizes = [entry.size for entry in resolutions()]

    def game(k: float, e: float) -> dict[tuple[int, int], float]:
        return {(h, w): k * (h * w / (640 * 480)) ** e for h, w in sizes}

    found = fit([game(0.5, -0.25), game(0.7, -0.35)])
    assert found.exponent.value == pytest.approx(-0.3)
    assert (found.exponent.low, found.exponent.high) == pytest.approx((-0.35, -0.25))
    assert found.at_reference.value == pytest.approx(0.6)
    assert found.largest_deviation == pytest.approx(0, abs=1e-9)


def test_what_departs_from_the_law_is_said() -> None:
    sizes = [entry.size for entry in resolutions()]
    bent = {size: 0.5 if number != 3 else 0.6 for number, size in enumerate(sizes)}
    assert 0.1 < fit([bent]).largest_deviation < 0.2


# The whole measurement, on a small plan


SMALL = Plan(
    1,
    11,
    (
        Source(
            resolution("240p"),
            False,
            2,
            (encoder_settings(video_encoder("h264"), 28), encoder_settings(video_encoder("mpeg4"))),
        ),
        Source(resolution("360p"), False, 1, (encoder_settings(video_encoder("h264"), 28),)),
        Source(resolution("480p"), False, 1, (encoder_settings(video_encoder("h264"), 28),)),
        Source(resolution("480p"), True, 1, (encoder_settings(video_encoder("h264"), 28),)),
    ),
)


@pytest.fixture
def context(tmp_path: Path, recording_shards: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setattr("analysis.kinds.video_bitrate.measure.plan", lambda profile: SMALL)
    study = Study.model_validate(
        {
            "autoencoder": "dc-ae-lite-f32c32",
            "quick": {
                "games": str(recording_shards / GAMES_FOLDER),
                "shards": [{"name": "a", "path": "a"}],
            },
        }
    )
    unfinished = tmp_path / "unfinished"
    return Context(study, Path("study.toml"), "quick", (), quiet, unfinished=unfinished)


def test_a_run_is_measured_and_leaves_nothing_unfinished(context: Context, tmp_path: Path) -> None:
    (path,) = run(["video-bitrate"], context, ["measure"], tmp_path / "ledger")
    found = read_run(path)
    assert isinstance(found, VideoBitrate)
    assert not list(context.unfinished.iterdir())
    results = found.results
    assert [row.resolution for row in results.rows] == ["240p", "240p", "360p", "480p", "480p"]
    assert {(clip.rendered_width, clip.width) for clip in results.clips if clip.upscaled} == {
        (160, 640)
    }
    _check_rows(results)
    (law,) = results.laws
    assert law.sizes == ((240, 426), (360, 640), (480, 640))
    assert -1 < law.exponent.value < 0


def _check_rows(results: VideoBitrateResults) -> None:
    clips = {clip.name: clip for clip in results.clips}
    for row in results.rows:
        (encoded,) = row.clips
        clip = clips[encoded.clip]
        pixels = clip.frames * clip.width * clip.height
        assert row.bits_per_pixel.value == pytest.approx(8 * encoded.bytes / pixels)
        assert row.mb_per_min.value == pytest.approx(encoded.bytes / clip.frames * 2100 / 1e6)
        assert 20 < row.psnr_db.value < 45
        assert row.vmaf is not None
    native, upscaled = results.rows[-2:]
    assert native.relative_to_480p is not None
    assert native.relative_to_480p.value == 1
    assert upscaled.upscaled
    assert upscaled.psnr_db.value > native.psnr_db.value


def test_an_interrupted_run_goes_on_where_it_stopped(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []

    def stopping(name: str, *rest: object) -> ClipResult:
        if len(judged) == 2:
            raise KeyboardInterrupt
        judged.append(name)
        return encode_and_judge(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(encode_module, "encode_and_judge", stopping)
    with pytest.raises(KeyboardInterrupt):
        video_bitrate.measure(context)
    folder = context.unfinished / "video-bitrate-quick"
    assert not list(folder.glob("video.*"))
    assert not (folder / "clip").exists()

    def going_on(name: str, *rest: object) -> ClipResult:
        judged.append(name)
        return encode_and_judge(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(encode_module, "encode_and_judge", going_on)
    outcome = video_bitrate.measure(context)
    assert isinstance(outcome.results, VideoBitrateResults)
    assert isinstance(outcome.parameters, VideoBitrateParameters)
    assert len(judged) == len(outcome.results.rows) == 5
    assert outcome.parameters.parts_kept == 2
    # And once more, with everything there: nothing is encoded, and the figures are the same.
    again = video_bitrate.measure(context)
    assert len(judged) == 5
    assert again.results == outcome.results


def test_a_study_of_shards_alone_goes_without_what_renders_games(context: Context) -> None:
    assert {"video-bitrate", "rate-distortion"} <= set(chosen_kinds([], context))
    without = context.study.model_copy(
        update={"quick": context.study.profile("quick").model_copy(update={"games": None})}
    )
    alone = Context(without, Path("study.toml"), "quick", (), quiet)
    assert chosen_kinds([], alone) == [
        name for name, kind in kinds().items() if kind.is_measured and not kind.needs
    ]
    assert chosen_kinds(["video-bitrate"], alone) == ["video-bitrate"]
    with pytest.raises(InputError, match=r"study\.toml: the quick profile names no `games`"):
        video_bitrate.measure(alone)


def test_a_disk_without_room_is_said_before_it_is_full(
    context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (game,) = choose_games(GAMES, 1)
    clip = GameClip(game, 0, 10**9, (640, 480), (640, 480))
    with (
        pytest.raises(InputError, match=r"GB free, and a clip takes .* GB before it is encoded"),
        on_disk(clip, tmp_path, lambda done: None),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_part_is_known_by_all_that_decided_it(tmp_path: Path) -> None:
    kept = Unfinished(tmp_path / "parts")
    part = ClipResult(
        clip="a",
        bytes=1,
        sha256="0",
        shared_bytes=1,
        frames_compared=1,
        psnr_db=1,
        psnr_y_db=1,
        ssim=1,
        vmaf=None,
        encode_core_s=1,
        decode_core_s=1,
    )
    assert kept.find({"crf": 17}, ClipResult) is None
    kept.keep({"crf": 17}, part)
    assert kept.find({"crf": 17}, ClipResult) == part
    assert kept.find({"crf": 18}, ClipResult) is None
    (file,) = kept.folder.iterdir()
    assert json.loads(file.read_text())["decided_by"] == {"crf": 17}
    file.write_text(file.read_text()[:50])  # as a broken disk leaves it
    assert kept.find({"crf": 17}, ClipResult) is None
