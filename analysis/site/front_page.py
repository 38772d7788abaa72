"""What the front page shows below its answer: four figures and one chart."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis import storage
from analysis.catalog import autoencoder, note, resolution
from analysis.findings.answer import Answer, recording_title
from analysis.kinds.latent_codecs.choice import near_lossless, smallest_lossless
from analysis.kinds.latent_codecs.view import percent
from analysis.kinds.video_bitrate.measured_encodings import PUBLISHED_B
from analysis.kinds.video_bitrate.measured_encodings import recorded as recorded_encoding
from analysis.presentation import charts
from analysis.presentation.text import Provenance, interval, mark, number
from analysis.storage import Latent

_TEMPORAL = 4
"""The temporal factor that is drawn with the note's frame-by-frame latents."""


def key_figures(answer: Answer) -> Markdown:
    """Four figures, each with its mark."""
    name = autoencoder(note().setting.autoencoder).name
    recorded = answer.recorded
    best = near_lossless(answer.codecs.results)
    smallest = best or smallest_lossless(answer.codecs.results)
    lost = (
        "no loss"
        if smallest.lossless or smallest.loss_db is None
        else f"{number(smallest.loss_db.value, 2)} dB of the decoded frames"
    )
    cards: Sequence[tuple[str, str, Provenance]] = (
        (
            number(recorded.bits_per_pixel.value),
            f"bits per pixel of {recording_title(recorded)} recordings "
            f"({interval(recorded.bits_per_pixel)} games)",
            "measured",
        ),
        (
            number(storage.break_even_bits_per_pixel(answer.latent)),
            f"bits per pixel of {name} latents in float16, whatever they show: video below it is "
            "the smaller one",
            "modelled",
        ),
        (
            percent(smallest.share),
            f"of raw float16 is left of stored latents by a codec for them, at the cost of {lost} "
            "(of this project’s small autoencoder)",
            "measured",
        ),
        (
            str(note().headline.ratio),
            "$R$, latents over video, in the note this report began with",
            "published",
        ),
    )
    inner = "\n".join(
        f"::: {{.key-figure}}\n[{value}]{{.value}}\n[{label}]{{.label}}\n{mark(provenance)}\n:::\n"
        for value, label, provenance in cards
    )
    return Markdown(f"::: {{.figures}}\n{inner}:::")


def chart(answer: Answer) -> go.Figure:
    """Bits per pixel over the resolution: video by quality, latents, and what the note expected."""
    names = [row.name for row in note().resolution]
    pixels = [resolution(name).height * resolution(name).width for name in names]
    sizes = [resolution(name).size for name in names]
    drawn = go.Figure()
    main = recorded_encoding(answer.encodings)
    family = [each for each in answer.encodings if each.codec == main.codec]
    for encoding, symbol in ((family[0], "circle"), (family[-1], "square")):
        rows = list(encoding.rows.values())
        drawn.add_scatter(
            x=[row.height * row.width for row in rows],
            y=[row.bits_per_pixel.value for row in rows],
            error_y=charts.error_bars([row.bits_per_pixel for row in rows]),
            mode="lines+markers",
            name=f"{encoding.title} (measured)",
            line={"color": charts.colour("measured")},
            marker={"symbol": symbol, "size": 7},
        )
    latent = answer.latent
    temporal = Latent(latent.spatial, latent.channels, _TEMPORAL)
    entry = autoencoder(note().setting.autoencoder)
    for shape, name, dash in (
        (latent, f"{entry.name}, float16 (modelled)", "dash"),
        (temporal, f"the same with t = {_TEMPORAL} (modelled)", "dashdot"),
    ):
        drawn.add_scatter(
            x=pixels,
            y=[storage.latent_bits_per_pixel(shape, *size) for size in sizes],
            mode="lines",
            name=name,
            line={"color": charts.colour("modelled"), "dash": dash, "width": 3},
        )
    drawn.add_scatter(
        x=pixels,
        y=[PUBLISHED_B[name] for name in names],
        mode="lines+markers",
        name="the note’s b (published)",
        line={"color": charts.colour("published"), "dash": "dot"},
        marker={"symbol": "x", "size": 8},
    )
    drawn.update_layout(
        xaxis={
            "type": "log",
            "title": {"text": "size of a frame"},
            "tickvals": pixels,
            "ticktext": names,
        },
        yaxis={
            "type": "log",
            "title": {"text": "bits per pixel"},
            "tickvals": [0.05, 0.1, 0.2, 0.5, 1],
        },
        height=440,
    )
    return drawn
