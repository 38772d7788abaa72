"""The project's decoder of somebody else's latents."""

from pathlib import Path

import numpy as np
import torch

from analysis.autoencoders.latent_decoder import LatentDecoder, LinearDecoder
from analysis.autoencoders.load import load, own_decoders
from analysis.autoencoders.own import own_folder
from analysis.autoencoders.runtime import Runtime
from tests.autoencoders.latents import SPACE, encoder, small_decoder


def linear(channels: int) -> LinearDecoder:
    generator = torch.Generator().manual_seed(0)
    return LinearDecoder(
        mean=torch.arange(channels).float(),
        deviation=torch.arange(1, channels + 1).float(),
        weight=torch.randn(3 * 32**2, channels, 3, 3, generator=generator),
        bias=torch.randn(3 * 32**2, generator=generator),
    )


def test_an_untrained_residual_path_changes_nothing() -> None:
    torch.manual_seed(0)
    model, alone = small_decoder(), small_decoder(widths=None)
    for decoder in (model, alone):
        decoder.set_linear(linear(3))
    latents = torch.randn(2, 3, 2, 3)
    with torch.inference_mode():
        assert torch.equal(model.decode(latents).sample, alone.decode(latents).sample)


def test_a_block_is_made_of_its_latent_and_the_eight_around_it() -> None:
    model = small_decoder(widths=None)
    parts = linear(3)
    model.set_linear(parts)
    latents = torch.randn(1, 3, 3, 3)
    with torch.inference_mode():
        image = model.decode(latents).sample
    normal = (latents - parts.mean.reshape(-1, 1, 1)) / parts.deviation.reshape(-1, 1, 1)
    block = torch.einsum("oiyx,iyx->o", parts.weight, normal[0]) + parts.bias
    middle = image[0, :, 32:64, 32:64]
    torch.testing.assert_close(middle, block.reshape(3, 32, 32), rtol=1e-4, atol=1e-3)


def test_it_is_read_back_with_the_encoder_that_it_is_paired_with(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = small_decoder(latent_space=SPACE)
    model.set_linear(linear(3))
    torch.nn.Module.half(model).save_pretrained(tmp_path / "decoder", variant="fp16")
    encoder().save_pretrained(tmp_path / "encoder")
    paired = load(f"{tmp_path}/encoder+{tmp_path}/decoder", Runtime("cpu", "fp32", 2))
    frames = np.random.default_rng(0).integers(0, 256, (2, 64, 96, 3), np.uint8)
    latents = paired.encode(frames)
    with torch.inference_mode():
        images = torch.nn.Module.float(model).decode(torch.from_numpy(latents).float()).sample
    expected = ((images.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1)
    assert np.abs(paired.decode(latents, (64, 96)).astype(int) - expected.numpy()).max() <= 1


def test_the_package_has_one_in_dc_aes_space_of_at_most_16_mb() -> None:
    (name,) = own_decoders()
    folder = own_folder(name)
    assert LatentDecoder.load_config(folder)["latent_space"] == SPACE
    assert sum(path.stat().st_size for path in folder.glob("*.safetensors")) <= 16e6
