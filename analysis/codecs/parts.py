"""The parts that latent codecs are composed of: one class and one line here each.

Files store a part by its name and its parameters: a class that is to read other bytes than before
needs a new name. Files of the first version stored no parameters, so the defaults of those that a
codec leaves out (`implied`) stay as they are.
"""

from __future__ import annotations

from typing import Final

from analysis.codecs.parameters import Integer, Number, Word
from analysis.codecs.part import Part, Role

_ZSTD: Final = ("zstandard",)
_PCODEC: Final = ("pcodec", "zstandard")
_RANGE: Final = ("constriction", "zstandard")

_LEVEL: Final = Integer("level", 1, 22, 3)
_PCODEC_LEVEL: Final = Integer("level", 0, 12, 8)
_SYMBOL_LEVEL: Final = Integer("level", 0, 12, 8, implied=True)
_CLASS_COUNT: Final = Integer("count", 1, 64, {"range": 8, "": 6}, implied=True)
_GROUPS: Final = Integer("groups", 1, 64, {"cells": 4, "": 2}, implied=True)

PARTS: Final = (
    Part("raw", Role.BYTE_CODER, "byte_coders:AsTheyAre"),
    Part("zstd", Role.BYTE_CODER, "byte_coders:Zstandard", (_LEVEL,), _ZSTD),
    Part("lz4", Role.BYTE_CODER, "byte_coders:Lz4", needs=("lz4",)),
    Part("planes", Role.REARRANGEMENT, "rearrangement:BytePlanes"),
    Part("xor", Role.REARRANGEMENT, "rearrangement:TimeXor"),
    Part("ordered-delta", Role.REARRANGEMENT, "rearrangement:OrderedDelta"),
    Part(
        "blosc2",
        Role.FLOAT16_CODER,
        "float16_coders:Blosc2",
        (Word("filter", ("shuffle", "bitshuffle")), Integer("level", 0, 9, 5, implied=True)),
        ("blosc2",),
    ),
    Part(
        "pcodec",
        Role.FLOAT16_CODER,
        "float16_coders:PcodecValues",
        (_PCODEC_LEVEL, Word("order", ("frame-major", "time-major"), implied=True)),
        ("pcodec",),
    ),
    Part(
        "openzl",
        Role.FLOAT16_CODER,
        "float16_coders:OpenZl",
        (Word("values", ("float16",)),),
        ("openzl",),
    ),
    Part("zipnn", Role.FLOAT16_CODER, "float16_coders:ZipNN", needs=("zipnn",)),
    Part(
        "zfp",
        Role.BOUNDED_CODER,
        "error_bounded:Zfp",
        (Number("accuracy", 1e-4, 1e4, 0.25, fraction=True),),
        ("zfpy",),
    ),
    Part("delta", Role.DIFFERENCES, "open_loop:FloatDelta"),
    Part("int8", Role.DIFFERENCE_QUANTISER, "open_loop:IntegerDelta"),
    Part(
        "int8-channel",
        Role.DIFFERENCE_QUANTISER,
        "open_loop:IntegerDelta",
        (Integer("clip", 1, 100, 4),),
    ),
    Part(
        "picture",
        Role.QUANTISER,
        "quantise:Picture",
        (Number("decibels", 1, 120, 48),),
        weighted=True,
    ),
    Part("deviations", Role.QUANTISER, "quantise:Deviations", (Number("parts", 0.1, 4096, 8),)),
    Part("klt", Role.QUANTISER, "quantise:Decorrelated", (Number("parts", 0.1, 4096, 8),)),
    Part(
        "affine",
        Role.QUANTISER,
        "quantise:Affine",
        (Integer("bits", 1, 16, 8),),
        written="u{bits}-channel",
    ),
    Part(
        "float",
        Role.QUANTISER,
        "float_format:FloatFormat",
        (Word("format", ("bf16", "e4m3", "e5m2")),),
        ("ml_dtypes",),
        "{format}",
    ),
    Part("cells", Role.CELLS, "layered:Layered", needs=_PCODEC),
    Part("previous", Role.PREDICTOR, "prediction:PreviousFrame"),
    Part("linear", Role.PREDICTOR, "prediction:LeastSquares"),
    Part("classes", Role.CLASSES, "classes:Classes", (_CLASS_COUNT, _GROUPS)),
    Part(
        "given-previous",
        Role.CONTEXT,
        "given_previous:GivenPrevious",
        (Integer("levels", 1, 256, 25, implied=True),),
    ),
    Part("pcodec", Role.NUMBER_CODER, "packed:Pcodec", (_SYMBOL_LEVEL,), ("pcodec",)),
    Part("pcodec", Role.CLASS_CODER, "classed_pcodec:ClassedPcodec", (_SYMBOL_LEVEL,), _PCODEC),
    Part("range", Role.SYMBOL_CODER, "ranged:Ranged", needs=_RANGE),
    Part("range", Role.CLASS_CODER, "classed_range:ClassedRange", needs=_RANGE),
    Part("range", Role.CONTEXT_CODER, "given_previous:RangedGivenPrevious", needs=_RANGE),
)
"""All of them, in the order that messages list them in."""
