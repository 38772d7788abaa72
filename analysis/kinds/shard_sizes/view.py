"""The measured sets of recordings as pages speak of them."""

from __future__ import annotations

from IPython.display import Markdown

from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.presentation.clips import Clip, clip_figure
from analysis.presentation.sources import Source
from analysis.presentation.text import number


def game(run: Source[ShardSizes]) -> Markdown:
    """Some seconds of a game, its players side by side; nothing where the run kept none."""
    shown = run.measurement.results.clip
    if shown is None:
        return Markdown("")
    players = [f"player {player.removeprefix('p')}" for player in shown.players]
    where = _map(run.measurement, shown.set, shown.episode)
    clip = Clip(
        video=run.media(shown.file),
        poster=run.media(shown.poster),
        width=shown.width,
        height=shown.height,
        panels=[players],
        said=f"Both views of a game{f' on {where}' if where else ''} at the same time, "
        f"{number(shown.frames / shown.fps, 2)} s from frame {shown.first_frame:,} on: in "
        f"{shown.both_fire_frames} of these {shown.frames} frames both players fire, the most that "
        "was found. Each sees the other where its own shots go. Made smaller for this page.",
    )
    return Markdown(f"```{{=html}}\n{clip_figure(clip)}\n```")


def _map(run: ShardSizes, name: str, episode: str) -> str | None:
    return next(
        (
            each.map
            for entry in run.results.sets
            if entry.name == name
            for each in entry.per_episode
            if each.key == episode
        ),
        None,
    )
