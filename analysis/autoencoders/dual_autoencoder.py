"""The interface to a `DualDecoder`: that of every autoencoder, and frames of single latents."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder, as_frames, computing
from analysis.autoencoders.dual_decoder import DualDecoder


class DualAutoencoder(Autoencoder):
    """An autoencoder whose module is a `DualDecoder`: `decode` is its full decoder."""

    @property
    def module(self) -> DualDecoder:
        """The weights."""
        module: DualDecoder = super().module  # type: ignore[assignment]
        return module

    def fold(self, latents: NDArray[np.float16]) -> NDArray[np.float16]:
        """Latents of single frames by the spatial model (Lt, c, h, w) to stored ones
        (L, ĉ, h, w).
        """
        windows = self._tensor(latents).unflatten(0, (-1, self.latent.temporal))
        with computing(self.runtime):
            return self._fetch(self.module.fold(windows).to(torch.float16)).numpy()

    def decode_frame(
        self, latents: NDArray[np.float16], size: tuple[int, int]
    ) -> NDArray[np.uint8]:
        """Stored latents (L, ĉ, h, w), each by itself, to the representative frame of its window:
        (L, H, W, 3) of `size` = (H, W).
        """
        with computing(self.runtime):
            frames = [
                as_frames(self.module.decode_frame(each), size)
                for each in self._tensor(latents).split(1)
            ]
        return np.concatenate(frames)

    def _tensor(self, latents: NDArray[np.float16]) -> torch.Tensor:
        return torch.from_numpy(latents).to(self._device, self.runtime.dtype)
