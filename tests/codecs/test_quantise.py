"""Quantisers: how far off what comes back is, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.container import compress, decompress
from analysis.codecs.float_format import FloatFormat
from analysis.codecs.latent_codec import LatentCodec
from analysis.codecs.quantise import (
    LARGEST,
    Affine,
    Decorrelated,
    Deviations,
    Picture,
    Quantiser,
    Scale,
    Steps,
    finite,
    to_float16,
)
from analysis.errors import InputError
from tests.codecs.examples import (
    CODECS,
    constant_channels,
    finite_arrays,
    latent_like,
    names,
    squared_errors,
)

WEIGHTED = [codec for codec in CODECS.values() if codec.weighted]
EVERY_WEIGHTED = pytest.mark.parametrize("codec", WEIGHTED, ids=names(WEIGHTED))
STEPS: list[Quantiser] = [
    *(Affine(bits) for bits in (8, 6, 5, 4)),
    Deviations(8),
    Picture(45),
]
EVERY_STEPS = pytest.mark.parametrize("quantiser", STEPS, ids=str)
QUANTISERS = [
    *STEPS,
    Decorrelated(8),
    *(FloatFormat(format) for format in ("bf16", "e4m3", "e5m2")),
]
EVERY_QUANTISER = pytest.mark.parametrize("quantiser", QUANTISERS, ids=str)

three_channels = st.tuples(st.integers(1, 5), st.just(3), st.integers(1, 3), st.integers(1, 3))
finite_latents = st.one_of(
    finite_arrays(three_channels),
    finite_arrays(three_channels, below=4),
    arrays(
        np.float16,
        three_channels,
        elements=st.sampled_from([-LARGEST, -1.0, -(2.0**-24), -0.0, 0.0, 1.0, LARGEST]),
    ),
)


def sensitivity() -> Sensitivity:
    return np.array([0.04, 0.01, 0.0])


def rounding(latents: Latents) -> NDArray[np.float64]:
    """What float16 rounds at most, near these values: half the distance to the next one."""
    return np.maximum(np.abs(latents.astype(np.float64)) * 2.0**-11, 2.0**-25)


def fitted(quantiser: Quantiser, latents: Latents) -> Scale | None:
    """The quantiser with its parameters, or None where it would need too many levels."""
    try:
        return quantiser.scale(quantiser.fit(latents, sensitivity()))
    except InputError as refusal:
        if "too many to code" not in str(refusal):
            raise
        return None


@EVERY_STEPS
@settings(max_examples=60)
@given(latents=finite_latents)
def test_no_value_is_further_off_than_half_a_step(quantiser: Quantiser, latents: Latents) -> None:
    scale = fitted(quantiser, latents)
    if scale is None:
        return
    assert isinstance(scale, Steps)
    read = scale.values(scale.symbols(latents))
    step = scale.step.reshape(-1, 1, 1).astype(np.float64)
    errors = np.abs(read.astype(np.float64) - latents)
    # A hundredth of a step for float32, which counts up to 65,536 steps.
    assert (errors <= 0.51 * step + rounding(latents) + step * 2.0**-11).all()


@EVERY_QUANTISER
@settings(max_examples=60)
@given(latents=finite_latents)
def test_finite_latents_stay_finite(quantiser: Quantiser, latents: Latents) -> None:
    scale = fitted(quantiser, latents)
    if scale is None:
        return
    read = scale.values(scale.symbols(latents))
    assert (read.shape, read.dtype) == (latents.shape, latents.dtype)
    assert np.isfinite(read).all()


@EVERY_QUANTISER
def test_symbols_of_any_type_stand_for_the_same_latents(quantiser: Quantiser) -> None:
    latents = latent_like(20, channels=3)
    scale = quantiser.scale(quantiser.fit(latents, sensitivity()))
    symbols = scale.symbols(latents)
    read = scale.values(symbols)
    for dtype in (np.int16, np.int64):
        np.testing.assert_array_equal(scale.values(symbols.astype(dtype)), read)
    first = scale.values(symbols[:1])
    np.testing.assert_array_equal(first, read[:1])


@EVERY_QUANTISER
def test_what_was_quantised_once_stays(quantiser: Quantiser) -> None:
    latents = latent_like(40, channels=3)
    scale = quantiser.scale(quantiser.fit(latents, sensitivity()))
    symbols = scale.symbols(latents)
    np.testing.assert_array_equal(scale.symbols(scale.values(symbols)), symbols)


def test_many_levels_are_the_same_as_looked_up() -> None:
    scale = Steps(np.array([0.25, 0.5], np.float32), np.array([1, -2], np.float32))
    symbols = np.arange(-40_000, 40_000).reshape(-1, 2, 2, 2)
    many = scale.values(symbols)
    for start in range(0, len(symbols), 1000):
        part = symbols[start : start + 1000]
        np.testing.assert_array_equal(scale.values(part), many[start : start + 1000])


@pytest.mark.parametrize("bits", [8, 6, 5, 4])
def test_both_ends_of_a_channel_come_back(bits: int) -> None:
    latents = latent_like(50)
    scale = Affine(bits).scale(Affine(bits).fit(latents, None))
    symbols = scale.symbols(latents)
    assert (symbols.min(), symbols.max()) == (0, (1 << bits) - 1)
    read = scale.values(symbols)
    for end in (np.min, np.max):
        np.testing.assert_array_equal(end(read, (0, 2, 3)), end(latents, (0, 2, 3)))


@pytest.mark.parametrize("parts", [2, 8, 100])
def test_steps_are_a_part_of_the_deviation(parts: int) -> None:
    latents = latent_like(200) * np.array([1, 4, 0.25, 2], np.float16).reshape(-1, 1, 1)
    step = np.frombuffer(Deviations(parts).fit(latents, None), "<f4")
    np.testing.assert_allclose(step * parts, latents.std((0, 2, 3), dtype=np.float64), rtol=1e-6)


@pytest.mark.parametrize(
    "quantiser", [Affine(8), Affine(4), Deviations(8), Picture(45), Decorrelated(8)], ids=str
)
def test_channels_of_one_value_come_back(quantiser: Quantiser) -> None:
    latents = constant_channels(3, 1, -0.3, 0.0001)
    one_value = quantiser.scale(quantiser.fit(latents, sensitivity()))
    np.testing.assert_array_equal(one_value.values(one_value.symbols(latents)), latents)
    latents[:, 1] = latent_like(3, 1, 3, 4)[:, 0]
    one_moves = quantiser.scale(quantiser.fit(latents, sensitivity()))
    read = one_moves.values(one_moves.symbols(latents))
    np.testing.assert_allclose(read[:, [0, 2]], latents[:, [0, 2]], atol=1e-3)


def test_an_outlier_that_leaves_too_many_steps_is_refused() -> None:
    latents = latent_like(400, channels=3) * np.float16(0.01)
    latents[7, 2] = LARGEST
    latents[8, 2] = -LARGEST
    with pytest.raises(InputError, match="steps of this codec from each other, too many to code"):
        Picture(45).fit(latents, sensitivity() + 1)
    rare = np.zeros((2000, 3, 2, 2), np.float16)
    rare[:, 1:] = latent_like(2000, 2, 2, 2) * np.float16(0.001)
    rare[0, 0, 0, 0] = LARGEST
    with pytest.raises(InputError, match="too many to code"):
        Decorrelated(8).fit(rare, None)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    latents = latent_like(3)
    assert finite(latents) is latents
    latents[1, 2, 3, 4] = value
    with pytest.raises(InputError, match="infinite or no numbers, and a lossy codec cannot"):
        finite(latents)


def test_what_lies_beyond_float16_becomes_its_largest() -> None:
    values = np.array([-1e9, -65_530, 65_504, 65_519, 65_530, 1e9, 0.1], np.float32)
    largest = [-65_504.0, -65_504.0, 65_504.0, 65_504.0, 65_504.0, 65_504.0]
    assert to_float16(values).tolist() == [*largest, float(np.float16(0.1))]


@pytest.mark.parametrize(
    ("format", "relative"),
    [("bf16", 2**-8), ("e4m3", 2**-4), ("e5m2", 2**-3)],
)
def test_a_shorter_format_keeps_its_significant_bits(format: str, relative: float) -> None:
    latents = latent_like(50)
    latents = np.where(np.abs(latents) < 2**-6, np.float16(1), latents)
    scale = FloatFormat(format).scale(b"")
    read = scale.values(scale.symbols(latents))
    assert (np.abs(read / latents.astype(np.float64) - 1) <= relative).all()


@pytest.mark.parametrize("format", ["bf16", "e4m3", "e5m2"])
def test_symbols_of_a_shorter_format_are_in_the_order_of_values(format: str) -> None:
    values = np.sort(latent_like(50).ravel()).reshape(1, 1, 1, -1)
    symbols = FloatFormat(format).scale(b"").symbols(values).ravel()
    assert (np.diff(symbols) >= 0).all()
    ends = np.array([-LARGEST, LARGEST], np.float16).reshape(1, 1, 1, 2)
    lowest, highest = FloatFormat(format).scale(b"").symbols(ends).ravel().tolist()
    assert lowest <= symbols[0] <= symbols[-1] <= highest


def test_transformed_channels_are_as_near_as_the_step_says() -> None:
    random = np.random.default_rng(1)
    mixed = np.einsum("ij,njhw->nihw", random.standard_normal((4, 4)), latent_like(100)) + 3
    latents = mixed.astype(np.float16)
    parameters = Decorrelated(8).fit(latents, None)
    scale = Decorrelated(8).scale(parameters)
    symbols = scale.symbols(latents)
    step = float(np.frombuffer(parameters, "<f4")[0])
    errors = np.abs(scale.values(symbols).astype(np.float64) - latents)
    assert (errors <= 0.51 * step * np.sqrt(4) + rounding(latents) + step * 2.0**-11).all()
    # That is what the transform is for: components do not follow each other.
    components = np.corrcoef(np.moveaxis(symbols, 1, 0).reshape(4, -1))
    np.testing.assert_allclose(components, np.eye(4), atol=0.02)
    product = np.prod(symbols.std((0, 2, 3)))
    assert product ** (1 / 4) == pytest.approx(8, rel=0.02)


@dataclass(frozen=True)
class LinearDecoder:
    """A decoder that adds up what each channel's places do to a picture between 0 and 1.

    Args:
        matrices: (c, pixels, places).
    """

    matrices: NDArray[np.float64]

    def decode(self, latents: Latents) -> NDArray[np.float64]:
        frames, channels = latents.shape[:2]
        flat = latents.astype(np.float64).reshape(frames, channels, -1)
        picture: NDArray[np.float64] = np.einsum("cps,ncs->np", self.matrices, flat)
        return picture

    @property
    def sensitivity(self) -> Sensitivity:
        """Errors of variance 1, each for itself, add up in a pixel by their squared weights."""
        energy: Sensitivity = np.square(self.matrices).sum(2).mean(1)
        return energy

    def psnr_db(self, latents: Latents, read: Latents) -> float:
        errors = self.decode(read) - self.decode(latents)
        return float(-10 * np.log10(np.square(errors).mean()))


def linear_decoder(contrasts: list[float]) -> LinearDecoder:
    """One in which each channel, where its deviation is 1, has this contrast in the picture."""
    matrices = np.random.default_rng(2).standard_normal((len(contrasts), 300, 48))
    return LinearDecoder(matrices * np.reshape(contrasts, (-1, 1, 1)) / np.sqrt(48))


@EVERY_WEIGHTED
def test_the_decoded_picture_is_as_near_as_was_asked_for(codec: LatentCodec) -> None:
    decoder = linear_decoder([0.2, 0.1, 0.07, 0.05])
    latents = latent_like(200)
    decibels = float(codec.name.split("+")[0].removeprefix("picture:"))
    read = decompress(compress(latents, codec, decoder.sensitivity))
    assert decoder.psnr_db(latents, read) == pytest.approx(decibels, abs=0.5)


@pytest.mark.parametrize("decibels", [35, 45, 55])
def test_every_channel_has_the_same_share_of_the_error(decibels: float) -> None:
    decoder = linear_decoder([0.2, 0.1, 0.07, 0.05])
    latents = latent_like(200)
    scale = Picture(decibels).scale(Picture(decibels).fit(latents, decoder.sensitivity))
    read = scale.values(scale.symbols(latents))
    errors = np.square(read.astype(np.float64) - latents).mean((0, 2, 3)) * decoder.sensitivity
    np.testing.assert_allclose(errors, 10 ** (-decibels / 10) / 4, rtol=0.15)


def test_a_channel_that_the_decoder_does_not_look_at_is_held_to_its_spread() -> None:
    latents = latent_like(100)
    latents[:, 3] *= np.float16(0.1)
    unseen = linear_decoder([0.1, 0.1, 0.0, 0.0]).sensitivity
    step = np.frombuffer(Picture(45).fit(latents, unseen), "<f4")
    deviations = latents.std((0, 2, 3), dtype=np.float64)
    np.testing.assert_allclose(step[2:], deviations[2:], rtol=1e-6)
    assert (step[:2] < deviations[:2] / 4).all()


@EVERY_WEIGHTED
def test_steps_by_the_picture_need_the_autoencoder(codec: LatentCodec) -> None:
    latents = latent_like(5)
    with pytest.raises(InputError, match=f"{codec.name[:10]}.* weighs .*; name the autoencoder"):
        compress(latents, codec)
    with pytest.raises(InputError, match="latents have 3 channels and these 4; give the auto"):
        compress(latents, codec, np.ones(3))
    with pytest.raises(ValueError, match="need the decoder's sensitivity"):
        codec.method.fit(latents, None)


def test_more_decibels_are_a_nearer_picture() -> None:
    decoder = linear_decoder([0.2, 0.1, 0.07, 0.05])
    latents = latent_like(100)
    reached, error = [], []
    for decibels in (35, 40, 45, 50):
        codec = CODECS[f"picture:{decibels}+classes+pcodec"]
        read = decompress(compress(latents, codec, decoder.sensitivity))
        reached.append(decoder.psnr_db(latents, read))
        error.append(squared_errors(latents, read).mean())
    assert reached == sorted(reached)
    assert error == sorted(error, reverse=True)
