"""A clip of a real game, uncompressed."""

from __future__ import annotations

import pytest

from analysis.recording.games import load_game
from analysis.recording.replay import replayed_view
from analysis.video.uncompressed import UncompressedClip, write_clip
from tests.shared import REPOSITORY

GAME = REPOSITORY / "measurements" / "games" / "cig-MAP01-1.npz"


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> UncompressedClip:
    """26 frames of 426x240."""
    game = load_game(GAME)
    with replayed_view(game.demo, game.scenario, 0, (426, 240), 100, 26) as view:
        return write_clip(tmp_path_factory.mktemp("clip"), (frame for _, frame in view), 35)
