"""Compressors that know that they are given float16 values, each of a package of its own."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.codecs import patterns
from analysis.codecs.compressors import from_pcodec
from analysis.codecs.patterns import Patterns


@dataclass(frozen=True)
class Blosc2:
    """Blosc2: a filter on values of two bytes, Zstandard, one thread.

    Args:
        filter: `shuffle` of bytes or `bitshuffle`.
        level: of compression, up to 9.
    """

    filter: str
    level: int

    def encode(self, bits: Patterns) -> bytes:
        """The bytes of patterns (n, c, h, w)."""
        import blosc2

        packed = blosc2.compress2(
            bits,
            typesize=2,
            filters=[blosc2.Filter[self.filter.upper()]],
            codec=blosc2.Codec.ZSTD,
            clevel=self.level,
            nthreads=1,
        )
        return bytes(packed)

    def decode(self, data: bytes, shape: tuple[int, ...]) -> Patterns:
        """The patterns of these bytes."""
        import blosc2

        return _from_bytes(bytes(blosc2.decompress2(data, nthreads=1)), shape)


@dataclass(frozen=True)
class PcodecValues:
    """Pcodec on float16 values.

    Args:
        level: of compression, up to 12.
        order: `frame-major`, frame after frame, or `time-major`, the time series of one place after
            another.
    """

    level: int
    order: str

    def encode(self, bits: Patterns) -> bytes:
        """The bytes of patterns (n, c, h, w)."""
        from pcodec import ChunkConfig, standalone

        values = patterns.values(np.moveaxis(bits, 0, -1) if self._time_major else bits)
        series = np.ascontiguousarray(values).ravel()
        return bytes(standalone.simple_compress(series, ChunkConfig(compression_level=self.level)))

    def decode(self, data: bytes, shape: tuple[int, ...]) -> Patterns:
        """The patterns of these bytes."""
        values: NDArray[Any] = from_pcodec(data)
        if not self._time_major:
            return values.view(np.uint16).reshape(shape)
        series = values.view(np.uint16).reshape(*shape[1:], shape[0])
        return np.ascontiguousarray(np.moveaxis(series, -1, 0))

    @property
    def _time_major(self) -> bool:
        return self.order == "time-major"


@dataclass(frozen=True)
class OpenZl:
    """OpenZL: sign and fraction apart from the exponent, each through its entropy coder.

    Args:
        values: what they are taken for: `float16`.
    """

    values: str

    def encode(self, bits: Patterns) -> bytes:
        """The bytes of patterns (n, c, h, w)."""
        import openzl.ext as openzl

        compressor = openzl.Compressor()
        graph = openzl.nodes.Float16Deconstruct()(
            compressor,
            sign_frac=openzl.graphs.Entropy()(compressor),
            exponent=openzl.graphs.Entropy()(compressor),
        )
        compressor.select_starting_graph(graph)
        context = openzl.CCtx()
        context.ref_compressor(compressor)
        context.set_parameter(openzl.CParam.FormatVersion, openzl.MAX_FORMAT_VERSION)
        return bytes(context.compress([openzl.Input(openzl.Type.Numeric, bits.ravel())]))

    def decode(self, data: bytes, shape: tuple[int, ...]) -> Patterns:
        """The patterns of these bytes."""
        import openzl.ext as openzl

        (output,) = openzl.DCtx().decompress(data)
        return np.asarray(output.content.as_nparray(), np.uint16).reshape(shape)


@dataclass(frozen=True)
class ZipNN:
    """ZipNN, made for the weights of networks, on one thread."""

    def encode(self, bits: Patterns) -> bytes:
        """The bytes of patterns (n, c, h, w)."""
        return bytes(_zipnn().compress(bits.tobytes()))

    def decode(self, data: bytes, shape: tuple[int, ...]) -> Patterns:
        """The patterns of these bytes."""
        return _from_bytes(bytes(_zipnn().decompress(data)), shape)


def _zipnn() -> Any:
    # It loads torch, which nothing else here needs, and compiles what torch no longer advises.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import zipnn

    return zipnn.ZipNN(input_format="byte", bytearray_dtype="float16", threads=1)


def _from_bytes(data: bytes, shape: tuple[int, ...]) -> Patterns:
    return np.frombuffer(data, np.uint16).reshape(shape)
