"""The model card that lies beside the weights of a dual decoder."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from analysis.kinds.dual_decoder_training.record import (
    DualDecoderTrainingParameters,
    DualDecoderTrainingResults,
)
from analysis.ledger.records import Host


def model_card(
    parameters: DualDecoderTrainingParameters, results: DualDecoderTrainingResults, machine: Host
) -> str:
    """The card as Markdown."""
    card = files(__package__).joinpath("model-card.md").read_text(encoding="utf-8")
    released = (
        "The spatial decoder stayed as it was."
        if parameters.release_after is None
        else f"The spatial decoder learnt too after {parameters.release_after:,} steps."
    )
    command = (
        "latent-storage train dual-decoder recordings --out training "
        f"--temporal {parameters.temporal_factor} --channels {parameters.stored_channels} "
        f"--representative {parameters.representative} --autoencoder {parameters.spatial_model} "
        f"--every {parameters.frame_interval} --steps {parameters.steps} --seed {parameters.seed}"
    )
    if parameters.latents_of is not None:
        command += f" --latents-of {parameters.latents_of}"
    if parameters.release_after is not None:
        command += f" --release-after {parameters.release_after}"
    return card.format(
        **parameters.model_dump(),
        **results.model_dump(include=_COUNTED),
        minutes=results.seconds / 60,
        cpu=machine.cpu,
        released=released,
        trained_on=parameters.latents_of or parameters.spatial_model,
        command=command,
        untrained=results.untrained,
        trained=results.trained,
    )


_COUNTED: Final = {
    "parameters",
    "own_parameters",
    "training_clips",
    "training_episodes",
    "held_out_clips",
    "held_out_episodes",
}
