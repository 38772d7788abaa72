"""All codecs by name.

A name says what is done to the latents, in order, with `+` between: `picture:48+classes+pcodec`
quantises in steps by the decoded picture at 48 dB, then codes by classes with pcodec.

Files carry the name alone: a method that is to read other bytes than before needs a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

import blosc2
import ml_dtypes

from analysis.codecs import lossless
from analysis.codecs.classes import ClassedPcodec, ClassedRange
from analysis.codecs.codec import LatentCodec, Method
from analysis.codecs.error_bounded import Zfp
from analysis.codecs.layered import Layered
from analysis.codecs.note import FloatDelta, IntegerDelta
from analysis.codecs.quantise import (
    Affine,
    Decorrelated,
    Deviations,
    FloatFormat,
    Picture,
    Quantiser,
)
from analysis.codecs.quantised import Quantised
from analysis.codecs.symbols import (
    GivenPrevious,
    Linear,
    Narrow,
    Nothing,
    Packed,
    Pcodec,
    Previous,
    Ranged,
    SymbolMethod,
)
from analysis.errors import InputError

RECOMMENDED: Final = "picture:48+classes+pcodec"
"""Near-lossless, by what the decoder shows of it, and fast to read."""

RECOMMENDED_LOSSLESS: Final = "cells+classes+pcodec"
"""Of those that keep every bit the smallest that is not slow, on latents of games."""

NOTE_CLIPS: Final = (3, 4, 6, 8)


def _codecs() -> Iterator[LatentCodec]:
    yield from _of_the_note()
    yield from _lossless()
    yield from _lossy()


def _of_the_note() -> Iterator[LatentCodec]:
    yield LatentCodec("raw", lossless.raw())
    yield LatentCodec("zstd:3", lossless.zstd(3))
    yield LatentCodec("delta+zstd:3", FloatDelta(), chunk_frames=None)
    yield LatentCodec("delta+int8+zstd:3", IntegerDelta(), chunk_frames=None)
    for clip in NOTE_CLIPS:
        method = IntegerDelta(clip=clip)
        yield LatentCodec(f"delta+int8-channel:{clip}+zstd:3", method, chunk_frames=None)


def _lossless() -> Iterator[LatentCodec]:
    methods: dict[str, Method] = {
        "lz4": lossless.lz4_frame(),
        "zstd:9": lossless.zstd(9),
        "planes+zstd:3": lossless.planes_zstd(3),
        "xor+planes+zstd:3": lossless.xor_planes_zstd(3),
        "ordered-delta+planes+zstd:3": lossless.ordered_delta_planes_zstd(3),
        "blosc2:shuffle": lossless.blosc2_filter(blosc2.Filter.SHUFFLE),
        "blosc2:bitshuffle": lossless.blosc2_filter(blosc2.Filter.BITSHUFFLE),
        "pcodec:8": lossless.pcodec_values(8, time_major=False),
        "pcodec:8:time-major": lossless.pcodec_values(8, time_major=True),
        "openzl:float16": lossless.openzl_float16(),
        "zipnn": lossless.zipnn_float16(),
        "cells+classes+range": Layered(ClassedRange(classes=8)),
        RECOMMENDED_LOSSLESS: Layered(ClassedPcodec(groups=4)),
    }
    yield from (LatentCodec(name, method) for name, method in methods.items())


def _lossy() -> Iterator[LatentCodec]:
    ways: dict[str, tuple[Quantiser, SymbolMethod]] = {
        "bf16+pcodec": (FloatFormat(ml_dtypes.bfloat16), Packed(Pcodec(), Nothing())),
        "e4m3": (FloatFormat(ml_dtypes.float8_e4m3fn), Packed(Narrow(), Nothing())),
        "e4m3+range": (FloatFormat(ml_dtypes.float8_e4m3fn), Ranged(Nothing())),
        "e5m2": (FloatFormat(ml_dtypes.float8_e5m2), Packed(Narrow(), Nothing())),
        "e5m2+range": (FloatFormat(ml_dtypes.float8_e5m2), Ranged(Nothing())),
        "u8-channel": (Affine(8), Packed(Narrow(), Nothing())),
        "u8-channel+zstd:1": (Affine(8), Packed(Narrow(1), Nothing())),
    }
    for bits in (8, 6, 5, 4):
        ways[f"u{bits}-channel+range"] = Affine(bits), Ranged(Nothing())
        ways[f"u{bits}-channel+given-previous+range"] = Affine(bits), GivenPrevious()
    ways |= {
        "u6-channel+previous+range": (Affine(6), Ranged(Previous())),
        "u6-channel+linear+range": (Affine(6), Ranged(Linear())),
        "deviations:8+range": (Deviations(8), Ranged(Nothing())),
        "deviations:8+previous+range": (Deviations(8), Ranged(Previous())),
        "deviations:8+linear+range": (Deviations(8), Ranged(Linear())),
        "deviations:8+classes+pcodec": (Deviations(8), ClassedPcodec()),
        "klt:8+range": (Decorrelated(8), Ranged(Nothing())),
        "klt:8+previous+range": (Decorrelated(8), Ranged(Previous())),
        "klt:8+classes+pcodec": (Decorrelated(8), ClassedPcodec()),
    }
    for name, (quantiser, symbols) in ways.items():
        yield LatentCodec(name, Quantised(quantiser, symbols))
    for accuracy in (1.0, 0.25):
        yield LatentCodec(f"zfp:{accuracy}", Zfp(accuracy))
    weighted: dict[str, tuple[float, SymbolMethod]] = {
        "picture:48+range": (48, Ranged(Nothing())),
        "picture:48+previous+zstd:1": (48, Packed(Narrow(1), Previous())),
        "picture:48+previous+range": (48, Ranged(Previous())),
        "picture:48+linear+range": (48, Ranged(Linear())),
        "picture:48+given-previous+range": (48, GivenPrevious()),
        "picture:48+classes+range": (48, ClassedRange(classes=8)),
    }
    for decibels in (35, 40, 45, 48, 50):
        weighted[f"picture:{decibels}+classes+pcodec"] = decibels, ClassedPcodec()
    for name, (wanted, symbols) in weighted.items():
        yield LatentCodec(name, Quantised(Picture(wanted), symbols), weighted=True)


OF_THE_NOTE: Final = tuple(codec.name for codec in _of_the_note())
"""The methods of the note's two tables, in its order."""

CODECS: Final = MappingProxyType({codec.name: codec for codec in _codecs()})
"""Every codec by its name."""


def find_codec(name: str) -> LatentCodec:
    """The codec of that name.

    Raises:
        InputError: there is none.
    """
    if name not in CODECS:
        raise InputError(f"There is no latent codec {name!r}; choose from {', '.join(CODECS)}.")
    return CODECS[name]
