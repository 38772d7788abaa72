"""General compressors of bytes, for whatever else has been made of latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from analysis.codecs.compressors import from_zstd, to_zstd


class ByteCoder(Protocol):
    """Bytes to fewer bytes and back."""

    def compress(self, content: bytes) -> bytes:
        """The content compressed."""

    def decompress(self, data: bytes) -> bytes:
        """The content that `compress` was given."""


@dataclass(frozen=True)
class AsTheyAre:
    """No compression."""

    def compress(self, content: bytes) -> bytes:
        """The content."""
        return content

    def decompress(self, data: bytes) -> bytes:
        """The content."""
        return data


@dataclass(frozen=True)
class Zstandard:
    """Zstandard, whose Huffman coder does the work on numbers."""

    level: int

    def compress(self, content: bytes) -> bytes:
        """A Zstandard frame."""
        return to_zstd(content, self.level)

    def decompress(self, data: bytes) -> bytes:
        """Its content."""
        return from_zstd(data)


@dataclass(frozen=True)
class Lz4:
    """LZ4, which is quick and finds repetitions alone."""

    def compress(self, content: bytes) -> bytes:
        """An LZ4 frame."""
        import lz4.frame  # not everybody's

        return bytes(lz4.frame.compress(content))

    def decompress(self, data: bytes) -> bytes:
        """Its content."""
        import lz4.frame

        return bytes(lz4.frame.decompress(data))
