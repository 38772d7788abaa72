"""Tables of the measured latent codecs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.catalog import Note, note, practices
from analysis.kinds.latent_codecs.choice import lossy
from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecsResults, LongEpisode
from analysis.ledger.estimate import Estimate
from analysis.presentation.text import mark, number

RAW = "raw"
ZSTD = "zstd:3"
OPEN_LOOP = "delta+int8+zstd:3"


def by_name(results: LatentCodecsResults) -> dict[str, CodecResult]:
    """Every codec that was measured."""
    return {codec.name: codec for codec in results.codecs}


def percent(estimate: Estimate, digits: int = 3) -> str:
    """A share in per cent, without its interval."""
    return f"{number(100 * estimate.value, digits)} %"


_SPEED_HEADERS = ("decode MB/s", "encode MB/s", "clip, bytes", "clip, ms", "MB/min")
LOSSLESS_HEADERS = ("codec", "% of raw", *_SPEED_HEADERS)
LOSSY_HEADERS = ("codec", "% of raw", "PSNR, dB", "loss, dB", *_SPEED_HEADERS, "SSIM")


def lossless_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """The lossless codecs from the smallest on."""
    for codec in lossless(results):
        yield [f"[`{codec.name}`]{{.nowrap}}", _ranged(codec.share), *_speeds(codec)]


def lossy_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """The lossy codecs that are not the note's, from the smallest on."""
    for codec in lossy(results):
        quality = codec.beside_exact
        yield [
            f"[`{codec.name}`]{{.nowrap}}",
            _ranged(codec.share),
            _or_dash(quality.psnr_db if quality else None),
            _or_dash(codec.loss_db, 2),
            *_speeds(codec),
            _or_dash(quality.ssim if quality else None, 4),
        ]


def _speeds(codec: CodecResult) -> list[str]:
    return [
        number(codec.decode_mb_per_s),
        number(codec.encode_mb_per_s),
        f"{number(codec.clip_bytes_over_share)} ×",
        number(codec.clip_ms),
        number(codec.mb_per_min.value),
    ]


def _ranged(share: Estimate) -> str:
    value = number(100 * share.value)
    if share.low is None or share.high is None:
        return value
    return f"{value} ({number(100 * share.low)} to {number(100 * share.high)})"


def _or_dash(estimate: Estimate | None, digits: int = 3) -> str:
    return "–" if estimate is None else number(estimate.value, digits)


def lossless(results: LatentCodecsResults) -> list[CodecResult]:
    """The lossless ones from the smallest on."""
    return sorted((c for c in results.codecs if c.lossless), key=lambda c: c.share.value)


NOTE_HEADERS = (
    "method",
    f"% {mark('published')}",
    f"MSE {mark('published')}",
    f"% {mark('measured')}",
    "points apart",
    f"MSE {mark('measured')}",
    "MSE, last",
    "largest",
    "loss, dB",
)


def note_codecs(published: Note) -> list[tuple[str, str, str, str]]:
    """The note's methods as it calls them: name, codec, share and error as printed."""
    tables = [RAW, ZSTD, "delta+zstd:3", OPEN_LOOP]
    found = [
        (row.method, name, str(row.percent_of_raw), row.mean_squared_error or "–")
        for row, name in zip(published.compression, tables, strict=True)
    ]
    return found + [
        (
            f"the same per channel, {row.clip_sigma} σ",
            f"delta+int8-channel:{row.clip_sigma}+zstd:3",
            str(row.percent_of_raw),
            str(row.mse),
        )
        for row in published.drift
    ]


def points_apart(codec: CodecResult, published: str) -> float:
    """Percentage points by which a codec's share of raw, as printed, is above the published one."""
    return float(number(100 * codec.share.value)) - float(published)


def note_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """The note's two tables, with the same methods on the latents measured here."""
    codecs = by_name(results)
    for method, name, share, error in note_codecs(note()):
        codec = codecs[name]
        yield [
            f"[{method}]{{.nowrap}}",
            share,
            error,
            number(100 * codec.share.value),
            f"{points_apart(codec, share):+.1f}",
            number(codec.mean_squared_error.value),
            number(codec.last_frame_error),
            number(codec.largest_error),
            _or_dash(codec.loss_db, 2),
        ]


BOUND_HEADERS = (
    "quantiser",
    "levels",
    "entropy, % of raw",
    "given the frame before, % of raw",
    "smallest codec",
    "% of raw",
    "over the entropy",
    "over the conditional one",
)


def bound_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """Entropies of each quantiser's symbols, and the smallest codec on them."""
    for entry in results.symbols:
        on_it = [codec for codec in results.codecs if codec.quantiser == entry.quantiser]
        best = min(on_it, key=lambda codec: codec.share.value)
        yield [
            f"[`{entry.quantiser}`]{{.nowrap}}",
            str(entry.levels),
            number(100 * entry.zero_order),
            number(100 * entry.given_previous),
            f"[`{best.name}`]{{.nowrap}}",
            number(100 * best.share.value),
            _over(best.share.value / entry.zero_order),
            _over(best.share.value / entry.given_previous),
        ]


def coder_rows(results: LatentCodecsResults, quantiser: str) -> Iterator[list[str]]:
    """Every coder of one quantiser's symbols, against their entropies."""
    entry = next(each for each in results.symbols if each.quantiser == quantiser)
    on_it = [codec for codec in results.codecs if codec.quantiser == quantiser]
    for codec in sorted(on_it, key=lambda each: each.share.value):
        yield [
            f"[`{codec.name}`]{{.nowrap}}",
            number(100 * codec.share.value),
            _over(codec.share.value / entry.zero_order),
            _over(codec.share.value / entry.given_previous),
            number(100 * codec.side_share, 2),
            number(codec.decode_mb_per_s),
        ]


def lossless_bound_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """Every lossless codec, against the entropy of the bit fields."""
    for codec in lossless(results):
        yield [
            f"[`{codec.name}`]{{.nowrap}}",
            number(100 * codec.share.value),
            _over(codec.share.value / results.fields.share),
        ]


def _over(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.1f} %"


def quantiser_with_most_coders(results: LatentCodecsResults) -> str:
    """The quantiser whose symbols most coders were tried on."""
    names = [codec.quantiser for codec in results.codecs if codec.quantiser]
    return max(dict.fromkeys(names), key=names.count)


def long_rows(episodes: Sequence[LongEpisode]) -> Iterator[list[str]]:
    """Clips out of a long episode."""
    for episode in episodes:
        yield [
            f"[`{episode.codec}`]{{.nowrap}}",
            f"{episode.frames:,}",
            number(episode.bytes / 1e6),
            f"{number(episode.mean_over_share)} ×",
            f"{number(episode.largest_over_share)} ×",
            number(episode.clip_ms),
            f"{number(episode.clip_ms / episode.share_ms)} ×",
        ]


def practice_rows() -> Iterator[list[str]]:
    """What others do."""
    for entry in practices():
        stores, source = (f"[{text}]{{.words}}" for text in (entry.stores, entry.source))
        yield [entry.who, stores, entry.compression, source]
