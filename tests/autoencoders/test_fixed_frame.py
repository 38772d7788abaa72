"""One frame that is the same everywhere tells weights apart."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
import torch

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.autoencoders.fixed_frame import fixed_frame, fixed_frame_latents_of, identity
from analysis.autoencoders.load import load
from analysis.autoencoders.published import WEIGHTS_VARIABLE
from analysis.autoencoders.runtime import Runtime
from analysis.catalog import autoencoder
from analysis.catalog.fixed_frame import FixedFrameLatents, fixed_frame_latents
from analysis.errors import InputError
from tests.autoencoders.latents import encoder
from tests.autoencoders.models import small

CPU = Runtime("cpu", "fp32", 1)


def made_by(module: torch.nn.Module) -> FixedFrameLatents:
    return fixed_frame_latents_of(Autoencoder("tiny", DiffusersModel(module), CPU))


def test_the_frame_is_the_same_everywhere() -> None:
    digest = "22e3f0fd7fdaf673f897bcac5fa91cee02ae7eb25e610c4aacd710dc9061deda"
    assert hashlib.sha256(fixed_frame().tobytes()).hexdigest() == digest


def test_the_same_weights_are_known_again_to_the_last_bit() -> None:
    seen = identity(made_by(encoder()), made_by(encoder()))
    assert seen.digest
    assert seen.same
    assert seen.off == 0


def test_rounding_is_told_from_other_weights() -> None:
    known = made_by(encoder())
    rounded = identity(known, made_by(torch.nn.Module.half(encoder())))
    assert not rounded.digest
    assert rounded.same
    changed = encoder()
    with torch.no_grad():
        next(changed.parameters()).mul_(1.1)
    assert not identity(known, made_by(changed)).same


def test_another_number_of_channels_is_refused() -> None:
    with pytest.raises(InputError, match=r"4 channels .* and tiny 3"):
        identity(made_by(encoder(3)), made_by(encoder(4)))


def test_an_autoencoder_of_clips_is_refused() -> None:
    with pytest.raises(InputError, match="folds 4 frames into a latent; the fixed frame is one"):
        made_by(small("wan"))


def test_what_is_known_fits_the_catalogue() -> None:
    for known in fixed_frame_latents():
        channels = autoencoder(known.id).channels
        assert (len(known.mean), len(known.deviation)) == (channels, channels)


@pytest.mark.parametrize("known", fixed_frame_latents(), ids=lambda known: known.id)
def test_published_weights_make_what_is_known(known: FixedFrameLatents) -> None:
    folder = Path(os.environ.get(WEIGHTS_VARIABLE) or "absent")
    files = autoencoder(known.id).files
    if not all((folder / file.name).exists() for file in files):
        pytest.skip(f"{WEIGHTS_VARIABLE} names no folder with the weights of {known.id}")
    assert identity(known, fixed_frame_latents_of(load(known.id, CPU))).same
