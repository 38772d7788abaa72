"""The frame viewer: pictures of the same frame side by side.

The page holds the pictures themselves, with their captions; `report/assets/viewer.js` puts them
one over the other, with a slider between them. Without JavaScript they stay side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from IPython.display import Markdown

from analysis.ledger.reconstruction import Picture, Reconstruction, ShownFrame, Shows
from analysis.site.sources import Source
from analysis.site.text import number

_TITLES: dict[Shows, str] = {
    "source": "Source, as rendered",
    "video": "MP4, decoded",
    "decoded": "Latents, decoded",
}


def viewer(run: Source[Reconstruction]) -> Markdown:
    """The shown frames of a run."""
    frames = "\n".join(_frame(shown, run) for shown in run.measurement.results.shown)
    return Markdown(f'```{{=html}}\n<div class="viewer">\n{frames}\n</div>\n```')


def title(shown: ShownFrame) -> str:
    """Which frame it is and by which rule it was chosen."""
    return (
        f"Percentile {shown.percentile} of PSNR: {shown.split}, frame {shown.frame} "
        f"of player {shown.player.removeprefix('p')}"
    )


def _frame(shown: ShownFrame, run: Source[Reconstruction]) -> str:
    pictures = "\n".join(_picture(shown, picture, run) for picture in shown.pictures)
    hud = f' data-hud-row="{shown.hud_row}"' if shown.hud_row is not None else ""
    return (
        f'<div class="viewer-frame" data-width="{shown.width}" data-height="{shown.height}"{hud}>\n'
        f'<p class="viewer-title">{escape(title(shown))}</p>\n'
        f'<div class="viewer-pictures">\n{pictures}\n</div>\n</div>'
    )


def _picture(shown: ShownFrame, picture: Picture, run: Source[Reconstruction]) -> str:
    name, said = _TITLES[picture.shows], _said(picture)
    return (
        f'<figure data-shows="{picture.shows}" data-title="{escape(name)}">'
        f'<img src="{escape(run.media(picture.file), quote=True)}" width="{shown.width}" '
        f'height="{shown.height}" loading="lazy" '
        f'alt="{escape(f"{name}: {title(shown)}", quote=True)}">'
        f"<figcaption>{escape(name)}<span>{escape(said)}</span></figcaption></figure>"
    )


def _said(picture: Picture) -> str:
    """How near it comes to the reference."""
    if picture.psnr_db is None:
        return "the reference"
    parts: Iterable[tuple[str, float | None]] = (
        ("", picture.psnr_db),
        ("status bar ", picture.hud_psnr_db),
    )
    return ", ".join(f"{name}{number(db)} dB" for name, db in parts if db is not None)
