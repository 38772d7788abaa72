"""Symbols predicted from the frames before.

Prediction is in a closed loop by construction. Quantised values lie on a lattice; the prediction
of a frame from reconstructed ones, rounded to that lattice, leaves a whole number, and adding it up
again gives the very symbols that the encoder had. No error can accumulate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.symbols import Symbols, summed


class Predictor(Protocol):
    """Predicts symbols from earlier frames of their chunk; the first frame stays as it is."""

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """Coefficients, as they are stored."""

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """What is left of symbols (n, c, h, w)."""

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """The symbols of residuals."""


class NoPrediction:
    """Symbols as they are."""

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """There are no coefficients."""
        return b""

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """The symbols themselves."""
        return symbols

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """The residuals themselves."""
        return residuals


class PreviousFrame:
    """The frame before, without motion."""

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """There are no coefficients."""
        return b""

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """Differences in time."""
        return np.diff(symbols, axis=0, prepend=np.zeros_like(symbols[:1]))

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """Sums in time."""
        return summed(residuals.astype(np.int32))


class LeastSquares:
    """Least squares, a channel: the two frames before at the same place, of the one before also
    the four places around it, and a constant.

    Coefficients are whole 4096ths and sums whole numbers, so that every machine predicts the same.
    """

    _BITS: Final = 12

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """Seven int32 a channel."""
        channels = chunks[0].shape[1]
        products = np.zeros((channels, 7, 7))
        wanted = np.zeros((channels, 7))
        for chunk in chunks:
            for features, target in self._pairs(chunk.astype(np.float64)):
                flat = features.reshape(7, channels, -1)
                products += np.einsum("icn,jcn->cij", flat, flat, optimize=True)
                wanted += np.einsum("icn,cn->ci", flat, target.reshape(channels, -1))
        # A channel that never changes leaves the equations without a single solution. The addition
        # grows with the symbols: against large ones a small one would be lost to rounding.
        sizes = np.trace(products, axis1=1, axis2=2).reshape(-1, 1, 1)
        products += np.eye(7) * (1e-3 + 1e-9 * sizes)
        solved = np.linalg.solve(products, wanted[..., None])[..., 0]
        whole = np.rint(solved * (1 << self._BITS)).clip(-(1 << 20), 1 << 20).astype("<i4")
        return bytes(whole.tobytes())

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """What the predictions leave."""
        left = symbols.copy()
        for number in range(1, len(symbols)):
            left[number] -= self._predict(symbols, number, side)
        return left

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """Predictions and residuals added up, frame by frame."""
        symbols = residuals.copy()
        for number in range(1, len(symbols)):
            symbols[number] += self._predict(symbols, number, side)
        return symbols

    def _predict(self, symbols: Symbols, number: int, side: bytes) -> Symbols:
        weights = np.frombuffer(side, "<i4").reshape(-1, 7).astype(np.int64)
        features = self._features(symbols, number).astype(np.int64)
        total = np.einsum("ichw,ci->chw", features, weights)
        rounded: Symbols = ((total + (1 << self._BITS - 1)) >> self._BITS).astype(np.int32)
        return rounded

    def _pairs(self, symbols: NDArray[np.float64]) -> Iterator[tuple[Any, Any]]:
        for number in range(1, len(symbols)):
            yield self._features(symbols, number), symbols[number]

    @staticmethod
    def _features(symbols: NDArray[Any], number: int) -> NDArray[Any]:
        """(7, c, h, w) of frame `number`."""
        before = symbols[number - 1]
        earlier = symbols[max(number - 2, 0)]
        around = np.pad(before, ((0, 0), (1, 1), (1, 1)), mode="edge")
        return np.stack(
            [
                before,
                earlier,
                around[:, 1:-1, :-2],
                around[:, 1:-1, 2:],
                around[:, :-2, 1:-1],
                around[:, 2:, 1:-1],
                np.ones_like(before),
            ]
        )
