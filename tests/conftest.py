"""Real recordings that any test may read, played once a test session, and a browser a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from analysis.recording.recipe import NOTE
from analysis.recording.record import GAMES_FOLDER, RecordOptions, record
from tests.shared import shared_folder
from tests.site.browser import chromium

# A machine that is busy with other tests is no failure.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")


@pytest.fixture(scope="session")
def recording_shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one shard, recorded live: one game of 3 s, recipe native at 640x480."""
    with shared_folder(tmp_path_factory, "native") as folder:
        record(RecordOptions(folder, episodes=1, seconds=3.0))
        return folder


@pytest.fixture(scope="session")
def note_shards(tmp_path_factory: pytest.TempPathFactory, recording_shards: Path) -> Path:
    """A folder with one shard: the game of `recording_shards` by the recipe note."""
    with shared_folder(tmp_path_factory, "note") as folder:
        record(RecordOptions(folder, games=recording_shards / GAMES_FOLDER, recipe=NOTE))
        return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
