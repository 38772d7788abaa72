"""`latent-storage check-autoencoder`: are these the weights that were measured with?"""

from __future__ import annotations

from json import dumps
from typing import Annotated

import typer

from analysis.cli.options import Device, Json
from analysis.errors import InputError


def check_autoencoder(
    name: Annotated[
        str, typer.Argument(metavar="ID_OR_PATH", help="An autoencoder of single frames.")
    ],
    against: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The entry it is held against; its own when not given."),
    ] = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Encode one fixed frame and hold its latents against those that the catalogue knows.

    Another machine's rounding is allowed for; where they are others, the exit code is 1.

    Example: latent-storage check-autoencoder taesana-f32c32
    """
    from analysis.autoencoders.fixed_frame import TOLERANCE, fixed_frame_latents_of, identity
    from analysis.autoencoders.load import load
    from analysis.autoencoders.runtime import choose_runtime
    from analysis.catalog.fixed_frame import fixed_frame_latents

    found = fixed_frame_latents_of(load(name, choose_runtime(device, "fp32", 1)))
    if json:
        print(dumps(found.model_dump(), indent=1))
        return
    wanted = against or found.id
    entries = {entry.id: entry for entry in fixed_frame_latents()}
    if wanted not in entries:
        raise InputError(
            f"Of {wanted} no latents are known; name one of {', '.join(entries)} to hold them "
            "against, or take the figures as JSON."
        )
    seen = identity(entries[wanted], found)
    said = (
        "to the last bit"
        if seen.digest
        else f"but for {seen.off:.2g} of a channel's standard deviation"
    )
    if not seen.same:
        raise InputError(
            f"{name} makes other latents of the fixed frame than {wanted}: a channel's mean or "
            f"standard deviation is off by {seen.off:.2g} of the latter, where {TOLERANCE:g} is "
            "rounding. Fetch the weights anew, or give others."
        )
    print(f"{name} makes the latents of {wanted} of the fixed frame, {said}.")
