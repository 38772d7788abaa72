"""What a set of latents was made by: sets that differ in it are not mixed."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.autoencoders.autoencoder import Autoencoder


@dataclass(frozen=True)
class MadeBy:
    """An autoencoder, by its name, and the precision it was run in; None where that is not known.

    Devices may differ within a set: a cluster may have several kinds.
    """

    ae_model: str | None
    precision: str | None

    @classmethod
    def of(cls, autoencoder: Autoencoder) -> MadeBy:
        """What the latents of an autoencoder are made by."""
        return cls(autoencoder.encoder_name, autoencoder.runtime.precision)

    def __str__(self) -> str:
        return (
            f"{self.ae_model or 'an unnamed autoencoder'} in {self.precision or 'some precision'}"
        )
