"""The model card that lies beside the weights of an encoder."""

from __future__ import annotations

from importlib.resources import files

from analysis.catalog import encoder_of
from analysis.kinds.encoder_training.record import (
    EncoderTrainingParameters,
    EncoderTrainingResults,
)
from analysis.ledger.records import Host


def model_card(
    parameters: EncoderTrainingParameters, results: EncoderTrainingResults, machine: Host
) -> str:
    """The card as Markdown."""
    card = files(__package__).joinpath("model-card.md").read_text(encoding="utf-8")
    encoder = encoder_of(parameters.teacher)
    correlations = [channel.correlation or 0.0 for channel in results.channels]
    command = (
        f"latent-storage train encoder recordings --out training --teacher {encoder} "
        f"--every {parameters.frame_interval} --steps {parameters.steps} --seed {parameters.seed}"
    )
    return card.format(
        **parameters.model_dump(),
        **results.model_dump(exclude={"teacher", "trained", "latents", "channels", "log", "files"}),
        encoder=encoder,
        space=parameters.latent_space or encoder,
        millions=results.parameters / 1e6,
        minutes=results.seconds / 60,
        cores=machine.cores,
        cpu=machine.cpu,
        of_teacher=results.teacher,
        trained=results.trained,
        latents=results.latents,
        least=min(correlations),
        most=max(correlations),
        command=command,
    )
