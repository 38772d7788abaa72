"""The very frames that a video-bitrate run encoded, rendered again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from analysis.errors import InputError
from analysis.kinds.context import Progress
from analysis.kinds.game_clips import GameClip, on_disk
from analysis.kinds.video_bitrate.record import BitrateClip
from analysis.recording.games import Game, game_files, load_game
from analysis.video.uncompressed import UncompressedClip


def game_of(clip: BitrateClip, folder: Path) -> Game:
    """The game that a clip is of.

    Raises:
        InputError: it is not in that folder.
    """
    for path in game_files(folder):
        game = load_game(path)
        if game.digest == clip.game:
            return game
    raise InputError(
        f"{folder}: does not have the game of {clip.name}, which was encoded; give the games of "
        "that video-bitrate run, or run `latent-storage measure video-bitrate` again."
    )


@contextmanager
def same_frames(
    clip: BitrateClip, game: Game, folder: Path, progress: Progress
) -> Iterator[UncompressedClip]:
    """The clip's frames in files, for the time of the block.

    Raises:
        InputError: they are not those that were encoded.
    """
    again = GameClip(
        game,
        clip.first_frame,
        clip.frames,
        (clip.rendered_width, clip.rendered_height),
        (clip.width, clip.height),
    )
    rendering = partial(progress, f"rendering {clip.name}")
    with on_disk(again, folder, lambda done: rendering(done, clip.frames)) as frames:
        if frames.sha256 != clip.sha256:
            raise InputError(
                f"{clip.name}: its frames are not those that were encoded; run "
                "`latent-storage measure video-bitrate` again."
            )
        yield frames
