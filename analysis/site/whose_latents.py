"""Whose latents the figures of a page are of, in words: published ones, or the project's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from IPython.display import Markdown

from analysis.catalog import JOIN, autoencoder, decoder_of, encoder_of, latent_space
from analysis.kinds.encoder_training.record import EncoderTraining
from analysis.presentation.text import listed

OWN_PREFIX: Final = "project/"
"""How the names of this project's own weights begin."""


def whose_latents(names: Sequence[str], trainings: Sequence[EncoderTraining] = ()) -> Markdown:
    """What these autoencoders are, and what they are not.

    Args:
        names: as runs have them; ENCODER+DECODER where the two were trained apart.
        trainings: of the encoders that the project trained.
    """
    trained = {f"{OWN_PREFIX}{run.parameters.name}": run for run in trainings}
    apart = [name for name in names if JOIN in name]
    own = [name for name in names if name.startswith(OWN_PREFIX) and name not in apart]
    others = [name for name in names if name not in (*apart, *own)]
    return Markdown(" ".join((*_apart(apart, trained), *_own(own), *_others(others))))


def _apart(names: Sequence[str], trained: dict[str, EncoderTraining]) -> Iterator[str]:
    decoded_by: dict[str, list[str]] = {}
    for name in names:
        encoder = encoder_of(name)
        decoded_by.setdefault(decoder_of(name), []).append(encoder)
        yield _encoder(encoder, trained.get(encoder))
    for decoder, encoders in decoded_by.items():
        if decoder.startswith(OWN_PREFIX):
            yield (
                f"Latents of {_codes(encoders)} are decoded by `{decoder}`, which was "
                "[trained here](autoencoders.qmd#sec-own) on frames of these games: what a larger "
                "decoder would show of the same latents, these figures do not say."
            )
        else:
            yield f"Latents of {_codes(encoders)} are decoded by `{decoder}`."


def _encoder(name: str, training: EncoderTraining | None) -> str:
    if training is not None:
        teacher = encoder_of(training.parameters.teacher)
        return (
            f"`{name}` was [trained here](autoencoders.qmd#sec-own), on frames of these games, to "
            f"make the latents of `{teacher}`: it comes near them, and is not DC-AE."
        )
    space = latent_space(name)
    if space is None:
        return f"`{name}` made latents with the weights that go by that name."
    return f"`{name}` is a published encoder into the latent space of {autoencoder(space).name}."


def _own(names: Sequence[str]) -> Iterator[str]:
    if names:
        one = len(names) == 1
        yield (
            f"{_codes(names)} {'is' if one else 'are'} this project's own, small and trained on "
            f"the training maps of these games alone. {'Its' if one else 'Their'} latents have "
            "the shape of DC-AE's, as many channels on as coarse a grid, and so the same size. "
            "This is not DC-AE: how good DC-AE's or DC-AE-Lite's latents are, these figures do not "
            "say."
        )


def _others(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{_codes(names)} ran with the weights that go by that name."


def _codes(names: Sequence[str]) -> str:
    return listed([f"`{name}`" for name in names])
