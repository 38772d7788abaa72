"""Kind `video-bitrate`: the same games at each resolution, by each encoder, at each quality."""

from __future__ import annotations

from typing import Final

from analysis.errors import InputError
from analysis.kinds.context import Context, Outcome
from analysis.kinds.game_clips import choose_games
from analysis.kinds.unfinished import Unfinished
from analysis.kinds.video_bitrate.encode import encode_all
from analysis.kinds.video_bitrate.plan import plan
from analysis.kinds.video_bitrate.record import VideoBitrateParameters, VideoBitrateResults
from analysis.kinds.video_bitrate.rows import laws, rows
from analysis.ledger.provenance import sha256
from analysis.ledger.records import Input
from analysis.recording.games import game_files
from analysis.recording.layout import TICS_PER_SECOND
from analysis.video.vmaf import vmaf_version

KIND: Final = "video-bitrate"


def measure(context: Context) -> Outcome:
    """Encode clips of the study's games in every way of the plan; a stopped run goes on.

    Raises:
        InputError: the study names no games, one does not replay, or the disk is too small.
    """

    folder = context.study.profile(context.profile).games
    if folder is None:
        raise InputError(
            f"{context.study_path}: the {context.profile} profile names no `games`, and {KIND} "
            "renders games at every resolution; name a folder of them."
        )
    planned = plan(context.profile)
    games = choose_games(folder, planned.games)
    unfinished = Unfinished(context.unfinished / f"{KIND}-{context.profile}")
    encoded = encode_all(planned, games, unfinished, context.progress)
    return Outcome(
        parameters=VideoBitrateParameters(
            study=str(context.study_path),
            games=len(games),
            frames_per_second=TICS_PER_SECOND,
            quality_every=planned.quality_every,
            psnr="the mean over frames; of 8-bit RGB all values together, and of 8-bit luma "
            "(BT.601, limited range, peak 255)",
            ssim="of RGB, as ffmpeg's ssim filter, the mean over planes and frames",
            vmaf=vmaf_version(),
            parts_kept=sum(part.kept for part in encoded),
            speed="a second of one core, all threads together; converting colours and comparing "
            "frames not counted",
        ),
        inputs=tuple(
            Input(
                name=path.stem,
                kind="games",
                bytes=path.stat().st_size,
                sha256=sha256(path),
                episodes=1,
            )
            for path in game_files(folder)
        ),
        results=VideoBitrateResults(
            clips=tuple(part.clip for part in encoded), rows=rows(encoded), laws=laws(encoded)
        ),
        unfinished=unfinished.folder,
    )
