"""The trained decoder as a page speaks of it."""

from __future__ import annotations

from collections.abc import Iterator

from IPython.display import Markdown

from analysis.kinds.decoder_training.record import DecoderTraining
from analysis.kinds.trained import PartsPsnr
from analysis.presentation.text import apart, number

PSNR_HEADERS = ("", "whole frame, dB", "status bar, dB", "the rest, dB")
"""Of `psnr_row`."""


def psnr_row(name: str, parts: PartsPsnr) -> list[str]:
    """How well watched frames come back."""
    return [name, *(number(db) for db in (parts.whole_db, parts.hud_db, parts.rest_db))]


def answer(run: DecoderTraining) -> Markdown:
    """What the decoder shows of latents that it did not choose."""
    results = run.results
    trained, linear = results.trained.whole_db, results.linear.whole_db
    return Markdown(
        f"`project/{run.parameters.name}` decodes the latents of `{run.parameters.encoder}` on "
        f"games that it was not trained on at {number(trained)} dB, "
        + apart(trained, linear, "dB", "more than", "as much as", "less than")
        + " the best linear decoder of a latent and the eight around it."
    )


def rows(run: DecoderTraining) -> Iterator[list[str]]:
    """The decoder and the linear one, by part of the frame."""
    yield psnr_row("best linear decoder, 3×3 latents", run.results.linear)
    yield psnr_row(f"`project/{run.parameters.name}`", run.results.trained)
