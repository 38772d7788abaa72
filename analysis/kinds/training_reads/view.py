"""How fast training reads, as the page speaks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis.kinds.training_reads.record import Cache, Pattern, Read, TrainingReadsResults
from analysis.presentation import charts
from analysis.presentation.text import number, size

_READERS = {
    "clip": "what the clip needs",
    "whole episode": "the whole episode, then cut",
    "webdataset": "WebDataset, whole samples",
}


def reader_title(read: Read) -> str:
    """What was read and how, as a row is called."""
    how = "" if read.reader == "clip" else f", {_READERS[read.reader]}"
    return f"{read.set}{how}"


def select(
    results: TrainingReadsResults, pattern: Pattern, frames: int | None, workers: int, cache: Cache
) -> list[Read]:
    """The reads of one kind, in the order of the run."""
    wanted = pattern, frames, workers, cache
    return [
        read
        for read in results.reads
        if (read.pattern, read.clip_frames, read.workers, read.cache) == wanted
    ]


def answer(results: TrainingReadsResults, frames: int, workers: int) -> Markdown:
    """The compressed latents against the naive reader and video, in a sentence or two."""
    reads = select(results, "random clips", frames, workers, "warm")
    naive = next((read for read in reads if read.reader == "whole episode"), None)
    compressed = next((r for r in reads if _codec(results, r) not in ("raw", None)), None)
    if naive is None or compressed is None or not naive.clips_per_s or not compressed.clips_per_s:
        return Markdown("")
    said = [
        f"Random clips of {frames} frames come at **{number(compressed.clips_per_s)} per second** "
        f"from {compressed.set}, with {workers} workers and the files in memory: "
        f"{number(compressed.clips_per_s / naive.clips_per_s)} times as many as a reader that "
        "loads each episode of raw latents to cut a clip from it"
    ]
    videos = [read for read in reads if _codec(results, read) is None and read.clips_per_s]
    if videos:
        ratios = [compressed.clips_per_s / (read.clips_per_s or 1) for read in videos]
        names = " and ".join(
            f"{number(ratio)} times as many as from {read.set}"
            for ratio, read in zip(ratios, videos, strict=True)
        )
        said.append(f", {names}, which it has to decode and an autoencoder to encode still")
    return Markdown("".join(said) + ".")


def _codec(results: TrainingReadsResults, read: Read) -> str | None:
    """The codec of latents, None for video."""
    found = next(each for each in results.sets if each.name == read.set)
    return found.codec if found.kind == "latents" else None


def set_rows(results: TrainingReadsResults) -> Iterator[list[str]]:
    """What each set holds."""
    for entry in results.sets:
        yield [
            f"[{entry.name}]{{.nowrap}}",
            entry.codec if entry.kind == "video" else f"`{entry.codec}`",
            f"{entry.frames:,}",
            size(entry.bytes),
            number(entry.bytes / entry.frames / 1000),
        ]


def headers(workers: Sequence[int]) -> list[str]:
    """Of a table with a column for each number of workers, cold and warm."""
    return [
        "from",
        *(
            f"{count} {'worker' if count == 1 else 'workers'}, {cache}"
            for count in workers
            for cache in ("cold", "warm")
        ),
    ]


def clip_rows(
    results: TrainingReadsResults, frames: int, workers: Sequence[int]
) -> Iterator[list[str]]:
    """Random clips of that many frames, per second."""
    wanted = [
        read
        for read in results.reads
        if (read.pattern, read.clip_frames) == ("random clips", frames)
    ]
    yield from _rows(wanted, workers, lambda read: read.clips_per_s)


def sequential_rows(results: TrainingReadsResults, workers: Sequence[int]) -> Iterator[list[str]]:
    """Frames per second over all there is, one after the other."""
    wanted = [read for read in results.reads if read.pattern == "sequential"]
    yield from _rows(wanted, workers, lambda read: read.rate.frames_per_s)


def _rows(
    reads: Sequence[Read], workers: Sequence[int], figure: Callable[[Read], float | None]
) -> Iterator[list[str]]:
    cells = {(reader_title(read), read.workers, read.cache): figure(read) for read in reads}
    for title in dict.fromkeys(reader_title(read) for read in reads):
        found = (
            cells.get((title, count, cache)) for count in workers for cache in ("cold", "warm")
        )
        yield [f"[{title}]{{.nowrap}}", *("–" if each is None else number(each) for each in found)]


def _in_lines(title: str) -> str:
    """A name next to a bar, in lines short enough to leave a phone room for the bar."""
    return title.replace(", ", ",<br>").replace("+", "+<br>")


def chart(results: TrainingReadsResults, lengths: Sequence[int], workers: int) -> go.Figure:
    """Frames per second of random clips, by reader and length, from memory."""
    figure = go.Figure()
    styles = charts.series_styles([f"clips of {frames} frames" for frames in lengths])
    for frames, (title, style) in zip(lengths, styles.items(), strict=True):
        reads = select(results, "random clips", frames, workers, "warm")
        figure.add_bar(
            y=[_in_lines(reader_title(read)) for read in reads],
            x=[read.rate.frames_per_s for read in reads],
            error_x=charts.range_bars([read.rate for read in reads]),
            orientation="h",
            name=title,
            marker={"color": charts.colour("measured"), "pattern": {"shape": style.pattern}},
        )
    figure.update_layout(
        xaxis={
            "type": "log",
            "title": {"text": "frames per second"},
            "tickvals": [10, 100, 1000, 10_000, 100_000],
        },
        yaxis={"autorange": "reversed", "title": {"text": ""}},
        height=460,
    )
    return figure
