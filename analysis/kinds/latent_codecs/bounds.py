"""Entropies that coders of single values cannot go below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.patterns import patterns
from analysis.codecs.quantise import Quantiser
from analysis.kinds.latent_codecs.record import FieldEntropies, SymbolBounds

_BITS: Final = 16
"""Of a raw value."""

_COUNTED: Final = 1 << 24
"""Numbers that are counted in a table; a wider range is sorted."""


def field_entropies(arrays: Sequence[Latents]) -> FieldEntropies:
    """Of the sign, the exponent and the mantissa, each for itself, over all values."""
    sign, exponent, mantissa = np.zeros(2), np.zeros(32), np.zeros(1024)
    for latents in arrays:
        bits = patterns(latents).ravel()
        sign += np.bincount(bits >> 15, minlength=2)
        exponent += np.bincount((bits >> 10) & 31, minlength=32)
        mantissa += np.bincount(bits & 1023, minlength=1024)
    found = [entropy(counts) for counts in (sign, exponent, mantissa)]
    return FieldEntropies(
        sign=found[0], exponent=found[1], mantissa=found[2], share=sum(found) / _BITS
    )


def symbol_bounds(
    name: str, quantiser: Quantiser, arrays: Sequence[Latents], sensitivity: Sensitivity | None
) -> SymbolBounds:
    """Of a quantiser's symbols, with its parameters fitted to each array as codecs fit them."""
    bits_zero = bits_given = 0.0
    values = given = 0
    levels: set[int] = set()
    for latents in arrays:
        scale = quantiser.scale(quantiser.fit(latents, sensitivity))
        for symbols in np.moveaxis(scale.symbols(latents), 1, 0):
            lowest = int(symbols.min())
            levels.update(
                (np.flatnonzero(np.bincount((symbols - lowest).ravel())) + lowest).tolist()
            )
            bits_zero += entropy(_counts(symbols)) * symbols.size
            values += symbols.size
            if len(symbols) > 1:
                bits_given += conditional_entropy(symbols[:-1], symbols[1:]) * symbols[1:].size
                given += symbols[1:].size
    return SymbolBounds(
        quantiser=name,
        levels=len(levels),
        zero_order=bits_zero / values / _BITS,
        given_previous=bits_given / max(given, 1) / _BITS,
    )


def entropy(counts: NDArray[Any]) -> float:
    """In bits, of the frequencies that counts give."""
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log2(share)).sum())


def conditional_entropy(before: NDArray[Any], after: NDArray[Any]) -> float:
    """In bits, of `after` given `before`: that of both together less that of the first."""
    low = min(int(before.min()), int(after.min()))
    width = max(int(before.max()), int(after.max())) - low + 1
    pairs = (before.astype(np.int64) - low) * width + (after - low)
    return entropy(_counts(pairs)) - entropy(_counts(before))


def _counts(numbers: NDArray[Any]) -> NDArray[np.int64]:
    """How often each number occurs."""
    low, high = int(numbers.min()), int(numbers.max())
    if high - low < _COUNTED:
        return np.bincount((numbers - low).ravel())
    return np.unique(numbers, return_counts=True)[1]
