"""Layout `webdataset`: tars of samples with videos, and whatever lies beside them.

A sample's key is the name up to the first dot after the last slash; `KEY.mp4`, `KEY.json`,
`KEY.txt` or `KEY.left.mp4` are its members. Latents that were made of a video lie in its place, as
`analysis.datasets.members` says.
"""

from __future__ import annotations

from typing import Final

from analysis.datasets.members import SampleLayout

LAYOUT: Final = SampleLayout("webdataset", ORDER=2, STORED="shards")
