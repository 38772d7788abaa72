"""`latent-storage encode`: video into latents."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Annotated

import typer

from analysis.cli.choices import one_of
from analysis.cli.options import Device, Recordings
from analysis.cli.terminal import complain, progress


def encode(
    source: Recordings,
    out: Annotated[
        str, typer.Option(help="Where the latent shards go: a folder or an fsspec URL.")
    ],
    autoencoder: Annotated[
        str | None,
        typer.Option(
            metavar="ID_OR_PATH",
            help="An id of the catalogue or the hub, a folder, or project/doom-dcae-f32c32, which "
            "needs no download; dc-ae-lite-f32c32 when not given.",
        ),
    ] = None,
    device: Device = None,
    dtype: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            parser=one_of("precisions"),
            help="What it computes in: {precisions}; fp16 on a GPU, else fp32, when not given.",
        ),
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Frames at a time; 64 on a GPU, else 16.")
    ] = None,
    compile: Annotated[
        bool, typer.Option("--compile", help="Make kernels for this model first (torch.compile).")
    ] = False,
    shard_size: Annotated[
        str, typer.Option(metavar="SIZE", help="Largest size of a shard, in MB or GB.")
    ] = "4GB",
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="auto|ADDRESS",
            help="Encode on the Ray cluster at HOST:PORT; auto for the one of this machine.",
        ),
    ] = None,
) -> None:
    """Encode videos into latents, in the layout that they lie in; run again to go on.

    Example: latent-storage encode shards --out latents --autoencoder project/doom-dcae-f32c32
    """
    from analysis.autoencoders.load import DEFAULT, load
    from analysis.autoencoders.runtime import choose_runtime
    from analysis.datasets.opening import open_dataset
    from analysis.datasets.recordings import recordings_of
    from analysis.encoding.cluster import on_cluster
    from analysis.encoding.cluster_worker import ModelOptions
    from analysis.encoding.encode import Embedded, Executor, parse_size
    from analysis.encoding.encode import encode as encode_dataset

    shard_bytes, name = parse_size(shard_size), autoencoder or DEFAULT
    with progress() as report, ExitStack() as stack:
        # Looked at before an autoencoder is loaded, which may take minutes.
        data = open_dataset(source, leave_out=out, progress=partial(report, "reading headers"))
        recordings_of(data)
        executor: Executor
        if cluster:
            report("joining the cluster")
            model = ModelOptions(name, device, dtype, batch_size, compile)
            executor = stack.enter_context(on_cluster(cluster, model, complain))
        else:
            runtime = choose_runtime(device, dtype, batch_size, compile=compile)
            executor = Embedded(load(name, runtime))
        encoded = encode_dataset(data, out, executor, shard_bytes, report, complain)
    for shard in encoded.shards:
        print(shard)
    if encoded.problems:
        raise typer.Exit(1)
