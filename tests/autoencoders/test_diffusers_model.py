"""Models of diffusers behind the one interface, at random weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from analysis import storage
from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel, kind_of
from analysis.autoencoders.runtime import Runtime
from analysis.errors import InputError
from tests.autoencoders.models import MAKERS, small

Frames = NDArray[np.uint8]


def autoencoder(name: str, batch_size: int = 16, clip_frames: int = 17) -> Autoencoder:
    return Autoencoder(
        name, DiffusersModel(small(name)), Runtime("cpu", "fp32", batch_size), clip_frames
    )


def noise(count: int, height: int, width: int) -> Frames:
    return np.random.default_rng(0).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def as_images(frames: Frames) -> torch.Tensor:
    return torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous().float() / 127.5 - 1


@pytest.mark.parametrize("name", ["dc", "kl"])
def test_latents_are_what_the_class_itself_gives(name: str) -> None:
    frames, module = noise(2, 48, 64), small(name)
    with torch.inference_mode():
        output = module.encode(as_images(frames)[:1])
    raw = output.latent if name == "dc" else output.latent_dist.mode()
    # Sums are taken in another order where the channels of a pixel lie side by side.
    found = autoencoder(name).encode(frames)[:1].astype(np.float32)
    np.testing.assert_allclose(found, raw.numpy(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ["wan", "cogvideox"])
def test_a_clip_is_one_video_to_a_temporal_class(name: str) -> None:
    frames, module = noise(9, 16, 24), small(name)
    with torch.inference_mode():
        clip = as_images(frames).transpose(0, 1)[None]
        raw = module.encode(clip).latent_dist.mode()[0].transpose(0, 1)
    np.testing.assert_array_equal(autoencoder(name).encode(frames), raw.half().numpy())


@pytest.mark.parametrize("name", ["dc", "kl"])
def test_latents_are_the_same_bits_for_any_batch(name: str) -> None:
    frames = noise(17, 16, 24)

    def encoded(batch_size: int) -> NDArray[np.float16]:
        model = autoencoder(name, batch_size)
        batches = range(0, len(frames), batch_size)
        return np.concatenate([model.encode(frames[at : at + batch_size]) for at in batches])

    one, three, sixteen = encoded(1), encoded(3), encoded(16)
    assert one.dtype == np.float16
    np.testing.assert_array_equal(one.view(np.uint16), three.view(np.uint16))
    np.testing.assert_array_equal(one.view(np.uint16), sixteen.view(np.uint16))


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("count", [1, 6, 9])
def test_sizes_and_lengths_that_do_not_fit_are_padded_and_cropped(name: str, count: int) -> None:
    frames, model = noise(count, 50, 70), autoencoder(name)
    latents = model.encode(frames)
    rows, columns = storage.latent_grid(model.latent, 50, 70)
    length = storage.latent_frames(model.latent, count)
    assert latents.shape == (length, model.latent.channels, rows, columns)
    assert latents.shape == model.latent_shape(count, 50, 70)
    assert latents.flags.c_contiguous
    assert model.decode(latents, (50, 70), frames=count).shape == frames.shape


def test_the_edge_is_repeated_below_and_to_the_right() -> None:
    frames = noise(1, 50, 70)
    padded = np.pad(frames, ((0, 0), (0, 6), (0, 2), (0, 0)), mode="edge")
    model = autoencoder("dc")
    np.testing.assert_array_equal(model.encode(frames), model.encode(padded))


def test_the_last_frame_is_repeated_at_the_end_of_a_clip() -> None:
    frames = noise(6, 16, 24)
    longer = np.concatenate([frames, np.repeat(frames[-1:], 3, axis=0)])
    model = autoencoder("wan")
    np.testing.assert_array_equal(model.encode(frames), model.encode(longer))


def test_the_first_frame_of_a_causal_clip_stands_alone() -> None:
    frames, model = noise(9, 16, 24), autoencoder("wan")
    np.testing.assert_allclose(model.encode(frames)[:1], model.encode(frames[:1]), atol=2e-3)
    later = frames.copy()
    later[1:] = 255 - later[1:]
    np.testing.assert_array_equal(model.encode(later)[0], model.encode(frames)[0])


@pytest.mark.parametrize("count", [5, 9, 13])
def test_the_image_of_the_first_latent_is_the_last_that_the_class_makes_of_it(count: int) -> None:
    model = DiffusersModel(small("cogvideox"))
    latents = torch.randn(storage.latent_frames(model.latent, count), 4, 2, 3)
    with torch.inference_mode():
        every, wanted = model.decode_all(latents), model.decode(latents, count)
    assert len(wanted) == count
    torch.testing.assert_close(wanted, every[-count:])


def test_decoding_a_shorter_clip_leaves_out_its_end() -> None:
    model = autoencoder("wan")
    latents = model.encode(noise(9, 16, 24))
    whole, shorter = model.decode(latents, (16, 24)), model.decode(latents, (16, 24), frames=7)
    assert len(whole) == 9
    np.testing.assert_array_equal(shorter, whole[:7])


def test_images_are_clamped_to_bytes() -> None:
    class Bright(torch.nn.Module):
        latent = DiffusersModel(small("dc")).latent
        decodes = True

        @property
        def module(self) -> torch.nn.Module:
            return self

        def encode(self, images: Any) -> Any:
            return images[:, :1, ::8, ::8].expand(-1, 4, -1, -1)

        def decode(self, latents: Any, frames: int) -> Any:
            return torch.linspace(-2, 2, 64).expand(frames, 3, 48, 64)

    model = Autoencoder("bright", Bright(), Runtime("cpu", "fp32", 16))
    decoded = model.decode(model.encode(noise(1, 48, 64)), (48, 64))
    assert (decoded[0, 0, 0] == 0).all()
    assert (decoded[0, 0, -1] == 255).all()


def test_an_unknown_class_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"UNet2DModel is no autoencoder .* AutoencoderDC"):
        kind_of("UNet2DModel")
