"""The model card that lies beside the weights which training wrote."""

from __future__ import annotations

from importlib.resources import files

from analysis.kinds.training.record import TrainingParameters, TrainingResults
from analysis.ledger.records import Host


def model_card(
    parameters: TrainingParameters, results: TrainingResults, machine: Host, channels: int
) -> str:
    """The card as Markdown."""
    card = files(__package__).joinpath("model-card.md").read_text(encoding="utf-8")
    return card.format(
        name=parameters.name,
        millions=results.parameters / 1e6,
        channels=channels,
        minutes=results.seconds / 60,
        cores=machine.cores,
        cpu=machine.cpu,
        **parameters.model_dump(include={"steps", "crops", "crop_size", "frame_interval"}),
        training_frames=results.training_frames,
        training_episodes=results.training_episodes,
        held_out_frames=results.held_out_frames,
        held_out_episodes=results.held_out_episodes,
        linear=results.linear,
        trained=results.trained,
    )
