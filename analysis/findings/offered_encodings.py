"""Video encodings that the calculator offers, each with its bits per pixel at any size.

What was measured at a size is given as it is. Elsewhere b follows the power law of the same
encoding, or, where only one size was measured, the exponent of its codec's nearest quality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis import storage
from analysis.catalog import encoder_title, encoding_title, note, resolution
from analysis.errors import InputError
from analysis.kinds.video_bitrate.measured_encodings import PUBLISHED_B, published_exponent
from analysis.kinds.video_bitrate.record import BitrateLaw, BitrateRow, VideoBitrateResults
from analysis.presentation.text import Provenance, interval

NOTE = "note"
"""The codec's name for the note's own b, which has no quality to choose."""

ANCHOR = (480, 640)
"""(height, width) of the size at which every quality was measured."""

_SIZE_OF_NOTE = {row.name: resolution(row.name).size for row in note().resolution}


@dataclass(frozen=True)
class BitsPerPixel:
    """b, and where it comes from."""

    value: float
    provenance: Provenance


@dataclass(frozen=True)
class OfferedEncoding:
    """An encoder at one quality.

    `known` are bits per pixel by (height, width), measured or published as `provenance` says;
    elsewhere b = `at_480p` (N / N480)^`exponent`, and `law` says whose exponent that is.
    """

    codec: str
    quality: int
    title: str
    known: Mapping[tuple[int, int], float]
    provenance: Provenance
    intervals: Mapping[tuple[int, int], str]
    """Of the measured b, in words."""
    psnr_db: float | None
    """Of RGB at 640x480."""
    at_480p: float
    exponent: float
    law: str

    def bits_per_pixel(self, size: tuple[int, int]) -> BitsPerPixel:
        """b of frames of (height, width)."""
        if size in self.known:
            return BitsPerPixel(self.known[size], self.provenance)
        value = storage.power_law_bits_per_pixel(self.at_480p, self.exponent, *size)
        return BitsPerPixel(value, "modelled")


def offered_encodings(results: VideoBitrateResults) -> tuple[OfferedEncoding, ...]:
    """The note's own b, then one family a codec, best quality first.

    A family is the preset of a codec that was measured at most qualities, of frames drawn at their
    size, with colour at half the width and height as players expect it.
    """
    families: dict[str, dict[tuple[str | None, int], list[BitrateRow]]] = {}
    for row in results.rows:
        if not (row.upscaled or row.lossless) and row.pixel_format == "yuv420p":
            families.setdefault(row.codec, defaultdict(list))[row.preset, row.gop].append(row)
    found = [_published()]
    for presets in families.values():
        rows = max(presets.values(), key=lambda rows: len({row.quality for row in rows}))
        found += _family(rows, results.laws)
    return tuple(found)


def find(choices: Iterable[OfferedEncoding], name: str) -> OfferedEncoding:
    """The encoding that is called "h264:17", or "note" for the note's own b.

    Raises:
        InputError: there is none; the sentence lists those there are.
    """
    names = {called(choice): choice for choice in choices}
    if name not in names:
        raise InputError(f"No video {name!r} was measured; choose one of {', '.join(names)}.")
    return names[name]


def called(encoding: OfferedEncoding) -> str:
    """How the command line and the explorer name it."""
    return NOTE if encoding.codec == NOTE else f"{encoding.codec}:{encoding.quality}"


def codec_title(codec: str) -> str:
    """What a family is called."""
    return "the note's own b" if codec == NOTE else encoder_title(codec)


def _published() -> OfferedEncoding:
    return OfferedEncoding(
        codec=NOTE,
        quality=0,
        title="the note's own b",
        known={_SIZE_OF_NOTE[name]: b for name, b in PUBLISHED_B.items()},
        provenance="published",
        intervals={},
        psnr_db=None,
        at_480p=PUBLISHED_B[note().setting.resolution],
        exponent=published_exponent(),
        law="the note's own values",
    )


def _family(rows: Sequence[BitrateRow], laws: Sequence[BitrateLaw]) -> list[OfferedEncoding]:
    by_quality: dict[int, dict[tuple[int, int], BitrateRow]] = defaultdict(dict)
    for row in rows:
        by_quality[row.quality][row.size] = row
    return [
        _encoding(by_quality[quality], [law for law in laws if law.codec == rows[0].codec])
        for quality in sorted(by_quality)
        if ANCHOR in by_quality[quality]
    ]


def _encoding(
    rows: Mapping[tuple[int, int], BitrateRow], laws: Sequence[BitrateLaw]
) -> OfferedEncoding:
    row = rows[ANCHOR]
    k, exponent, law = row.bits_per_pixel.value, published_exponent(), "the note's own values"
    if laws:
        nearest = min(
            laws, key=lambda law: (abs(law.quality - row.quality), law.preset != row.preset)
        )
        exponent = nearest.exponent.value
        law = encoding_title(nearest.codec, nearest.quality, nearest.preset)
        if (nearest.quality, nearest.preset) == (row.quality, row.preset):
            k = nearest.at_480p.value
    return OfferedEncoding(
        codec=row.codec,
        quality=row.quality,
        title=encoding_title(row.codec, row.quality, row.preset),
        known={size: found.bits_per_pixel.value for size, found in rows.items()},
        provenance="measured",
        intervals={size: interval(found.bits_per_pixel) for size, found in rows.items()},
        psnr_db=row.psnr_db.value,
        at_480p=k,
        exponent=exponent,
        law=law,
    )
