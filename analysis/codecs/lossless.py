"""Lossless methods on single chunks: general compressors, after rearranging bits for them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import blosc2
import lz4.frame
import numpy as np
import openzl.ext as openzl
import pcodec.standalone
from numpy.typing import NDArray
from pcodec import ChunkConfig

from analysis.codecs import patterns
from analysis.codecs.codec import ChunkCoder, Latents, Sensitivity
from analysis.codecs.compressors import from_pcodec, from_zstd, to_zstd
from analysis.codecs.patterns import Patterns

Frame = tuple[int, int, int]


@dataclass(frozen=True)
class Lossless:
    """A method without side information.

    Args:
        encode: patterns (n, c, h, w) to bytes.
        decode: bytes and the shape to the patterns, in that shape.
    """

    encode: Callable[[Patterns], bytes]
    decode: Callable[[bytes, tuple[int, ...]], Patterns]
    lossless: bool = True

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """There is none."""
        return b""

    def coder(self, side: bytes, frame: Frame) -> ChunkCoder:
        """The coder for frames of this shape."""
        return _PatternCoder(self, frame)


@dataclass(frozen=True)
class _PatternCoder:
    method: Lossless
    frame: Frame

    def encode(self, chunk: Latents) -> bytes:
        return self.method.encode(patterns.patterns(chunk))

    def decode(self, data: bytes, frames: int) -> Latents:
        return patterns.values(self.method.decode(data, (frames, *self.frame)))


def raw() -> Lossless:
    """The values as they are."""
    return Lossless(lambda bits: bits.tobytes(), _from_bytes)


def zstd(level: int) -> Lossless:
    """Zstandard on the values as they lie."""
    return Lossless(
        lambda bits: to_zstd(bits.tobytes(), level),
        lambda data, shape: _from_bytes(from_zstd(data), shape),
    )


def lz4_frame() -> Lossless:
    """LZ4 on the values as they lie."""
    return Lossless(
        lambda bits: lz4.frame.compress(bits.tobytes()),
        lambda data, shape: _from_bytes(lz4.frame.decompress(data), shape),
    )


def planes_zstd(level: int) -> Lossless:
    """High bytes, then low bytes, in Zstandard."""
    return Lossless(
        lambda bits: to_zstd(patterns.byte_planes(bits), level),
        lambda data, shape: patterns.undo_byte_planes(from_zstd(data)).reshape(shape),
    )


def xor_planes_zstd(level: int) -> Lossless:
    """Each frame exclusive-or the one before, then as `planes_zstd`."""
    inner = planes_zstd(level)
    return Lossless(
        lambda bits: inner.encode(patterns.time_xor(bits)),
        lambda data, shape: patterns.undo_time_xor(inner.decode(data, shape)),
    )


def ordered_delta_planes_zstd(level: int) -> Lossless:
    """Exact differences in time of ordered patterns, zigzag, then as `planes_zstd`."""
    inner = planes_zstd(level)

    def encode(bits: Patterns) -> bytes:
        delta = patterns.time_delta(patterns.ordered(bits))
        return inner.encode(patterns.zigzag(delta))

    def decode(data: bytes, shape: tuple[int, ...]) -> Patterns:
        delta = patterns.undo_zigzag(inner.decode(data, shape))
        return patterns.unordered(patterns.undo_time_delta(delta))

    return Lossless(encode, decode)


def blosc2_filter(filter: blosc2.Filter) -> Lossless:
    """Blosc2: its filter on values of two bytes, Zstandard, one thread."""

    def encode(bits: Patterns) -> bytes:
        packed = blosc2.compress2(
            bits, typesize=2, filters=[filter], codec=blosc2.Codec.ZSTD, clevel=5, nthreads=1
        )
        return bytes(packed)

    def decode(data: bytes, shape: tuple[int, ...]) -> Patterns:
        return _from_bytes(bytes(blosc2.decompress2(data, nthreads=1)), shape)

    return Lossless(encode, decode)


def pcodec_values(level: int, *, time_major: bool) -> Lossless:
    """Pcodec on float16, frame after frame, or the time series of one place after another."""
    config = ChunkConfig(compression_level=level)

    def encode(bits: Patterns) -> bytes:
        values = patterns.values(np.moveaxis(bits, 0, -1) if time_major else bits)
        series = np.ascontiguousarray(values).ravel()
        return bytes(pcodec.standalone.simple_compress(series, config))

    def decode(data: bytes, shape: tuple[int, ...]) -> Patterns:
        values: NDArray[Any] = from_pcodec(data)
        if not time_major:
            return values.view(np.uint16).reshape(shape)
        series = values.view(np.uint16).reshape(*shape[1:], shape[0])
        return np.ascontiguousarray(np.moveaxis(series, -1, 0))

    return Lossless(encode, decode)


def openzl_float16() -> Lossless:
    """OpenZL: sign and fraction apart from the exponent, each through its entropy coder."""
    return Lossless(_openzl_encode, _openzl_decode)


def zipnn_float16() -> Lossless:
    """ZipNN, made for the weights of networks, on one thread."""
    return Lossless(
        lambda bits: bytes(_zipnn().compress(bits.tobytes())),
        lambda data, shape: _from_bytes(bytes(_zipnn().decompress(data)), shape),
    )


def _from_bytes(data: bytes, shape: tuple[int, ...]) -> Patterns:
    return np.frombuffer(data, np.uint16).reshape(shape)


_OPENZL_FORMAT: Final = openzl.MAX_FORMAT_VERSION


def _openzl_encode(bits: Patterns) -> bytes:
    compressor = openzl.Compressor()
    graph = openzl.nodes.Float16Deconstruct()(
        compressor,
        sign_frac=openzl.graphs.Entropy()(compressor),
        exponent=openzl.graphs.Entropy()(compressor),
    )
    compressor.select_starting_graph(graph)
    context = openzl.CCtx()
    context.ref_compressor(compressor)
    context.set_parameter(openzl.CParam.FormatVersion, _OPENZL_FORMAT)
    return bytes(context.compress([openzl.Input(openzl.Type.Numeric, bits.ravel())]))


def _openzl_decode(data: bytes, shape: tuple[int, ...]) -> Patterns:
    (output,) = openzl.DCtx().decompress(data)
    numbers = np.asarray(output.content.as_nparray(), np.uint16)
    return numbers.reshape(shape)


def _zipnn() -> Any:
    # It loads torch, which nothing else here needs, and compiles what torch no longer advises.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from zipnn import ZipNN

    return ZipNN(input_format="byte", bytearray_dtype="float16", threads=1)
