"""Two decoders for one stored latent: what they start as, what they need, how they are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import Tensor

from analysis.autoencoders.doom import DoomAutoencoder
from analysis.autoencoders.dual_decoder import (
    DualDecoder,
    Representative,
    new_dual_decoder,
    representative_frame,
    save_dual_decoder,
)
from analysis.autoencoders.load import (
    load,
    load_dual_decoder,
    load_spatial_model,
    own_dual_decoders,
)
from analysis.autoencoders.runtime import Runtime
from tests.autoencoders.models import small
from tests.shared import REPOSITORY

CPU = Runtime("cpu", "fp32", 16)
WEIGHTS = "diffusion_pytorch_model.fp16.safetensors"
FRAMES = np.random.default_rng(0).integers(0, 256, (8, 40, 90, 3), dtype=np.uint8)


def spatial_model() -> DoomAutoencoder:
    """s = 32, c = 3, with random weights that float16 keeps."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model: DoomAutoencoder = DoomAutoencoder(3, (8, 8, 8), (8, 8, 8), (1, 1, 1), (8, 1))
        return torch.nn.Module.float(torch.nn.Module.half(model)).eval()


def dual(
    temporal: int = 4,
    channels: int | None = None,
    representative: Representative = "middle",
    *,
    trained: bool = False,
) -> DualDecoder:
    """On that spatial model; `trained` has random weights in all parts of its own."""
    model = new_dual_decoder(spatial_model(), temporal, channels, representative).eval()
    if trained:
        generator = torch.Generator().manual_seed(1)
        with torch.no_grad():
            for part in (model.compressor, model.decompressor, model.single_frame):
                for weight in part.parameters():
                    weight.copy_(0.1 * torch.randn(weight.shape, generator=generator).half())
    return model


def images(count: int) -> Tensor:
    return torch.rand(count, 3, 64, 96, generator=torch.Generator().manual_seed(2)) * 2 - 1


@pytest.mark.parametrize("temporal", [2, 4, 8])
@pytest.mark.parametrize("representative", get_args(Representative))
@pytest.mark.parametrize("channels", [3, 5])
def test_an_untrained_one_stores_the_representative_and_holds_it(
    temporal: int, representative: Representative, channels: int
) -> None:
    model, clip = dual(temporal, channels, representative), images(2 * temporal)
    shown = clip[representative_frame(temporal, representative) :: temporal]
    with torch.inference_mode():
        latents = model.encode_images(shown)
        stored = model.encode_clip(clip)
        assert stored.shape == (2, channels, 2, 3)
        torch.testing.assert_close(stored[:, :3], latents)
        assert not stored[:, 3:].any()
        decoded = model.decode_images(latents)
        torch.testing.assert_close(model.decode_frame(stored), decoded)
        torch.testing.assert_close(
            model.decode_clip(stored), decoded.repeat_interleave(temporal, 0)
        )


@pytest.mark.parametrize(("temporal", "middle"), [(2, 1), (3, 1), (4, 2), (8, 4)])
def test_the_middle_of_an_even_window_is_the_later_one(temporal: int, middle: int) -> None:
    assert representative_frame(temporal, "first") == 0
    assert representative_frame(temporal, "middle") == middle
    assert representative_frame(temporal, "last") == temporal - 1


@settings(deadline=None, max_examples=10)
@given(frames=st.integers(1, 9))
def test_a_window_that_is_not_full_repeats_the_last_frame(frames: int) -> None:
    model, clip = dual(4, trained=True), images(frames)
    filled = torch.cat([clip, clip[-1:].expand(-frames % 4, -1, -1, -1)])
    with torch.inference_mode():
        torch.testing.assert_close(model.encode_clip(clip), model.encode_clip(filled))
        assert len(model.decode_clip(model.encode_clip(clip), frames)) == frames


def test_a_shown_frame_needs_one_latent_and_nothing_else() -> None:
    model = dual(4, trained=True)
    with torch.inference_mode():
        stored = model.encode_clip(images(12))
        together = model.decode_frame(stored)
        others = torch.randn(stored.shape, generator=torch.Generator().manual_seed(3))
        for number, one in enumerate(stored):
            alone = model.decode_frame(one[None])[0]
            among = others.clone()
            among[number] = one
            torch.testing.assert_close(alone, together[number])
            torch.testing.assert_close(model.decode_frame(among)[number], alone)


def test_a_trained_ones_decoders_differ() -> None:
    model = dual(4, trained=True)
    with torch.inference_mode():
        stored = model.encode_clip(images(4))
        window = model.decode_clip(stored)
        assert not torch.allclose(window[0], window[1])
        assert not torch.allclose(window[model.representative_frame], model.decode_frame(stored)[0])


def test_clips_go_in_and_out_as_with_diffusers_video_autoencoders() -> None:
    model = dual(2, trained=True)
    clips = torch.stack([images(5), images(5).flip(0)]).transpose(1, 2)
    with torch.inference_mode():
        stored = model.encode(clips).latent
        assert stored.shape == (2, 3, 3, 2, 3)
        first = model.encode_clip(clips[0].transpose(0, 1))
        torch.testing.assert_close(stored[0].transpose(0, 1), first)
        decoded = model.decode(stored).sample
        assert decoded.shape == (2, 3, 6, 64, 96)
        torch.testing.assert_close(decoded[0].transpose(0, 1), model.decode_clip(first))
        torch.testing.assert_close(model(clips).sample, decoded)


@pytest.mark.parametrize(
    ("temporal", "channels", "representative", "said"),
    [
        (1, 3, "middle", "folds nothing"),
        (4, 2, "middle", "2 stored channels are fewer than the 3 of DoomAutoencoder"),
        (4, 3, "best", "'best' is none of first, middle, last"),
    ],
)
def test_what_does_not_go_together_is_refused(
    temporal: int, channels: int, representative: Representative, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        dual(temporal, channels, representative)


def test_an_autoencoder_that_folds_frames_itself_is_no_spatial_model() -> None:
    with pytest.raises(ValueError, match="AutoencoderKLWan folds frames itself"):
        new_dual_decoder(small("wan"), 4)


@pytest.mark.parametrize("name", ["dc", "kl"])
def test_any_image_autoencoder_of_diffusers_is_a_spatial_model(name: str, tmp_path: Path) -> None:
    spatial = torch.nn.Module.float(torch.nn.Module.half(small(name)))
    spatial.save_pretrained(tmp_path / "spatial")
    model = new_dual_decoder(spatial, 2, 6).eval()
    folder = save_dual_decoder(model, tmp_path / "dual", str(tmp_path / "spatial"), spatial)
    loaded = load_dual_decoder(str(folder), CPU)
    assert loaded.latent.spatial == 8
    latents = loaded.encode(FRAMES)
    assert latents.shape == (4, 6, 5, 12)
    still = load(str(tmp_path / "spatial"), CPU)
    held = still.decode(still.encode(FRAMES[1::2]), (40, 90))
    shown = loaded.decode_frame(latents, (40, 90))
    assert np.abs(shown.astype(int) - held).max() <= 1


# Files


@pytest.fixture
def spatial_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "spatial"
    spatial_model().save_pretrained(folder)
    return folder


@pytest.fixture
def dual_folder(tmp_path: Path, spatial_folder: Path) -> Path:
    return save_dual_decoder(
        dual(4, 5, trained=True), tmp_path / "dual", str(spatial_folder), spatial_model()
    )


def configure(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_what_is_the_spatial_models_is_not_written_twice(dual_folder: Path) -> None:
    names = load_file(dual_folder / WEIGHTS)
    assert {name.partition(".")[0] for name in names} == {
        "compressor",
        "decompressor",
        "single_frame",
    }
    loaded = load_dual_decoder(str(dual_folder), CPU).module
    for name, weight in dual(4, 5, trained=True).state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight), name


def test_a_spatial_decoder_that_learnt_is_written(tmp_path: Path, spatial_folder: Path) -> None:
    model = dual(4)
    with torch.no_grad():
        model.spatial_model.linear_decoder.weight.mul_(2)
    folder = save_dual_decoder(model, tmp_path / "dual", str(spatial_folder), spatial_model())
    spatial = [name for name in load_file(folder / WEIGHTS) if name.startswith("spatial_model.")]
    assert spatial == ["spatial_model.linear_decoder.weight"]
    loaded = load_dual_decoder(str(folder), CPU)
    name = "linear_decoder.weight"
    learnt = model.spatial_model.state_dict()[name]
    assert torch.equal(loaded.module.spatial_model.state_dict()[name], learnt)
    before = load_spatial_model(loaded).module.state_dict()[name]
    assert torch.equal(before, spatial_model().state_dict()[name])


def test_a_folder_that_save_pretrained_wrote_stands_alone(tmp_path: Path) -> None:
    model = dual(2, trained=True)
    model.save_pretrained(tmp_path)
    loaded = load_dual_decoder(str(tmp_path), CPU)
    assert all(
        torch.equal(loaded.module.state_dict()[name], weight)
        for name, weight in model.state_dict().items()
    )
    assert load_spatial_model(loaded).latent.temporal == 1


def test_frames_of_any_size_come_back_at_that_size(dual_folder: Path) -> None:
    model = load_dual_decoder(str(dual_folder), CPU)
    latents = model.encode(FRAMES)
    assert latents.shape == model.latent_shape(8, 40, 90) == (2, 5, 2, 3)
    assert model.decode(latents, (40, 90)).shape == FRAMES.shape
    assert model.decode(latents, (40, 90), 5).shape == (5, 40, 90, 3)
    assert model.decode_frame(latents, (40, 90)).shape == (2, 40, 90, 3)
    np.testing.assert_array_equal(
        model.decode(latents, (40, 90), 5), model.decode(latents, (40, 90))[:5]
    )


def test_latents_that_are_stored_already_fold_without_their_frames(
    dual_folder: Path, spatial_folder: Path
) -> None:
    model, spatial = load_dual_decoder(str(dual_folder), CPU), load(str(spatial_folder), CPU)
    folded = model.fold(spatial.encode(FRAMES))
    np.testing.assert_allclose(folded, model.encode(FRAMES), rtol=0.01, atol=0.01)


def test_a_clip_that_is_encoded_at_a_time_fills_its_windows(dual_folder: Path) -> None:
    model = load(str(dual_folder), CPU)
    assert model.frames_per_call % 4 == 0
    assert (model.latent.temporal, model.latent.channels, model.latent.causal) == (4, 5, False)


# The project's own


def test_the_package_has_three_temporal_factors() -> None:
    assert own_dual_decoders() == tuple(
        f"project/doom-dual-f32t{temporal}c32" for temporal in (2, 4, 8)
    )


def test_together_they_take_at_most_16_mb() -> None:
    weights = REPOSITORY / "analysis" / "autoencoders" / "weights"
    files = list(weights.glob("doom-dual-*/*.safetensors"))
    assert files
    assert sum(path.stat().st_size for path in files) <= 16e6
