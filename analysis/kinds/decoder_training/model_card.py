"""The model card that lies beside the weights of a decoder."""

from __future__ import annotations

from importlib.resources import files

from analysis.kinds.decoder_training.record import (
    DecoderTrainingParameters,
    DecoderTrainingResults,
)
from analysis.ledger.records import Host


def model_card(
    parameters: DecoderTrainingParameters, results: DecoderTrainingResults, machine: Host
) -> str:
    """The card as Markdown."""
    card = files(__package__).joinpath("model-card.md").read_text(encoding="utf-8")
    command = (
        f"latent-storage train decoder recordings --out training --autoencoder "
        f"{parameters.encoder} --every {parameters.frame_interval} --steps {parameters.steps} "
        f"--seed {parameters.seed}"
    )
    return card.format(
        **parameters.model_dump(),
        **results.model_dump(exclude={"linear", "trained", "log", "files"}),
        space=parameters.latent_space or parameters.encoder,
        millions=results.parameters / 1e6,
        minutes=results.seconds / 60,
        cores=machine.cores,
        cpu=machine.cpu,
        linear=results.linear,
        trained=results.trained,
        command=command,
    )
