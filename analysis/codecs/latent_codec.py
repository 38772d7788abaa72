"""Latent codecs by what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from analysis.codecs.codec import CHUNK_FRAMES, Method
from analysis.codecs.compose import compose
from analysis.codecs.part import LOSSY, Role
from analysis.codecs.spec import Chain, parse, spelling

RECOMMENDED: Final = "picture:48+classes+pcodec"
"""Near-lossless, by what the decoder shows of it, and fast to read."""

RECOMMENDED_LOSSLESS: Final = "cells+classes+pcodec"
"""Of those that keep every bit the smallest that is not slow, on latents of games."""


@dataclass(frozen=True)
class LatentCodec:
    """A codec; its compressors are imported when it first codes.

    Args:
        chain: its parts.
    """

    chain: Chain

    @property
    def name(self) -> str:
        """Its one spelling."""
        return spelling(self.chain)

    @property
    def lossless(self) -> bool:
        """Whether every bit of every float16 comes back, NaN payloads and -0 included."""
        return self.chain[0].part.role not in LOSSY

    @property
    def weighted(self) -> bool:
        """Whether it needs the sensitivity of the autoencoder's decoder."""
        return any(chosen.part.weighted for chosen in self.chain)

    @property
    def quantiser(self) -> str | None:
        """The spelling of its quantiser; None where it has none."""
        first, *_ = self.chain
        return spelling((first,)) if first.part.role is Role.QUANTISER else None

    @property
    def chunk_frames(self) -> int | None:
        """Latent frames of a chunk; None where the whole array is one."""
        return None if self.chain[0].part.role is Role.DIFFERENCES else CHUNK_FRAMES

    @cached_property
    def method(self) -> Method:
        """How it codes.

        Raises:
            MissingPackage: a package that a part needs is not installed.
        """
        return compose(self.chain)


def latent_codec(spec: str) -> LatentCodec:
    """The codec that a spec describes: parts joined by `+`, as `analysis.codecs.parts` lists them.

    Raises:
        InputError: there is no such part, or it cannot stand there; the sentence says what can.
    """
    return LatentCodec(parse(spec))
