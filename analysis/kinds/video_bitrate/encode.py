"""Encodes the clips of a plan: each is rendered once, for all encodings that it still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from analysis.kinds.context import Progress
from analysis.kinds.game_clips import GameClip, clip_range, on_disk
from analysis.kinds.unfinished import Unfinished
from analysis.kinds.video_bitrate.plan import Plan, Source
from analysis.kinds.video_bitrate.record import BitrateClip, ClipResult
from analysis.kinds.video_bitrate.trial import encode_and_judge
from analysis.ledger.provenance import installed
from analysis.recording.games import Game
from analysis.video.encoder_settings import EncoderSettings

PACKAGES: Final = ("av", "imageio-ffmpeg", "opencv-python-headless", "vizdoom")
"""Packages whose version decides a figure: with another one it is measured again."""

METHOD: Final = 1
"""Raise it when code changes what a figure is: what an interrupted run left is then not used."""


@dataclass(frozen=True)
class EncodedSource:
    """A source of one game, in every encoding."""

    source: Source
    clip: BitrateClip
    encoded: tuple[tuple[EncoderSettings, ClipResult], ...]
    kept: int
    """How many of these an interrupted run had left."""


def encode_all(
    plan: Plan, games: Sequence[Game], unfinished: Unfinished, progress: Progress
) -> list[EncodedSource]:
    """Encode every source of every game.

    Raises:
        InputError: a game does not replay, or the disk is too small.
    """
    done = []
    clips = [(source, game) for game in games for source in plan.sources]
    for number, (source, game) in enumerate(clips):
        progress("encoding clips", number, len(clips))
        done.append(_encode(source, game, plan, unfinished, progress))
    progress("encoding clips", len(clips), len(clips))
    return done


def _encode(
    source: Source, game: Game, plan: Plan, unfinished: Unfinished, progress: Progress
) -> EncodedSource:
    frames = clip_range(game, source.seconds)
    shared = clip_range(game, plan.shortest)
    clip = GameClip(game, frames.start, len(frames), source.rendered, source.video)
    within = range(shared.start - frames.start, shared.stop - frames.start)
    name, every = _name(source, game), plan.quality_every
    known = unfinished.find(_decided_by(clip), BitrateClip)
    parts = {
        encoding: unfinished.find(_decided_by_all(clip, encoding, within, every), ClipResult)
        for encoding in source.encodings
    }
    missing = [encoding for encoding, part in parts.items() if part is None]
    if known is None or missing:
        rendering = partial(progress, f"rendering {name}")
        with on_disk(
            clip, unfinished.folder, lambda done: rendering(done, clip.frames)
        ) as uncompressed:
            known = _described(name, source, clip, within, uncompressed.sha256)
            unfinished.keep(_decided_by(clip), known)
            for number, encoding in enumerate(missing):
                progress(f"encoding {name}", number, len(missing))
                part = encode_and_judge(
                    name, uncompressed, encoding, within, every, unfinished.folder
                )
                unfinished.keep(_decided_by_all(clip, encoding, within, every), part)
                parts[encoding] = part
            progress(f"encoding {name}", len(missing), len(missing))
    encoded = tuple((encoding, part) for encoding, part in parts.items() if part)
    return EncodedSource(source, known, encoded, len(encoded) - len(missing))


def _name(source: Source, game: Game) -> str:
    return " ".join(
        part
        for part in (
            _map(game),
            game.digest[:7],
            source.resolution.name,
            "upscaled" if source.upscaled else "",
        )
        if part
    )


def _map(game: Game) -> str:
    return f"{Path(game.info.scenario).stem} {game.info.map}"


def _decided_by(clip: GameClip) -> dict[str, object]:
    """All that decides the frames."""
    return {
        "method": METHOD,
        "game": clip.game.digest,
        "player": clip.player,
        "frames": [clip.first, clip.frames],
        "rendered": clip.rendered,
        "video": clip.video,
        "packages": installed(PACKAGES),
    }


def _decided_by_all(
    clip: GameClip, encoding: EncoderSettings, shared: range, every: int
) -> dict[str, object]:
    """All that decides a figure."""
    return {
        **_decided_by(clip),
        "encoder_packages": installed([encoding.encoder.package]),
        "shared": [shared.start, shared.stop],
        "encoder": encoding.encoder.ffmpeg_encoder,
        "settings": encoding.options,
        "pixel_format": encoding.pixel_format,
        "threads": encoding.encoder.threads,
        "quality_every": every,
    }


def _described(
    name: str, source: Source, clip: GameClip, shared: range, sha256: str
) -> BitrateClip:
    return BitrateClip(
        name=name,
        game=clip.game.digest,
        map=_map(clip.game),
        split=clip.game.info.split,
        player=clip.player,
        resolution=source.resolution.name,
        upscaled=source.upscaled,
        rendered_width=clip.rendered[0],
        rendered_height=clip.rendered[1],
        width=clip.video[0],
        height=clip.video[1],
        first_frame=clip.first,
        frames=clip.frames,
        shared_first=shared.start,
        shared_frames=len(shared),
        sha256=sha256,
    )
