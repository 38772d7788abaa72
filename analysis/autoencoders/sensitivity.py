"""What an error in each channel of the latents does to the decoded picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from analysis import storage
from analysis.autoencoders.autoencoder import Autoencoder
from analysis.errors import InputError

_PROBES: Final = 2
"""Random directions a clip: each tells of every place of the latents."""

_PEAK: Final = 2.0
"""Images go from -1 to 1."""


def channel_sensitivity(
    autoencoder: Autoencoder, clips: Sequence[NDArray[np.float16]], seed: int = 0
) -> NDArray[np.float64]:
    """The mean squared error of decoded frames, as a share of the squared peak, for errors of
    variance 1 in each channel: float64 (c,).

    It is that of the decoder's linear part at these latents. With J its derivative, errors of
    variance 1 in channel k at every place have the squared error |J_k|^2, whose expectation over
    random signs v is |J_k^T v|^2 (Hutchinson, Communications in Statistics 19(2), 1990); one
    backward pass gives it for all channels and places.

    Args:
        autoencoder: whose decoder it is.
        clips: latents (L, c, h, w), of an image autoencoder any, of a temporal one whole clips.
        seed: of the signs.

    Raises:
        InputError: there are no clips, or the decoder takes another number of channels.
    """
    if not any(len(clip) for clip in clips):
        raise InputError("There are no latents to probe the decoder with; give some.")
    channels = autoencoder.latent.channels
    generator = torch.Generator().manual_seed(seed)
    squares, values = np.zeros(channels), 0
    for clip in clips:
        if clip.shape[1] != channels:
            raise InputError(
                f"{autoencoder.name} decodes {channels} channels and these latents have "
                f"{clip.shape[1]}; give the autoencoder that made them."
            )
        latents = torch.from_numpy(clip.astype(np.float32)).requires_grad_()
        frames = storage.most_frames(autoencoder.latent, len(clip))
        images = autoencoder.decoded_images(latents, frames)
        for number in range(_PROBES):
            signs = torch.randint(0, 2, images.shape, generator=generator) * 2 - 1
            (gradient,) = torch.autograd.grad(
                images, latents, signs.to(images), retain_graph=number + 1 < _PROBES
            )
            squares += gradient.double().square().sum((0, 2, 3)).cpu().numpy()
            values += images.numel()
    return squares / (values * _PEAK**2)
