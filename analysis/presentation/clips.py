"""Short clips of several pictures side by side, each with its name on it.

`report/assets/clips.js` plays them while they are in view, once the reader has moved. Nothing but
the poster is fetched before, and that when it comes near: it lies behind the video, as the `poster`
of a video would be fetched at once. Without JavaScript a clip waits to be started.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Clip:
    """A clip to show.

    Args:
        video: the address of an MP4.
        poster: the address of a picture that stands for it.
        width: of the whole clip, pixels.
        height: of the whole clip, pixels.
        panels: what its places show, by rows of one length.
        said: what is to be seen, in words.
    """

    video: str
    poster: str
    width: int
    height: int
    panels: Sequence[Sequence[str]]
    said: str


def clip_figure(clip: Clip) -> str:
    """It as HTML."""
    labels = "".join(f"<span>{escape(panel)}</span>" for row in clip.panels for panel in row)
    said, columns = escape(clip.said, quote=True), len(clip.panels[0])
    size = f'width="{clip.width}" height="{clip.height}"'
    return (
        f'<figure class="clip"><div class="clip-stage"><img src="{escape(clip.poster)}" {size} '
        f'alt="" loading="lazy"><video src="{escape(clip.video)}" {size} '
        f'controls loop muted playsinline preload="none" aria-label="{said}">'
        f'</video><div class="clip-labels" aria-hidden="true" '
        f'style="grid-template-columns:repeat({columns},1fr)">{labels}</div></div>'
        f"<figcaption>{said}</figcaption></figure>"
    )
