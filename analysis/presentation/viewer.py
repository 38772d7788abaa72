"""The frame viewer: pictures of the same frame side by side.

The page holds the pictures themselves, with their captions; `report/assets/viewer.js` puts them
one over the other, with a slider between them. Without JavaScript they stay side by side, those
that say most first and the rest behind a fold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from IPython.display import Markdown


@dataclass(frozen=True)
class ViewerPicture:
    """A picture of a frame, and how near it comes.

    Args:
        shows: names it within its frame.
        title: what it shows, in words.
        said: its figures, in words.
        address: of its file.
        way: what is chosen to see it; pictures of one way differ in quality. The title by default.
        group: that the way is listed under.
        quality: in words, against others of its way; they follow one another from the lowest up.
        bits_per_pixel: by which its like is found among the pictures of another way.
        further: whether it can wait behind a fold where all pictures stand side by side.
    """

    shows: str
    title: str
    said: str
    address: str
    way: str | None = None
    group: str | None = None
    quality: str | None = None
    bits_per_pixel: float | None = None
    further: bool = False


@dataclass(frozen=True)
class ViewerFrame:
    """A frame and its pictures, all of one size.

    Args:
        title: which frame it is.
        width: of the pictures, pixels.
        height: of the pictures, pixels.
        hud_row: where the status bar begins, if there is one.
        pictures: in the order in which they are listed.
        left: what stands on the left at first, by `shows`; the first picture by default.
        right: what stands on the right at first; the last picture by default.
    """

    title: str
    width: int
    height: int
    hud_row: int | None
    pictures: Sequence[ViewerPicture]
    left: str | None = None
    right: str | None = None


ShownInViewer = Sequence[ViewerFrame]


def viewer(frames: ShownInViewer) -> Markdown:
    """A viewer of these frames."""
    inner = "\n".join(map(_frame, frames))
    return Markdown(f'```{{=html}}\n<div class="viewer">\n{inner}\n</div>\n```')


def _frame(shown: ViewerFrame) -> str:
    pictures = [
        (picture.further, _picture(shown, picture, place))
        for place, picture in enumerate(shown.pictures)
    ]
    first = [html for further, html in pictures if not further]
    rest = [html for further, html in pictures if further]
    attributes = _attributes(
        {
            "class": "viewer-frame",
            "data-width": shown.width,
            "data-height": shown.height,
            "data-hud-row": shown.hud_row,
            "data-left": shown.left,
            "data-right": shown.right,
        }
    )
    fold = (
        f'<details class="viewer-further"><summary>{len(rest)} further pictures</summary>\n'
        f"{_side_by_side(rest)}\n</details>\n"
        if rest
        else ""
    )
    return (
        f'<div {attributes}>\n<p class="viewer-title">{escape(shown.title)}</p>\n'
        f"{_side_by_side(first)}\n{fold}</div>"
    )


def _side_by_side(pictures: Iterable[str]) -> str:
    inner = "\n".join(pictures)
    return f'<div class="viewer-pictures">\n{inner}\n</div>'


def _picture(shown: ViewerFrame, picture: ViewerPicture, place: int) -> str:
    figure = _attributes(
        {
            "data-shows": picture.shows,
            "data-title": picture.title,
            "data-place": place,
            "data-way": picture.way,
            "data-group": picture.group,
            "data-quality": picture.quality,
            "data-bits": picture.bits_per_pixel,
        }
    )
    image = _attributes(
        {
            "src": picture.address,
            "width": shown.width,
            "height": shown.height,
            "loading": "lazy",
            "alt": f"{picture.title}: {shown.title}",
        }
    )
    return (
        f"<figure {figure}><img {image}>"
        f"<figcaption>{escape(picture.title)}<span>{escape(picture.said)}</span></figcaption>"
        "</figure>"
    )


def _attributes(values: Mapping[str, object]) -> str:
    """As HTML has them; what is None is left out."""
    return " ".join(
        f'{name}="{escape(str(value), quote=True)}"'
        for name, value in values.items()
        if value is not None
    )
