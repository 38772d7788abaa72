"""The sensitivity of the decoder that stored latents are for."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis import storage
from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load_with_decoder
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.sensitivity import channel_sensitivity
from analysis.codecs.codec import Sensitivity
from analysis.datasets.dataset import Dataset
from analysis.datasets.latent_reader import LatentReader, LatentView
from analysis.errors import MissingAutoencoder

_CLIPS: Final = 8
"""Places in the data set that the decoder is probed at."""

PRECISION: Final = "fp32"


def made_by(view: LatentView) -> str:
    """The autoencoder that made these latents, as `meta.json` says.

    Raises:
        MissingAutoencoder: it does not say.
    """
    if view.made_by is None:
        raise MissingAutoencoder(
            f"{view.file.location}: does not say what made its latents; name the autoencoder."
        )
    return view.made_by


def sensitivity_of(
    data: Dataset, autoencoder: str | None = None, device: str | None = None
) -> Sensitivity:
    """The sensitivity of the decoder at latents from all over a data set.

    Args:
        data: the latents.
        autoencoder: its name, as `load` takes it; the one that the data set names when not given.
        device: where it runs; a GPU where there is one.

    Raises:
        InputError: there are no latents, or the autoencoder cannot be loaded or is of others.
    """
    reader = LatentReader(data)
    name = autoencoder or made_by(reader.views[0])
    return probe(reader, reader.views, load_with_decoder(name, choose_runtime(device, PRECISION)))


def probe(
    reader: LatentReader, views: tuple[LatentView, ...], autoencoder: Autoencoder
) -> Sensitivity:
    """The sensitivity at a clip of each of some views, or more of one where there are few."""
    places = np.linspace(0, 1, _CLIPS + 2)[1:-1]
    step = 1
    if autoencoder.latent.temporal > 1:
        step = storage.latent_frames(autoencoder.latent, autoencoder.frames_per_call)
    clips = []
    for number, place in enumerate(places):
        view = views[number * len(views) // _CLIPS]
        if view.shape[0]:
            # Clips of a temporal autoencoder lie one after the other from the first latent on.
            start = int(place * view.shape[0]) // step * step
            clips.append(reader.clip(view, start, min(start + step, view.shape[0])))
    reader.close()
    return channel_sensitivity(autoencoder, clips)
