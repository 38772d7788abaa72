"""Kind `autoencoder-zoo`: the catalogue's autoencoders, built without weights and run."""

from __future__ import annotations

from importlib.resources import as_file, files

from analysis import storage
from analysis.autoencoders import architecture
from analysis.catalog import Autoencoder, autoencoders, note, resolution
from analysis.errors import InputError
from analysis.kinds.autoencoder_zoo.record import (
    AutoencoderZooParameters,
    AutoencoderZooResults,
    CheckedAutoencoder,
    ListedAutoencoder,
)
from analysis.kinds.context import Context, Outcome
from analysis.ledger.provenance import sha256
from analysis.ledger.records import Input


def measure(context: Context) -> Outcome:
    """Check every entry that has a class, in any profile: it takes half a minute.

    Raises:
        InputError: an entry and its architecture disagree.
    """
    size = resolution(note().setting.resolution).size
    chosen = [entry for entry in autoencoders() if entry.model_class]
    checked = []
    for done, entry in enumerate(chosen):
        context.progress(entry.name, done, len(chosen))
        checked.append(check(entry, size))
    return Outcome(
        parameters=AutoencoderZooParameters(height=size[0], width=size[1]),
        inputs=(_catalogue(),),
        results=AutoencoderZooResults(
            checked=tuple(checked),
            listed=tuple(
                ListedAutoencoder(id=entry.id, reason="no class in diffusers")
                for entry in autoencoders()
                if entry not in chosen
            ),
        ),
    )


def check(entry: Autoencoder, size: tuple[int, int]) -> CheckedAutoencoder:
    """Build an entry's architecture and put a clip of frames of `size` = (H, W) through it.

    Raises:
        InputError: the architecture cannot be built or run, or is not as the catalogue says.
    """
    found = describe(entry, size)
    refuse_difference(entry, found)
    return found


def refuse_difference(entry: Autoencoder, found: CheckedAutoencoder) -> None:
    """Raise an InputError where the catalogue says anything else than was found."""
    for field in ("spatial", "temporal", "channels", "causal"):
        said, is_so = getattr(entry, field), getattr(found, field)
        if said != is_so:
            raise InputError(
                f"{entry.id} in autoencoders.toml says {field} = {said}, but its "
                f"{entry.model_class} has {is_so}; correct the entry or its config."
            )


def describe(entry: Autoencoder, size: tuple[int, int]) -> CheckedAutoencoder:
    """What the shapes of tensors say, whatever the catalogue and the class say of themselves.

    Raises:
        InputError: the architecture cannot be built or run.
    """

    model = architecture.build(entry)
    stored = model.latent
    height, width = (cells * stored.spatial for cells in storage.latent_grid(stored, *size))
    latents = 1 if stored.temporal == 1 else 3 if stored.causal else 2
    try:
        one, clip = (
            architecture.run(model, storage.most_frames(stored, count), (height, width))
            for count in (1, latents)
        )
    except RuntimeError as error:
        raise InputError(
            f"{entry.id} in autoencoders.toml: its {entry.model_class} takes no frames of "
            f"{height}×{width} ({' '.join(str(error).split())}); correct its config."
        ) from None
    length, channels, rows, columns = clip.latents
    temporal = 1.0
    if length > one.latents[0]:
        temporal = (clip.images[0] - one.images[0]) / (length - one.latents[0])
    spatial = height / rows
    whole = spatial.is_integer() and temporal.is_integer() and width == columns * spatial
    if not whole or any(run.images != (run.frames, 3, height, width) for run in (one, clip)):
        raise InputError(
            f"{entry.id} in autoencoders.toml: {clip.frames} frames of {height}×{width} become "
            f"latents {clip.latents} and these images {clip.images}; correct its config."
        )
    return CheckedAutoencoder(
        id=entry.id,
        diffusers_class=str(entry.model_class),
        frames=clip.frames,
        input_height=height,
        input_width=width,
        latent_frames=length,
        rows=rows,
        columns=columns,
        spatial=int(spatial),
        temporal=int(temporal),
        channels=channels,
        causal=temporal > 1 and one.images[0] == 1,
        parameters=architecture.parameters(model),
        encoder_parameters=architecture.parameters(model, "encoder", "quant_conv"),
        decoder_parameters=architecture.parameters(model, "decoder", "post_quant_conv"),
        encode_gflop_per_frame=clip.encode_flop / clip.frames / 1e9,
        decode_gflop_per_frame=clip.decode_flop / clip.frames / 1e9,
    )


def _catalogue() -> Input:
    with as_file(files("analysis.catalog") / "autoencoders.toml") as path:
        return Input(
            name=path.name, kind="catalogue", bytes=path.stat().st_size, sha256=sha256(path)
        )
