"""How bits per pixel go with the size of a frame: a power law, fitted game by game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis import storage
from analysis.ledger.estimate import Estimate, ratio_of_sums

FEWEST: Final = 3
"""Resolutions: two points fit any law."""


@dataclass(frozen=True)
class Fit:
    """A law over games: exponent, bits per pixel at the reference size, and how far it is off."""

    exponent: Estimate
    at_reference: Estimate
    largest_deviation: float


def fit(games: Sequence[Mapping[tuple[int, int], float]]) -> Fit:
    """Fit b = k (N / N_reference)^e to each game by least squares of the logarithms.

    Args:
        games: of each, bits per pixel by (height, width); at least `FEWEST` sizes.
    """
    exponents, factors, deviations = [], [], []
    for game in games:
        pixels = np.array([height * width for height, width in game], float)
        measured = np.array(list(game.values()))
        scale = np.log(pixels / storage.REFERENCE_PIXELS)
        exponent, intercept = np.polyfit(scale, np.log(measured), 1)
        law = np.exp(intercept + exponent * scale)
        exponents.append(float(exponent))
        factors.append(float(np.exp(intercept)))
        deviations.append(float(np.abs(measured / law - 1).max()))
    ones = [1.0] * len(games)
    return Fit(ratio_of_sums(exponents, ones), ratio_of_sums(factors, ones), max(deviations))
