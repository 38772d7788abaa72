"""Latents compressed, and read again whole or in pieces; `codecs.header` has the layout."""

from __future__ import annotations

import zlib

import numpy as np

from analysis.codecs.codec import ChunkCoder, Latents, Sensitivity, chunks_of
from analysis.codecs.header import DTYPE, Header, head_bytes, read_head
from analysis.codecs.latent_codec import LatentCodec, latent_codec
from analysis.codecs.spec import stored_chain
from analysis.errors import InputError, MissingAutoencoder
from analysis.io.byte_range import ByteRange, bytes_range


def check_sensitivity(codec: LatentCodec, sensitivity: Sensitivity | None) -> None:
    """Refuse a codec that weighs channels without what it weighs them by.

    Raises:
        MissingAutoencoder: it does and there is none.
    """
    if codec.weighted and sensitivity is None:
        raise MissingAutoencoder(
            f"{codec.name} weighs channels by what they do to the picture; "
            "name the autoencoder whose latents these are."
        )


def compress(latents: Latents, codec: LatentCodec, sensitivity: Sensitivity | None = None) -> bytes:
    """Compress the latents (N, c, h, w) of one view.

    Raises:
        InputError: they are no four-dimensional float16, the codec cannot store them, or it needs
            the sensitivity of a decoder.
    """
    if latents.ndim != 4 or latents.dtype != DTYPE:
        raise InputError(
            f"Latents of {latents.dtype} {latents.shape} cannot be compressed; "
            "give float16 of (frames, channels, rows, columns)."
        )
    check_sensitivity(codec, sensitivity)
    side, chunks = b"", list[bytes]()
    if latents.size:
        side = codec.method.fit(latents, sensitivity)
        coder = codec.method.coder(side, _frame(latents.shape))
        step = codec.chunk_frames or len(latents)
        chunks = [coder.encode(chunk) for chunk in chunks_of(latents, step)]
    header = Header(
        codec=codec.name,
        parts=tuple(chosen.stored() for chosen in codec.chain),
        dtype="<f2",
        shape=(len(latents), *_frame(latents.shape)),
        chunk_frames=codec.chunk_frames,
        side=len(side),
    )
    return b"".join((head_bytes(header, side, chunks), *chunks))


def decompress(data: bytes, name: str = "compressed latents") -> Latents:
    """All latents that `compress` made these bytes of; `name` is for messages.

    Raises:
        InputError: they are no compressed latents, of another version, or damaged.
    """
    return CompressedLatents(bytes_range(data, name)).frames()


class CompressedLatents:
    """Compressed latents that are read in pieces.

    Raises:
        InputError: they are no compressed latents, of another version, of a codec that is not
            known, or their head is damaged.
    """

    def __init__(self, data: ByteRange) -> None:
        self._data = data
        self._head = read_head(data)
        try:
            self.codec = _codec(self._head.header)
        except InputError as error:
            raise InputError(f"{data.name}: {error}") from None
        self.shape: tuple[int, int, int, int] = self._head.header.shape
        """(N, c, h, w)."""
        self._coder: ChunkCoder | None = None
        self._offsets: list[int] = np.cumsum((self._head.size, *self._head.lengths)).tolist()
        if data.size > self._offsets[-1]:
            raise InputError(
                f"{data.name}: goes on for {data.size - self._offsets[-1]} bytes after its last "
                "chunk; copy the file again or compress its latents anew."
            )

    def frames(self, start: int = 0, stop: int | None = None) -> Latents:
        """Latent frames `start` up to `stop`, of which only the chunks that hold them are read.

        Raises:
            InputError: a chunk is damaged.
            IndexError: there are no such frames.
        """
        count = self.shape[0]
        stop = count if stop is None else stop
        if not 0 <= start <= stop <= count:
            raise IndexError(f"{self._data.name}: has {count} frames, not {start} to {stop}")
        frames = np.empty((stop - start, *self.shape[1:]), DTYPE)
        if not frames.size:
            return frames
        step = self._head.header.chunk_frames or count
        first, last = start // step, (stop - 1) // step
        base = self._offsets[first]
        data = self._data.read(base, self._offsets[last + 1] - base)
        for number in range(first, last + 1):
            begin = number * step
            length = min(step, count - begin)
            chunk = data[self._offsets[number] - base : self._offsets[number + 1] - base]
            if zlib.crc32(chunk) != self._head.checksums[number]:
                raise InputError(
                    f"{self._data.name}: chunk {number} (frames {begin} to {begin + length - 1}) "
                    "is damaged; copy the file again or compress its latents anew."
                )
            low, high = max(start, begin), min(stop, begin + length)
            values = self._open().decode(chunk, length)
            frames[low - start : high - start] = values[low - begin : high - begin]
        return frames

    def bytes_read(self, start: int, stop: int) -> int:
        """How many bytes `frames(start, stop)` needs, those of the head included."""
        if start == stop or not self._head.lengths:
            return self._head.size
        step = self._head.header.chunk_frames or self.shape[0]
        first, last = start // step, (stop - 1) // step
        return self._head.size + self._offsets[last + 1] - self._offsets[first]

    def _open(self) -> ChunkCoder:
        if self._coder is None:
            self._coder = self.codec.method.coder(self._head.side, _frame(self.shape))
        return self._coder


def _codec(header: Header) -> LatentCodec:
    # Files of the first version have the name alone.
    return LatentCodec(stored_chain(header.parts)) if header.parts else latent_codec(header.codec)


def _frame(shape: tuple[int, ...]) -> tuple[int, int, int]:
    _, channels, rows, columns = shape
    return channels, rows, columns
