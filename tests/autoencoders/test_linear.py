import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from analysis.autoencoders.doom import SPATIAL
from analysis.autoencoders.linear import LinearBlocks, fit_linear, linear_model

CHANNELS = 12


@pytest.fixture(scope="module")
def frames() -> NDArray[np.uint8]:
    """Smooth frames: four of 64 x 96, most of whose variance lies in few directions."""
    small = torch.rand(4, 3, 6, 8, generator=torch.Generator().manual_seed(1))
    large = torch.nn.functional.interpolate(small, (64, 96), mode="bicubic").clamp(0, 1)
    pixels: NDArray[np.uint8] = (large * 255).round().byte().permute(0, 2, 3, 1).numpy()
    return np.ascontiguousarray(pixels)


@pytest.fixture(scope="module")
def linear(frames: NDArray[np.uint8]) -> LinearBlocks:
    return fit_linear(frames, CHANNELS)


@pytest.fixture(scope="module")
def centred(frames: NDArray[np.uint8], linear: LinearBlocks) -> NDArray[np.float64]:
    """The blocks less the mean colour, (24, 3072) in [-1, 1], cut by hand."""
    images = frames.astype(np.float64).transpose(0, 3, 1, 2) / 127.5 - 1
    cut = [
        image[:, top : top + SPATIAL, left : left + SPATIAL].ravel()
        for image in images
        for top in range(0, frames.shape[1], SPATIAL)
        for left in range(0, frames.shape[2], SPATIAL)
    ]
    return np.array(cut) - _colour(linear)


def _colour(linear: LinearBlocks) -> NDArray[np.float64]:
    return linear.mean.double().repeat_interleave(SPATIAL**2).numpy()


def _rows(matrix: torch.Tensor) -> NDArray[np.float64]:
    return matrix.double().reshape(CHANNELS, -1).numpy()


@pytest.mark.parametrize("channels", [1, 4, CHANNELS])
def test_its_error_is_that_of_the_leading_singular_vectors(
    linear: LinearBlocks, centred: NDArray[np.float64], channels: int
) -> None:
    encoder, decoder = _rows(linear.encoder)[:channels], _rows(linear.decoder)[:channels]
    error = np.square(centred - centred @ encoder.T @ decoder).sum()
    singular = np.linalg.svd(centred, compute_uv=False)
    assert error == pytest.approx(np.square(singular[channels:]).sum(), rel=0.01)


def test_latents_have_unit_variance(linear: LinearBlocks, centred: NDArray[np.float64]) -> None:
    latents = centred @ _rows(linear.encoder).T
    assert np.square(latents).mean(0) == pytest.approx(1, rel=0.01)


def test_the_model_computes_what_the_matrices_say(
    frames: NDArray[np.uint8], linear: LinearBlocks, centred: NDArray[np.float64]
) -> None:
    model = linear_model(linear)
    with torch.inference_mode():
        latents = model.encode(torch.from_numpy(frames).permute(0, 3, 1, 2) / 127.5 - 1).latent
        decoded = model.decode(latents).sample
    assert latents.shape == (4, CHANNELS, 2, 3)
    by_hand = centred @ _rows(linear.encoder).T
    assert latents.permute(0, 2, 3, 1).reshape(-1, CHANNELS).numpy() == pytest.approx(
        by_hand, abs=1e-3
    )
    first = _colour(linear) + by_hand[0] @ _rows(linear.decoder)
    assert decoded[0, :, :SPATIAL, :SPATIAL].numpy().ravel() == pytest.approx(first, abs=1e-3)
