"""The interface to a `DualDecoder`: that of every autoencoder, and frames of single latents."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from analysis import storage
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

    def decode(
        self,
        latents: NDArray[np.float16] | NDArray[np.float32],
        size: tuple[int, int],
        frames: int | None = None,
    ) -> NDArray[np.uint8]:
        """As every autoencoder's, as many windows at a time as a batch of frames has, or one by one
        where a batch must change no bit; of the last one only the frames wanted.
        """
        count = storage.most_frames(self.latent, len(latents)) if frames is None else frames
        decoded = np.empty((count, *size, 3), np.uint8)
        factor = self.latent.temporal
        step = 1 if self.runtime.deterministic else max(1, self.runtime.batch_size // factor)
        with computing(self.runtime):
            for number, stored in enumerate(self._tensor(latents).split(step)):
                part = decoded[number * step * factor :][: len(stored) * factor]
                if len(part):
                    part[:] = as_frames(self.module.decode_clip(stored, len(part)), size)
        return decoded

    def decode_frame(
        self, latents: NDArray[np.float16], size: tuple[int, int]
    ) -> NDArray[np.uint8]:
        """Stored latents (L, ĉ, h, w), each by itself, to the representative frame of its window:
        (L, H, W, 3) of `size` = (H, W).
        """
        step = 1 if self.runtime.deterministic else self.runtime.batch_size
        with computing(self.runtime):
            frames = [
                as_frames(self.module.decode_frame(each), size)
                for each in self._tensor(latents).split(step)
            ]
        return np.concatenate(frames)

    def _tensor(self, latents: NDArray[np.float16] | NDArray[np.float32]) -> torch.Tensor:
        return torch.from_numpy(latents).to(self._device, self.runtime.dtype)
