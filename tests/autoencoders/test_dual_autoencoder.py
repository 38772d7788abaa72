"""The interface to dual decoders: what is computed of frames and stored latents as arrays."""

from __future__ import annotations

import itertools
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import storage
from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.dual_decoder import DualDecoder, Representative
from analysis.autoencoders.runtime import Runtime
from tests.autoencoders.duals import CPU, dual, frames, small_dual, still, stored_latents

SIZE = (64, 96)


def assert_close(one: NDArray[np.float16], other: NDArray[np.float16]) -> None:
    """But for rounding to float16, before or after folding."""
    np.testing.assert_allclose(one, other, rtol=0, atol=2**-9 * np.abs(other).max())


@given(
    count=st.integers(2, 4),
    data=st.data(),
    representative=st.sampled_from(get_args(Representative)),
    channels=st.sampled_from([32, 48]),
)
@settings(max_examples=20)
def test_a_frame_is_shown_from_its_own_latent_alone(
    count: int, data: st.DataObject, representative: Representative, channels: int
) -> None:
    number = data.draw(st.integers(0, count - 1))
    autoencoder = dual(small_dual(4, channels, representative))
    stored = stored_latents(count, channels)
    others = -3 * stored
    others[number] = stored[number]
    shown = autoencoder.decode_frame(stored, SIZE)
    among_others = autoencoder.decode_frame(others, SIZE)
    np.testing.assert_array_equal(shown[number], among_others[number])
    np.testing.assert_array_equal(shown[[number]], autoencoder.decode_frame(stored[[number]], SIZE))
    assert all((shown[n] != among_others[n]).any() for n in range(count) if n != number)


def test_the_stored_channels_beyond_the_spatial_models_matter() -> None:
    autoencoder = dual(small_dual(4, 48))
    stored = stored_latents(1, 48)
    changed = stored.copy()
    changed[:, 40] += 1
    for decode in (autoencoder.decode, autoencoder.decode_frame):
        assert (decode(stored, SIZE) != decode(changed, SIZE)).any()


def test_windows_are_decoded_each_by_itself_and_their_frames_differ() -> None:
    autoencoder, stored = dual(small_dual()), stored_latents(3)
    clip = autoencoder.decode(stored, SIZE)
    assert clip.shape == (12, *SIZE, 3)
    np.testing.assert_array_equal(clip[4:8], autoencoder.decode(stored[1:2], SIZE))
    assert all((one != other).any() for one, other in itertools.pairwise(clip))


def test_decoding_goes_on_to_the_number_of_frames_wanted() -> None:
    autoencoder, stored = dual(small_dual()), stored_latents(3)
    whole = autoencoder.decode(stored, SIZE)
    for count in range(13):
        wanted = autoencoder.decode(stored, SIZE, count)
        assert len(wanted) == count
        # Fewer frames of a window are another batch to the kernels: the last bits may differ.
        assert (np.abs(wanted.astype(int) - whole[:count]) <= 1).all()


@given(height=st.integers(1, 70), width=st.integers(1, 100), count=st.integers(1, 9))
@settings(max_examples=20)
def test_frames_of_any_size_and_number_come_back(height: int, width: int, count: int) -> None:
    autoencoder = dual(small_dual())
    stored = autoencoder.encode(frames(count, width, height))
    assert stored.shape == autoencoder.latent_shape(count, height, width)
    assert autoencoder.decode(stored, (height, width), count).shape == (count, height, width, 3)
    shown = autoencoder.decode_frame(stored, (height, width))
    assert shown.shape == (len(stored), height, width, 3)
    rows, columns = stored.shape[2:]
    whole = autoencoder.decode_frame(stored, (32 * rows, 32 * columns))
    np.testing.assert_array_equal(shown, whole[:, :height, :width])


@pytest.mark.parametrize("channels", [32, 48])
@pytest.mark.parametrize("temporal", [2, 4, 8])
def test_latents_of_single_frames_fold_to_what_frames_are_encoded_to(
    temporal: int, channels: int
) -> None:
    model = small_dual(temporal, channels)
    folded = dual(model).fold(still(model.spatial_model).encode(frames(16)))
    assert folded.dtype == np.float16
    assert folded.shape == (16 // temporal, channels, 2, 3)
    assert_close(folded, dual(model).encode(frames(16)))


@pytest.mark.parametrize("batch_size", [1, 4, 8, 64])
def test_a_batch_holds_as_many_windows_as_it_has_room_for(
    batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In bf16, which is not to be the same bits for any batch: each of t = 4 frames."""
    stored, together = stored_latents(5), list[int]()
    model = small_dual()
    alone = dual(model).decode(stored, SIZE, 18).astype(int)
    decode = DualDecoder.decode_clip

    def watched(self: DualDecoder, stored: torch.Tensor, frames: int | None = None) -> torch.Tensor:
        together.append(len(stored))
        clip: torch.Tensor = decode(self, stored, frames)
        return clip

    monkeypatch.setattr(DualDecoder, "decode_clip", watched)
    runtime = Runtime("cpu", "bf16", batch_size)
    decoded = DualAutoencoder("dual", DiffusersModel(model), runtime).decode(stored, SIZE, 18)
    step = max(1, batch_size // 4)
    assert together == [min(step, 5 - start) for start in range(0, 5, step)]
    # A wrong window differs by far more than what rounding changes.
    assert np.abs(decoded - alone).mean() < np.abs(alone[4:] - alone[:-4]).mean() / 4


@given(clip_frames=st.integers(1, 60), temporal=st.sampled_from([2, 4, 8]))
@settings(max_examples=20)
def test_frames_are_taken_in_whole_windows(clip_frames: int, temporal: int) -> None:
    model = DiffusersModel(small_dual(temporal))
    per_call = Autoencoder("dual", model, CPU, clip_frames).frames_per_call
    assert per_call % temporal == 0
    assert 0 <= per_call - clip_frames < temporal


def test_a_video_in_parts_is_stored_as_the_whole_is() -> None:
    autoencoder = dual(small_dual())
    step = autoencoder.frames_per_call
    assert step == 20
    video = frames(step + 6)
    stored = np.concatenate([autoencoder.encode(part) for part in (video[:step], video[step:])])
    assert stored.shape == autoencoder.latent_shape(len(video), *SIZE)
    assert len(stored) == storage.latent_frames(autoencoder.latent, len(video))
    assert_close(stored, autoencoder.encode(video))


def test_the_weights_are_in_float32_and_do_not_learn() -> None:
    weights = list(dual(small_dual()).module.parameters())
    assert {weight.dtype for weight in weights} == {torch.float32}
    assert not any(weight.requires_grad for weight in weights)
