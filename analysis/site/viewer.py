"""The frame viewer: pictures of the same frame side by side.

The page holds the pictures themselves, with their captions; `report/assets/viewer.js` puts them
one over the other, with a slider between them. Without JavaScript they stay side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from IPython.display import Markdown


@dataclass(frozen=True)
class ViewerPicture:
    """A picture of a frame: what it shows, by name and in words, and how near it comes."""

    shows: str
    title: str
    said: str
    address: str


@dataclass(frozen=True)
class ViewerFrame:
    """A frame and its pictures, all of one size; `hud_row` is where the status bar begins."""

    title: str
    width: int
    height: int
    hud_row: int | None
    pictures: Sequence[ViewerPicture]


ShownInViewer = Sequence[ViewerFrame]


def viewer(frames: ShownInViewer) -> Markdown:
    """A viewer of these frames."""
    inner = "\n".join(map(_frame, frames))
    return Markdown(f'```{{=html}}\n<div class="viewer">\n{inner}\n</div>\n```')


def _frame(shown: ViewerFrame) -> str:
    pictures = "\n".join(_picture(shown, picture) for picture in shown.pictures)
    hud = f' data-hud-row="{shown.hud_row}"' if shown.hud_row is not None else ""
    return (
        f'<div class="viewer-frame" data-width="{shown.width}" data-height="{shown.height}"{hud}>\n'
        f'<p class="viewer-title">{escape(shown.title)}</p>\n'
        f'<div class="viewer-pictures">\n{pictures}\n</div>\n</div>'
    )


def _picture(shown: ViewerFrame, picture: ViewerPicture) -> str:
    return (
        f'<figure data-shows="{escape(picture.shows, quote=True)}" '
        f'data-title="{escape(picture.title, quote=True)}">'
        f'<img src="{escape(picture.address, quote=True)}" width="{shown.width}" '
        f'height="{shown.height}" loading="lazy" '
        f'alt="{escape(f"{picture.title}: {shown.title}", quote=True)}">'
        f"<figcaption>{escape(picture.title)}<span>{escape(picture.said)}</span></figcaption>"
        "</figure>"
    )
