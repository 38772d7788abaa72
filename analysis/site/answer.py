"""The front page: the answer in a sentence with its conditions, four figures, one chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis import storage
from analysis.catalog import autoencoder, encoding_title, note, recipe, resolution
from analysis.findings.encodings import encodings
from analysis.kinds.latent_codecs import view as latent_codecs
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.shard_sizes import view as recordings
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.shard_sizes.view import Recording
from analysis.kinds.video_bitrate import view as bitrate
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.kinds.video_bitrate.view import MeasuredEncoding
from analysis.ledger.estimate import Estimate
from analysis.presentation import charts
from analysis.presentation.text import Provenance, interval, mark, number
from analysis.storage import Latent

_TEMPORAL = 4
"""The temporal factor that is drawn beside the note's frame-by-frame latents."""


@dataclass(frozen=True)
class Findings:
    """What the answer follows from: shards, encodings by size and quality, latent codecs."""

    shards: ShardSizes
    video: VideoBitrate
    codecs: LatentCodecs

    @property
    def recorded(self) -> Recording:
        """The first set of recordings, which later ones are made beside."""
        return recordings.of(self.shards)[0]

    @property
    def encodings(self) -> tuple[MeasuredEncoding, ...]:
        """Those that were measured at every resolution."""
        return bitrate.across_resolutions(self.video.results)

    @property
    def latent(self) -> Latent:
        """The note's autoencoder, in float16."""
        return autoencoder(note().setting.autoencoder).latent()

    @property
    def ratio(self) -> Estimate:
        """R of that autoencoder against the recordings."""
        return self.recorded.ratio(self.latent)


def sentence(findings: Findings) -> str:
    """Which is smaller, by how much, and when the other one is."""
    recorded, ratio = findings.recorded, findings.ratio
    turns = " or ".join(_turns(findings))
    turning = (
        f", but {'more' if ratio.value < 1 else 'less'} than the video once {turns}"
        if turns
        else ""
    )
    return (
        f"**Neither is smaller by nature**: at {recorded.size[1]} × {recorded.size[0]}, "
        f"{autoencoder(note().setting.autoencoder).name} latents in float16 take "
        f"**{number(ratio.value, 2)} times** (95 % interval {interval(ratio)} games) the bytes of "
        f"{_recorded_title(recorded)} video of the same Doom games{turning}."
    )


def _recorded_title(recorded: Recording) -> str:
    if recorded.entry.recipe is None:
        return recorded.label
    made = recipe(recorded.entry.recipe)
    return encoding_title(made.codec, made.quality)


def _turns(findings: Findings) -> list[str]:
    """Which change of a single condition makes the other one the smaller."""
    latents_smaller = findings.ratio.value < 1
    main = bitrate.recorded(findings.encodings)
    latent_bits = storage.latent_bits_per_pixel(findings.latent, *findings.recorded.size)
    found = []
    for encoding in encodings(findings.video.results):
        video_bits = encoding.known.get(findings.recorded.size)
        if encoding.codec != main.codec or video_bits is None:
            continue
        if (latent_bits < video_bits) != latents_smaller:
            found.append(f"it is encoded at {encoding.title.rpartition(', ')[2]}")
            break
    tie = main.tie_pixels(findings.latent)
    if tie is not None and latents_smaller:
        found.append(f"frames exceed about {number(tie / 1e6, 2)} million pixels")
    return found


def key_figures(findings: Findings) -> Markdown:
    """Four figures, each with its mark."""
    name = autoencoder(note().setting.autoencoder).name
    recorded = findings.recorded
    best = latent_codecs.near_lossless(findings.codecs.results)
    smallest = best or latent_codecs.smallest_lossless(findings.codecs.results)
    lost = (
        "no loss"
        if smallest.lossless or smallest.loss_db is None
        else f"{number(smallest.loss_db.value, 2)} dB of the decoded frames"
    )
    cards: Sequence[tuple[str, str, Provenance]] = (
        (
            number(recorded.bits_per_pixel.value),
            f"bits a pixel of {_recorded_title(recorded)} recordings "
            f"({interval(recorded.bits_per_pixel)} games)",
            "measured",
        ),
        (
            number(storage.break_even_bits_per_pixel(findings.latent)),
            f"bits a pixel of {name} latents in float16, whatever they show: video below it is the "
            "smaller one",
            "modelled",
        ),
        (
            latent_codecs.percent(smallest.share),
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


def chart(findings: Findings) -> go.Figure:
    """Bits a pixel over the resolution: video by quality, latents, and what the note expected."""
    names = [row.name for row in note().resolution]
    pixels = [resolution(name).height * resolution(name).width for name in names]
    sizes = [resolution(name).size for name in names]
    drawn = go.Figure()
    main = bitrate.recorded(findings.encodings)
    family = [each for each in findings.encodings if each.codec == main.codec]
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
    latent = findings.latent
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
        y=[bitrate.PUBLISHED_B[name] for name in names],
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
            "title": {"text": "bits a pixel"},
            "tickvals": [0.05, 0.1, 0.2, 0.5, 1],
        },
        height=440,
    )
    return drawn
