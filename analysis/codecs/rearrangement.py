"""Rearrangements of the bits of float16 values, which lose nothing and compress better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.codecs import patterns
from analysis.codecs.patterns import Patterns


class Rearrangement(Protocol):
    """Patterns (n, c, h, w) to others of the same shape, and back."""

    def apply(self, bits: Patterns) -> Patterns:
        """The patterns rearranged."""

    def undo(self, bits: Patterns) -> Patterns:
        """The patterns that `apply` was given."""


@dataclass(frozen=True)
class BytePlanes:
    """High bytes, then low bytes."""

    def apply(self, bits: Patterns) -> Patterns:
        """The planes, two bytes to a pattern."""
        return np.frombuffer(patterns.byte_planes(bits), np.uint16).reshape(bits.shape)

    def undo(self, bits: Patterns) -> Patterns:
        """The patterns of these planes."""
        return patterns.undo_byte_planes(bits.tobytes()).reshape(bits.shape)


@dataclass(frozen=True)
class TimeXor:
    """Each frame exclusive-or the one before."""

    def apply(self, bits: Patterns) -> Patterns:
        """The changed bits of each frame."""
        return patterns.time_xor(bits)

    def undo(self, bits: Patterns) -> Patterns:
        """The frames."""
        return patterns.undo_time_xor(bits)


@dataclass(frozen=True)
class OrderedDelta:
    """Exact differences in time of patterns in the order of their values, zigzag."""

    def apply(self, bits: Patterns) -> Patterns:
        """The differences."""
        return patterns.zigzag(patterns.time_delta(patterns.ordered(bits)))

    def undo(self, bits: Patterns) -> Patterns:
        """The frames."""
        return patterns.unordered(patterns.undo_time_delta(patterns.undo_zigzag(bits)))
