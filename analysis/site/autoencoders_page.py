"""The page on autoencoders: what published ones store, and what encoding with them costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis import storage
from analysis.catalog import Autoencoder, autoencoder, autoencoders, devices, note, resolution
from analysis.catalog.note import as_printed
from analysis.kinds.autoencoder_zoo.record import AutoencoderZooResults, CheckedAutoencoder
from analysis.kinds.shard_sizes.recordings import Recording
from analysis.presentation import charts
from analysis.presentation.text import compared, mark, number

_POINTS: Final = "autoencoders, float16 (modelled from published s, c, t)"


def bits_of(entry: Autoencoder) -> float:
    """Bits per pixel of its latents in float16."""
    return storage.break_even_bits_per_pixel(entry.latent())


def by_bits() -> list[Autoencoder]:
    """The catalogue, from the fewest bits per pixel on."""
    return sorted(autoencoders(), key=bits_of)


def bits_figure(sets: Sequence[Recording]) -> go.Figure:
    """Bits per pixel of each autoencoder, with the sets of recordings as upright lines."""
    entries = by_bits()
    ticks = [2.0**power for power in range(-3, 4)]
    styles = charts.series_styles([_POINTS, *(item.label for item in sets)])
    chart = go.Figure()
    chart.add_scatter(
        y=[entry.name for entry in entries],
        x=[bits_of(entry) for entry in entries],
        mode="markers",
        name=_POINTS,
        marker={
            "color": charts.colour("modelled"),
            "size": 11,
            "symbol": styles[_POINTS].symbol,
        },
    )
    for item in sets:
        style = styles[item.label]
        chart.add_scatter(
            x=[item.bits_per_pixel.value] * 2,
            y=[entries[0].name, entries[-1].name],
            mode="lines+markers",
            name=f"{item.label} (measured)",
            line={"color": charts.colour("measured"), "dash": style.dash},
            marker={"symbol": style.symbol},
        )
    chart.update_layout(
        xaxis={
            "type": "log",
            "title": {"text": "bits per pixel"},
            "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks],
        },
        yaxis={"title": {"text": ""}},
        height=780,
    )
    return chart


def temporal_ones(entries: Iterable[Autoencoder]) -> Markdown:
    """Whether most of the temporal autoencoders store fewer bits per pixel than the note's, which
    encodes frame by frame."""
    reference = autoencoder(note().setting.autoencoder)
    temporal = [each for each in entries if each.temporal > 1]
    fewer = sum(bits_of(each) < bits_of(reference) for each in temporal)
    against = f"bits per pixel than {reference.name} does frame by frame"
    words = compared(
        fewer,
        len(temporal) - fewer,
        f"most store fewer {against}",
        f"half store fewer {against}",
        f"most store no fewer {against}, as they spend $t$ on channels or on a smaller $s$",
    )
    return Markdown(words)


def size_headers(sets: Sequence[Recording]) -> list[str]:
    """Of `size_rows`."""
    ratios = (f"$R$, {item.entry.name}" for item in sets)
    return ["autoencoder", "$s$", "$t$", "$c$", "bits per pixel", "× raw", "MB/min", *ratios]


def size_rows(sets: Sequence[Recording]) -> Iterator[list[str]]:
    """What each autoencoder stores at the note's resolution, and R against each set."""
    setting = note().setting
    size = resolution(setting.resolution).size
    for entry in by_bits():
        shape = entry.latent()
        bits = storage.latent_bits_per_pixel(shape, *size)
        yield [
            entry.name,
            str(entry.spatial),
            f"{entry.temporal}, causal" if entry.causal else str(entry.temporal),
            str(entry.channels),
            number(bits),
            number(storage.RAW_BITS_PER_PIXEL / bits),
            number(storage.mb_per_min(bits, *size, setting.fps)),
            *(number(item.ratio(shape).value) for item in sets),
        ]


def cost_or_size(results: AutoencoderZooResults) -> Markdown:
    """Whether encoding differs more between autoencoders than their sizes do."""
    bits = [storage.break_even_bits_per_pixel(found.latent) for found in results.checked]
    costs = [found.encode_gflop_per_frame for found in results.checked]
    spans = max(costs) / min(costs), max(bits) / min(bits)
    words = compared(*spans, "differs even more", "differs as much", "differs less")
    return Markdown(f"What encoding costs [{words}](#sec-cost).")


def cost_at_one_size(results: AutoencoderZooResults) -> Markdown:
    """How far the arithmetic of encoding lies apart where the latents take the same bytes."""
    by_size: dict[str, list[float]] = defaultdict(list)
    for found in results.checked:
        bits = number(storage.break_even_bits_per_pixel(found.latent))
        by_size[bits].append(found.encode_gflop_per_frame)
    widest = max((max(costs) / min(costs) for costs in by_size.values()), default=1.0)
    words = compared(
        widest,
        _VERY_DIFFERENT,
        "Latents of one size cost very different arithmetic",
        "Latents of one size cost somewhat different arithmetic",
        "Latents of one size cost about the same arithmetic",
    )
    return Markdown(f"{words}.")


_VERY_DIFFERENT: Final = 2.0
"""From this ratio on, two costs are called very different."""


def same_size(temporal: Autoencoder, still: Autoencoder) -> Markdown:
    """How the latents of a temporal autoencoder compare with those of one of single frames."""
    words = compared(
        bits_of(temporal),
        bits_of(still),
        "it is the larger one: the smaller $s$ spends more than $t$ gains",
        "it is the same size: what $t$ gains, the smaller $s$ spends",
        "it is the smaller one: $t$ gains more than the smaller $s$ spends",
    )
    return Markdown(f"With the published $s$, $c$ and $t$ {words}.")


def comparison_rows() -> Iterator[list[str]]:
    """The note's comparison of autoencoders, as printed and as the shapes have it."""
    published = note()
    setting = published.setting
    size = resolution(setting.resolution).size
    for line in published.comparison:
        shape = autoencoder(line.autoencoder).latent(line.bytes_per_value)
        found = (
            storage.autoencoder_compression(shape),
            storage.storage_ratio(shape, float(setting.bits_per_pixel)),
            storage.mb_per_min(storage.break_even_bits_per_pixel(shape), *size, setting.fps),
        )
        printed = (line.compression, line.ratio, line.mb_per_min)
        pairs = list(zip(printed, found, strict=True))
        agree = all(as_printed(one, value) for one, value in pairs)
        yield [
            line.name,
            *(f"{one} → {number(value)}" for one, value in pairs),
            "holds" if agree else "slip",
        ]


def by_cost(results: AutoencoderZooResults) -> list[CheckedAutoencoder]:
    """From the cheapest encoder to the dearest."""
    return sorted(results.checked, key=lambda found: found.encode_gflop_per_frame)


def cost_figure(results: AutoencoderZooResults) -> go.Figure:
    """GFLOP to encode and to decode a frame, ordered by the bits per pixel of the latents."""
    rows = sorted(
        by_cost(results), key=lambda found: storage.break_even_bits_per_pixel(found.latent)
    )
    names = [
        f"{autoencoder(found.id).name.replace(' VAE', '')}: "
        f"{storage.break_even_bits_per_pixel(found.latent):g}"
        for found in rows
    ]
    chart = go.Figure()
    for title, costs, symbol in (
        ("encode", [found.encode_gflop_per_frame for found in rows], "circle"),
        ("decode", [found.decode_gflop_per_frame for found in rows], "circle-open"),
    ):
        chart.add_scatter(
            y=names,
            x=costs,
            mode="markers",
            name=title,
            marker={"color": charts.colour("measured"), "size": 10, "symbol": symbol},
        )
    ticks = [100, 200, 500, 1000, 2000, 5000]
    chart.update_layout(
        xaxis={
            "type": "log",
            "title": {"text": "GFLOP per frame"},
            "tickvals": ticks,
            "ticktext": [f"{tick:,}" for tick in ticks],
        },
        yaxis={"title": {"text": ""}},
        height=640,
    )
    return chart


COUNTED_HEADERS: Final = (
    "autoencoder",
    "frames in",
    "latents out",
    "$s$, $t$, $c$",
    "encoder + decoder",
    "encode, GFLOP",
    "decode, GFLOP",
)
"""Of `counted_rows`."""


def counted_rows(results: AutoencoderZooResults) -> Iterator[list[str]]:
    """What each architecture made of a clip, its parameters and its arithmetic."""
    for found in by_cost(results):
        yield [
            autoencoder(found.id).name,
            f"{found.frames} of {found.input_width}×{found.input_height}",
            f"{found.latent_frames} of {found.channels}×{found.rows}×{found.columns}",
            f"{found.spatial}, {found.temporal}{' causal' if found.causal else ''}, "
            f"{found.channels}",
            f"{number(found.encoder_parameters / 1e6)} + {number(found.decoder_parameters / 1e6)}",
            number(found.encode_gflop_per_frame, 4),
            number(found.decode_gflop_per_frame, 4),
        ]


def hours_headers() -> list[str]:
    """Of `hours_rows`."""
    return ["autoencoder", "EFLOP", *(f"h on one {device.name}" for device in devices().device)]


def hours_rows(results: AutoencoderZooResults) -> Iterator[list[str]]:
    """The arithmetic and the GPU-hours of encoding the note's data set once."""
    frames, hardware = note().final.frames, devices()
    for found in by_cost(results):
        cost = found.encode_gflop_per_frame
        yield [
            autoencoder(found.id).name,
            number(cost * frames / 1e9),
            *(
                number(storage.encoding_gpu_hours(cost, frames, hardware.sustained_tflops(device)))
                for device in hardware.device
            ),
        ]


def peaks() -> str:
    """The published peak of each device, with its source."""
    return "; ".join(
        f"{device.name}: {device.peak_tflops:g} TFLOP per second, {device.source}"
        for device in devices().device
    )


SOURCE_HEADERS: Final = ("autoencoder", "shape", "class", "weights", "source")
"""Of `source_rows`."""


def source_rows(results: AutoencoderZooResults) -> Iterator[list[str]]:
    """How the shape of each autoencoder is known."""
    reasons = {left.id: left.reason for left in results.listed}
    for entry in autoencoders():
        known = mark("measured")
        if results.find(entry.id) is None:
            known = f"{mark('published')} {reasons.get(entry.id, 'newer than the run')}"
        yield [
            entry.name,
            known,
            f"`{entry.model_class}`" if entry.model_class else "none",
            _weights(entry),
            f"[{entry.source}]{{.words}}",
        ]


def _weights(entry: Autoencoder) -> str:
    """Where they are."""
    if entry.files:
        return ", ".join(f"[`{file.name}`]({file.url})" for file in entry.files)
    return f"`{entry.hub_id}`" if entry.hub_id else "not released"
