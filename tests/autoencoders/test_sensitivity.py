"""The sensitivity says what errors in the latents do to decoded frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.doom import DoomAutoencoder
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.sensitivity import channel_sensitivity
from analysis.errors import InputError
from tests.autoencoders.models import small

RUNTIME = choose_runtime("cpu", "fp32", 4)


@pytest.fixture(scope="module")
def linear(tmp_path_factory: pytest.TempPathFactory) -> Autoencoder:
    """Three channels, each of which the decoder adds to its colour, 1, 2 and 3 times."""
    model = DoomAutoencoder(latent_channels=3, encoder_widths=None, decoder_widths=None)
    blocks = torch.zeros(3, 3, 32, 32)
    for colour in range(3):
        blocks[colour, colour] = colour + 1
    model.set_linear(torch.zeros(3), blocks / 32**2, blocks)
    folder = tmp_path_factory.mktemp("linear")
    model.save_pretrained(folder)
    return load(str(folder), RUNTIME)


def test_a_linear_decoder_gives_the_squares_of_its_weights(linear: Autoencoder) -> None:
    latents = np.random.default_rng(0).standard_normal((2, 3, 4, 5)).astype(np.float16)
    found = channel_sensitivity(linear, [latents, latents])
    # An error of variance 1 in a channel is one of weight² in a third of the values; the peak is 2.
    expected = np.array([1, 4, 9]) / 3 / 4
    # Each channel adds up 1024 random signs a place: their squares scatter by a few per cent.
    assert found == pytest.approx(expected, rel=0.35)


def test_the_same_seed_gives_the_same_figures(linear: Autoencoder) -> None:
    latents = [np.ones((1, 3, 2, 2), np.float16)]
    first = channel_sensitivity(linear, latents, seed=1)
    assert np.array_equal(first, channel_sensitivity(linear, latents, seed=1))
    assert not np.array_equal(first, channel_sensitivity(linear, latents, seed=2))


def test_it_predicts_the_error_of_a_real_decoder(tmp_path: Path) -> None:
    small("kl").save_pretrained(tmp_path)
    autoencoder = load(str(tmp_path), RUNTIME)
    random = np.random.default_rng(0)
    latents = random.standard_normal((6, 4, 16, 16)).astype(np.float16)
    found = channel_sensitivity(autoencoder, [latents])
    exact = autoencoder.decoded_images(torch.from_numpy(latents).float(), 6)
    for channel in range(4):
        noise = np.zeros_like(latents, dtype=np.float32)
        noise[:, channel] = 0.01 * random.standard_normal(noise[:, channel].shape)
        moved = torch.from_numpy(latents.astype(np.float32) + noise)
        error = (autoencoder.decoded_images(moved, 6) - exact).square().mean().item() / 4
        assert error / 0.01**2 == pytest.approx(found[channel], rel=0.4)


def test_a_temporal_decoder_is_probed_with_whole_clips(tmp_path: Path) -> None:
    small("wan").save_pretrained(tmp_path)
    autoencoder = load(str(tmp_path), RUNTIME)
    latents = np.random.default_rng(0).standard_normal((3, 4, 4, 4)).astype(np.float16)
    found = channel_sensitivity(autoencoder, [latents])
    assert found.shape == (4,)
    assert (found > 0).all()


def test_latents_of_another_autoencoder_are_refused(linear: Autoencoder) -> None:
    with pytest.raises(InputError, match="decodes 3 channels and these latents have 4"):
        channel_sensitivity(linear, [np.ones((1, 4, 2, 2), np.float16)])
    with pytest.raises(InputError, match="no latents to probe"):
        channel_sensitivity(linear, [])
