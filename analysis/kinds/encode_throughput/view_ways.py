"""What encoding and decoding latents take on a device, setting by setting: a section for each run
that has frames of a clip.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from IPython.display import Markdown

from analysis import storage
from analysis.catalog import Device, reported_device
from analysis.kinds.encode_throughput.record import (
    DecoderRun,
    EncoderRun,
    EncodeThroughput,
    EncodeThroughputResults,
    TimedAutoencoder,
    Way,
)
from analysis.kinds.encode_throughput.view import Runs, rate, setting
from analysis.ledger.latency import Latency
from analysis.presentation import tables
from analysis.presentation.sources import Source, modelled
from analysis.presentation.text import duration, listed, number, size

_COMMAND = "python benchmarks/gpu.py --out measurements"


def of_clips(found: Runs) -> list[Source[EncodeThroughput]]:
    """Those whose frames were of a clip, accelerators first."""
    chosen = [source for source in found if source.measurement.parameters.clip is not None]
    return sorted(chosen, key=lambda source: source.measurement.parameters.device == "cpu")


def sections(found: Runs, frames: int) -> Markdown:
    """A section for each run; a sentence where there is none.

    Args:
        found: runs with frames of a clip.
        frames: of the data set whose hours are told.
    """
    if not found:
        return Markdown(
            "No such run is in this ledger. On a machine with a GPU the following adds one, in "
            f"minutes and without weights or recordings: `{_COMMAND}`."
        )
    parts = (_section(number_of, source, frames) for number_of, source in enumerate(found, 1))
    return Markdown("\n\n".join(parts))


def _section(place: int, source: Source[EncodeThroughput], frames: int) -> str:
    run, line = source.measurement, source.line().data
    results = run.results
    parts = [
        f"### {run.device_name} {{#sec-device-{place}}}",
        f"{setting(run)} {_weights(results)}",
        _float(
            f"tbl-encoders-{place}",
            "Each encoder in its usual way, then with its settings changed: frames per second with "
            "the slowest and the fastest pass, relative to the usual way, shares of the fastest "
            "matrix product here and of the published peak, and memory "
            "[measured]{.measured}",
            ENCODER_HEADERS,
            [
                row
                for timed in results.autoencoders
                for row in encoder_rows(timed, reported_device(run.device_name))
            ],
            2,
        ),
        line,
        _skipped(results),
        _copies(results),
        _float(
            f"tbl-hours-{place}",
            f"How long {frames:,} frames of {results.width} × {results.height} take to encode on "
            "one such device in the fastest way, where they come fast enough [modelled]{.modelled}",
            HOURS_HEADERS,
            [row for timed in results.autoencoders for row in hours_rows(timed, frames)],
            2,
        ),
        modelled("encoding_hours", "the frames and the fastest way's measured rate").data,
    ]
    if results.dual_decoders:
        parts += [
            _float(
                f"tbl-decoders-{place}",
                "From stored latents to frames, both in the host's memory, by the latents that are "
                "decoded together [measured]{.measured}",
                DECODER_HEADERS,
                decoder_rows(results),
                3,
            ),
            line,
        ]
    if results.latent_codecs:
        parts += [
            _float(
                f"tbl-codecs-{place}",
                "Before that, compressed latents are decoded by the CPU: on one core, and the "
                "cores that keep up with the fastest decoding of single frames on the device "
                "[measured]{.measured}",
                CODEC_HEADERS,
                codec_rows(results),
            ),
            line,
        ]
    return "\n\n".join(part for part in parts if part)


def _float(
    label: str,
    caption: str,
    headers: Sequence[str],
    rows: Iterator[list[str]] | list[list[str]],
    text_columns: int = 1,
) -> str:
    """A table that is numbered and can be referred to."""
    return f"::: {{#{label}}}\n{tables.table(headers, rows, text_columns).data}\n\n{caption}\n:::"


def _weights(results: EncodeThroughputResults) -> str:
    """Whose weights are random, in a sentence; nothing where none are."""
    named = [(timed.name, timed.weights) for timed in results.autoencoders]
    named += [(timed.name, timed.weights) for timed in results.dual_decoders]
    drawn = list(dict.fromkeys(f"`{name}`" for name, weights in named if weights == "random"))
    if not drawn:
        return ""
    return (
        f"{listed(drawn)} had random weights here: rates do not depend on them, and nothing "
        "is said of pictures."
    )


ENCODER_HEADERS = (
    *("autoencoder", "way", "frames/s", "to the usual", "of the product", "of the peak"),
    *("memory", "first pass"),
)
"""Of `encoder_rows`."""


def encoder_rows(timed: TimedAutoencoder, device: Device | None) -> Iterator[list[str]]:
    """One row for each way that an encoder ran in; the usual one comes first."""
    for place, run in enumerate(timed.encoder):
        usual = timed.encoder[0]
        share = "–"
        if device is not None and run.precision != "fp32":
            share = f"{run.gflop_per_s / 1e3 / device.peak_tflops:.1%}"
        yield [
            f"`{timed.name}`" if not place else "",
            _way(run) if not place else _changed(run, usual),
            rate(run.encode),
            f"{number(run.encode.frames_per_s / usual.encode.frames_per_s)} ×",
            f"{run.share_of_peak:.1%}",
            share,
            "–" if run.device_bytes is None else size(run.device_bytes),
            "–" if run.warm_up_s is None else duration(run.warm_up_s),
        ]


def _way(run: Way) -> str:
    """All settings, those that are off left out."""
    words = [run.precision, f"batches of {run.batch_size}", run.layout, _COPIES[run.copies]]
    return ", ".join(words + (["compiled"] if run.compiled else []))


def _changed(run: Way, usual: Way) -> str:
    """The settings that differ."""
    words = {
        "precision": run.precision,
        "batch_size": f"batches of {run.batch_size}",
        "layout": run.layout,
        "copies": _COPIES[run.copies],
        "compiled": "compiled" if run.compiled else "not compiled",
    }
    return ", ".join(
        text for name, text in words.items() if getattr(run, name) != getattr(usual, name)
    )


_COPIES = {
    "in-turn": "each batch waited for",
    "one-ahead": "one batch ahead",
    "two-streams": "on two streams",
    "two-streams-pinned": "on two streams, from pinned memory",
}


def _skipped(results: EncodeThroughputResults) -> str:
    """What was not timed, as a list by its reason."""
    left: dict[str, list[str]] = {}
    for timed in results.autoencoders:
        for way in timed.skipped:
            words = _changed(way, timed.encoder[0]) if timed.encoder else _way(way)
            left.setdefault(way.reason, []).append(f"`{timed.name}` ({words or 'the usual way'})")
    for dual in results.dual_decoders:
        for batch in dual.skipped:
            words = f"decoders of `{dual.name}` ({batch.batch_size} latents at a time)"
            left.setdefault(batch.reason, []).append(words)
    for codec in results.skipped_codecs:
        left.setdefault(codec.reason, []).append(f"`{codec.name}`")
    return "\n".join(f"- Not timed ({reason}): {'; '.join(what)}." for reason, what in left.items())


def _copies(results: EncodeThroughputResults) -> str:
    """How fast batches are copied alone, in a sentence; nothing on a CPU."""
    if not results.copies:
        return ""
    said = [
        f"{size(copy.bytes)} to the {copy.to}, {'' if copy.pinned else 'not '}pinned: "
        f"{number(copy.gb_per_s)} GB/s"
        for copy in results.copies
    ]
    return f"Copies alone: {'; '.join(said)}."


HOURS_HEADERS = ("autoencoder", "fastest way", "frames per second", "hours on one")
"""Of `hours_rows`."""


def fastest(timed: TimedAutoencoder) -> EncoderRun | None:
    """The way in which an encoder has the highest median rate; None where it ran in none."""
    return max(timed.encoder, key=lambda run: run.encode.frames_per_s, default=None)


def hours_rows(timed: TimedAutoencoder, frames: int) -> Iterator[list[str]]:
    """How long that many frames take in the fastest way."""
    if (best := fastest(timed)) is not None:
        found = best.encode.frames_per_s
        hours = duration(3600 * storage.encoding_hours(frames, found))
        yield [f"`{timed.name}`", _way(best), number(found), hours]


DECODER_HEADERS = (
    *("dual decoder", "decoder", "precision", "latents", "frames", "ms", "frames/s", "memory"),
)
"""Of `decoder_rows`."""


def decoder_rows(results: EncodeThroughputResults) -> Iterator[list[str]]:
    """One row for each decoder and number of latents."""
    for timed in results.dual_decoders:
        for run in sorted(timed.runs, key=lambda run: list(_DECODERS).index(run.decoder)):
            yield [
                f"`{timed.name}`, t = {timed.temporal}",
                _DECODERS[run.decoder],
                run.precision,
                str(run.batch_size),
                str(run.frames),
                _ms(run.latency),
                number(_frames_per_s(run)),
                "–" if run.device_bytes is None else size(run.device_bytes),
            ]


_DECODERS = {
    "per-frame": "frame at t = 1",
    "window": "window",
    "single-frame": "single frame",
}


def _ms(latency: Latency) -> str:
    low, high = number(latency.fastest_ms), number(latency.slowest_ms)
    return f"{number(latency.median_ms)} ({low} to {high})"


def _frames_per_s(run: DecoderRun) -> float:
    return 1e3 * run.frames / run.latency.median_ms


CODEC_HEADERS = ("codec", "of raw", "MB/s", "frames of latents per second", "cores that keep up")
"""Of `codec_rows`."""


def codec_rows(results: EncodeThroughputResults) -> Iterator[list[str]]:
    """One row for each codec."""
    decoders = [
        _frames_per_s(run)
        for timed in results.dual_decoders
        for run in timed.runs
        if run.decoder == "per-frame"
    ]
    for codec in results.latent_codecs:
        found = codec.decode.frames_per_s
        yield [
            f"`{codec.name}`",
            f"{codec.share:.1%}",
            number(found * codec.frame_bytes / 1e6),
            rate(codec.decode),
            number(max(decoders) / found) if decoders else "–",
        ]
