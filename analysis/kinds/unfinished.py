"""What a long measurement has so far, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from analysis.io.files import appearing_whole
from analysis.ledger.records import Record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Unfinished:
    """A folder with one small file a finished part.

    A part is known by all that decides it: another encoder, setting or frame is another part.
    """

    folder: Path

    def find(self, decided_by: Mapping[str, object], model: type[R]) -> R | None:
        """What was found for this part, or nothing."""
        path = self._path(decided_by)
        try:
            return model.model_validate(json.loads(path.read_text(encoding="utf-8"))["found"])
        except (OSError, ValueError, KeyError, ValidationError):
            return None

    def keep(self, decided_by: Mapping[str, object], found: Record) -> None:
        """Keep what was found for a part; the file appears whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {"decided_by": decided_by, "found": found.model_dump(mode="json")}
        with appearing_whole(self._path(decided_by)) as file:
            file.write(json.dumps(content, indent=1).encode())

    def _path(self, decided_by: Mapping[str, object]) -> Path:
        text = json.dumps(decided_by, sort_keys=True)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
