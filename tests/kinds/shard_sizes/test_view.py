"""The game on the page of recordings, and the drawing of where it goes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analysis.kinds.ledger import read_run
from analysis.kinds.registry import kinds
from analysis.kinds.shard_sizes import view as recordings
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.ledger import store
from analysis.presentation.sources import Source
from tests.kinds.examples import shard_sizes, with_clip
from tests.shared import REPOSITORY

DRAWINGS = sorted((REPOSITORY / "report" / "drawings").glob("_*.qmd"))


def source(run: ShardSizes) -> Source[ShardSizes]:
    return Source(Path("run.json"), run)


def test_the_clip_is_shown_with_both_players_named_and_what_to_see() -> None:
    html = str(recordings.game(source(with_clip(shard_sizes()))).data)
    assert "<span>player 1</span><span>player 2</span>" in html
    assert "a game on map01 at the same time, 6.0 s from frame 1,394 on" in html
    assert "in 127 of these 210 frames both players fire" in html
    assert re.search(r'<img src="\.\./measurements/media/shard-sizes/[^/]+/duel\.webp"', html)


def test_a_run_without_a_clip_shows_none() -> None:
    assert recordings.game(source(shard_sizes())).data == ""


def test_a_clip_comes_back_from_the_ledger(tmp_path: Path) -> None:
    run = with_clip(shard_sizes())
    assert read_run(store.write(run, tmp_path)) == run


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_says_what_it_shows_and_takes_every_colour_from_the_theme(drawing: Path) -> None:
    (svg,) = re.findall(r"<svg.*?</svg>", drawing.read_text(encoding="utf-8"), re.DOTALL)
    root = ElementTree.fromstring(svg)
    names = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert [names[name] for name in str(root.get("aria-labelledby")).split()] == [
        root[0].text,
        root[1].text,
    ]
    assert len(str(root[1].text)) > 100
    assert not [each for each in root.iter() if {"fill", "stroke", "style"} & set(each.attrib)]
    # Two drawings of one page share no name.
    others = "".join(path.read_text(encoding="utf-8") for path in DRAWINGS if path != drawing)
    own = [each.get("id") for each in root.iter() if each.get("id")]
    assert own
    assert not [name for name in own if f'id="{name}"' in others]


def test_every_letter_of_the_pipeline_is_explained_with_its_kinds() -> None:
    text = (REPOSITORY / "report" / "drawings" / "_pipeline.qmd").read_text(encoding="utf-8")
    drawn = set(re.findall(r'class="mark"><circle[^>]*/><text[^>]*>(\w)</text>', text))
    explained = re.findall(r"^- \*\*(\w)\*\*", text, re.MULTILINE)
    assert sorted(drawn) == explained == list("ABCDE")
    named = set(re.findall(r"`([\w-]+)`", text))
    # Trainings and claims are no figures of the pipeline.
    trainings = {name for name in kinds() if name.endswith("training")}
    assert named == set(kinds()) - trainings - {"claims"}
