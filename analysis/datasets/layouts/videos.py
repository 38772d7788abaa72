"""Layout `videos`: a folder tree of video files, with side-car files of the same stem.

An episode's key is the path of its video without the suffix, `train/clip_000` of
`train/clip_000.mp4`; what else begins with that path and a dot belongs to it. Latents that were
made of a video lie in its place, as `analysis.datasets.members` says.
"""

from __future__ import annotations

from typing import Final

from analysis.datasets.members import SampleLayout

LAYOUT: Final = SampleLayout("videos", ORDER=3, STORED="files")
