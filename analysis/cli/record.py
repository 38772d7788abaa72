"""`latent-storage record`: games into recording shards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from analysis.cli.terminal import progress


def record(
    out: Annotated[Path, typer.Option(help="Where the shards go, and the games played.")],
    games: Annotated[
        Path | None, typer.Option(help="Render the games in this folder instead of playing.")
    ] = None,
    recipe: Annotated[
        Literal["native", "note"],
        typer.Option(help="note: small frames enlarged, as the note's recorder wrote."),
    ] = "native",
    episodes: Annotated[
        int | None, typer.Option(min=1, help="How many; all that are given, or one on each map.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Length of a game to play; 60 when not given.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Decides how the players play; 1 when not given.")
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(metavar="WIDTHxHEIGHT", help="Drawn natively at any; 640x480 by default."),
    ] = None,
    codec: Annotated[
        str | None, typer.Option(metavar="ENCODER", help="One of {video encoders}.")
    ] = None,
    quality: Annotated[
        int | None, typer.Option(help="On the codec's own scale: CRF, or a quantiser.")
    ] = None,
    map: Annotated[
        str | None, typer.Option(metavar="WAD:MAP", help="Say cig.wad:MAP01; the maps in turn.")
    ] = None,
) -> None:
    """Play two-player games, or render given ones, into recording shards; run again to go on.

    Example: latent-storage record --out shards --episodes 2 --seconds 20
    """
    from analysis.recording.recipe import choose_recipe, parse_size
    from analysis.recording.record import RecordOptions
    from analysis.recording.record import record as record_shards
    from analysis.recording.scenarios import parse_scenario

    if games and (seconds, seed, map) != (None, None, None):
        raise typer.BadParameter("--seconds, --seed and --map are for games to play, not --games.")
    options = RecordOptions(
        out=out,
        games=games,
        recipe=choose_recipe(recipe, parse_size(size) if size else None, codec, quality),
        episodes=episodes,
        seconds=60.0 if seconds is None else seconds,
        seed=1 if seed is None else seed,
        scenario=parse_scenario(map) if map else None,
    )
    with progress() as report:
        shards = record_shards(options, report)
    for shard in shards:
        print(shard)
