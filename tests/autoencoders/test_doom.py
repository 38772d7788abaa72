from pathlib import Path

import numpy as np
import torch

from analysis.autoencoders.doom import DoomAutoencoder
from analysis.autoencoders.load import load, load_with_decoder, own_decoders, own_dual_decoders
from analysis.autoencoders.own import OWN, own_autoencoders
from analysis.autoencoders.runtime import choose_runtime
from tests.shared import REPOSITORY

PAIR, LINEAR = "project/doom-f32c32", "project/linear-f32c32"
RUNTIME = choose_runtime("cpu", "fp32", 2)


def test_untrained_residual_paths_change_nothing() -> None:
    torch.manual_seed(0)
    model = DoomAutoencoder()
    images = torch.rand(1, 3, 64, 96) * 2 - 1
    with torch.inference_mode():
        latents = model.encode(images).latent
        assert torch.equal(latents, model.linear_encoder(images))
        assert torch.equal(model.decode(latents).sample, model.linear_decoder(latents))


def test_saved_weights_are_read_back_as_they_were(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = DoomAutoencoder().half()
    model.save_pretrained(tmp_path, variant="fp16")
    frames = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    autoencoder = load(str(tmp_path), RUNTIME)
    images = torch.from_numpy(frames[:1]).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode():
        latents = model.float().encode(images).latent.half().numpy()
    assert np.array_equal(autoencoder.encode(frames)[:1], latents)


def test_the_package_has_its_own_weights() -> None:
    assert set(own_autoencoders()) == {
        *(OWN, PAIR, LINEAR),
        *own_decoders(),
        *own_dual_decoders(),
    }


def test_they_take_at_most_16_mb() -> None:
    weights = REPOSITORY / "analysis" / "autoencoders" / "weights"
    folders = [weights / name.removeprefix("project/") for name in (PAIR, LINEAR)]
    files = [path for folder in folders for path in folder.glob("*.safetensors")]
    assert sum(path.stat().st_size for path in files) <= 16e6


def test_a_frame_of_480_by_640_is_32_by_15_by_20() -> None:
    frame = np.zeros((1, 480, 640, 3), np.uint8)
    autoencoder = load_with_decoder(OWN, RUNTIME)
    latents = autoencoder.encode(frame)
    assert latents.shape == (1, 32, 15, 20)
    assert autoencoder.decode(latents, (480, 640)).shape == frame.shape


def test_training_gave_more_than_the_linear_autoencoder(recording_shards: Path) -> None:
    from analysis.datasets.opening import open_dataset
    from analysis.datasets.recordings import recordings_of
    from analysis.video.decode import decode_frames

    (episode,) = recordings_of(open_dataset(recording_shards)).episodes
    with episode.open() as members:
        frames = next(decode_frames(members["video_p1.mp4"], 40))[::10]
    errors = []
    for name in (LINEAR, PAIR):
        autoencoder = load(name, RUNTIME)
        decoded = autoencoder.decode(autoencoder.encode(frames), (480, 640))
        errors.append(np.square(decoded.astype(float) - frames).mean())
    assert 10 * np.log10(errors[0] / errors[1]) > 2
