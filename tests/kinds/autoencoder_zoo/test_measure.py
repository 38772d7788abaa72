"""Every shape of the catalogue is that of its architecture, and a wrong one is found out."""

from __future__ import annotations

import pytest

from analysis import storage
from analysis.catalog import Autoencoder, autoencoder, autoencoders
from analysis.errors import InputError
from analysis.kinds.autoencoder_zoo.measure import check, describe, refuse_difference
from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.ledger import store
from tests.shared import REPOSITORY

SMALL = (64, 96)
WITH_A_CLASS = [entry for entry in autoencoders() if entry.model_class]
FIELDS = ["spatial", "temporal", "channels", "causal"]


def changed(id: str, **fields: object) -> Autoencoder:
    return autoencoder(id).model_copy(update=fields)


@pytest.mark.parametrize("entry", WITH_A_CLASS, ids=lambda entry: entry.id)
def test_an_entry_is_what_its_architecture_does_and_nothing_else(entry: Autoencoder) -> None:
    found = describe(entry, SMALL)
    refuse_difference(entry, found)
    assert found.latent == entry.latent()
    assert found.latent_frames == storage.latent_frames(found.latent, found.frames)
    grid = storage.latent_grid(found.latent, found.input_height, found.input_width)
    assert (found.rows, found.columns) == grid
    assert found.input_height >= SMALL[0]
    assert found.encoder_parameters + found.decoder_parameters == found.parameters
    assert found.encode_gflop_per_frame > 0
    assert found.decode_gflop_per_frame > 0
    for field in FIELDS:
        said = getattr(entry, field)
        wrong = not said if field == "causal" else 2 * said
        with pytest.raises(InputError, match=rf"{entry.id} .* says {field} = {wrong}, but"):
            refuse_difference(changed(entry.id, **{field: wrong}), found)


def test_a_wrong_entry_fails_the_measurement() -> None:
    with pytest.raises(InputError, match=r"taesd in autoencoders\.toml says channels = 8, but"):
        check(changed("taesd", channels=8), SMALL)


def test_a_configuration_with_other_channels_is_found_out() -> None:
    entry = autoencoder("taesd")
    wrong = changed("taesd", config={**entry.config, "latent_channels": 16})
    with pytest.raises(InputError, match=r"taesd .* channels = 4, but its AutoencoderTiny has 16"):
        check(wrong, SMALL)


@pytest.mark.parametrize(
    "config",
    [
        {"latent_chanels": 4},
        {"num_encoder_blocks": (1, 2)},
        {"encoder_block_out_channels": (64, 32, 64, 64)},
    ],
)
def test_a_configuration_that_does_not_fit_its_class_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(
        InputError, match=r"taesd in autoencoders\.toml: .*AutoencoderTiny takes no"
    ):
        check(changed("taesd", config=config), SMALL)


def test_the_cost_of_a_convolution_grows_with_the_pixels() -> None:
    one, four = (check(autoencoder("taesd"), size) for size in ((32, 64), (64, 128)))
    assert four.encode_gflop_per_frame == pytest.approx(4 * one.encode_gflop_per_frame)


def test_a_frame_of_dc_ae_lite_costs_what_others_counted() -> None:
    found = check(autoencoder("dc-ae-lite-f32c32"), (480, 640))
    assert (found.channels, found.rows, found.columns) == (32, 15, 20)
    assert found.encode_gflop_per_frame == pytest.approx(1517, abs=0.5)
    sana = check(autoencoder("dc-ae-f32c32-sana"), (480, 640))
    assert found.encoder_parameters == sana.encoder_parameters
    assert found.encode_gflop_per_frame == sana.encode_gflop_per_frame
    assert found.decode_gflop_per_frame < sana.decode_gflop_per_frame


def test_frames_that_do_not_divide_are_counted_with_their_padding() -> None:
    found = check(autoencoder("dc-ae-f64c128"), (480, 640))
    assert (found.input_height, found.input_width) == (512, 640)
    assert (found.rows, found.columns) == (8, 10)


def test_the_committed_run_has_every_entry_as_the_catalogue_has_it() -> None:
    found = store.newest([REPOSITORY / "measurements"], AutoencoderZoo)
    assert found is not None
    results = found[1].results
    for entry in results.checked:
        refuse_difference(autoencoder(entry.id), entry)
    listed = {entry.id for entry in results.listed}
    assert listed == {entry.id for entry in autoencoders() if entry.model_class is None}
    ids = [entry.id for entry in results.checked] + sorted(listed)
    assert sorted(ids) == sorted(entry.id for entry in autoencoders())
