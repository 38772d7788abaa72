"""The command line: parses, calls, prints.

Rooms are imported inside the commands that need them, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.errors import InputError

app = typer.Typer(
    name="latent-storage",
    help="Store a video dataset as MP4 or as autoencoder latents? Record, scan, measure, report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

train_app = typer.Typer(
    help="Train the project's own small models on recorded shards.", no_args_is_help=True
)
app.add_typer(train_app, name="train")

LEDGER = Path("measurements")


class ProfileName(StrEnum):
    """How much is measured."""

    quick = "quick"
    full = "full"


class RecipeName(StrEnum):
    """How a recording is made."""

    native = "native"
    note = "note"


class RendererName(StrEnum):
    """What renders the site."""

    auto = "auto"
    quarto = "quarto"
    offline = "offline"


class FormatName(StrEnum):
    """Number format of a stored latent."""

    fp32 = "fp32"
    fp16 = "fp16"
    bf16 = "bf16"
    fp8 = "fp8"
    int8 = "int8"


class RepresentativeName(StrEnum):
    """Frame of a window that a dual decoder shows."""

    first = "first"
    middle = "middle"
    last = "last"


class PrecisionName(StrEnum):
    """Number format that an autoencoder computes in."""

    fp32 = "fp32"
    fp16 = "fp16"
    bf16 = "bf16"


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]


@app.callback()
def _root(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error (anywhere in the line).")
    ] = False,
) -> None:
    """`--debug` is taken out of the line by `main`; here it is only described."""


@app.command(epilog="Example: latent-storage record --out shards --episodes 2 --seconds 20")
def record(
    out: Annotated[Path, typer.Option(help="Where the shards go, and the games played.")],
    games: Annotated[
        Path | None, typer.Option(help="Render the games in this folder instead of playing.")
    ] = None,
    recipe: Annotated[
        RecipeName, typer.Option(help="note: small frames enlarged, as the note's recorder wrote.")
    ] = RecipeName.native,
    episodes: Annotated[
        int | None, typer.Option(min=1, help="How many; all that are given, or one on each map.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Length of a game to play; 60 when not given.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Decides how the players play; 1 when not given.")
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(metavar="WIDTHxHEIGHT", help="Drawn natively at any; 640x480 by default."),
    ] = None,
    codec: Annotated[str | None, typer.Option(help="h264, hevc, av1 or mpeg4.")] = None,
    quality: Annotated[
        int | None, typer.Option(help="On the codec's own scale: CRF, or a quantiser.")
    ] = None,
    map: Annotated[
        str | None, typer.Option(metavar="WAD:MAP", help="Say cig.wad:MAP01; the maps in turn.")
    ] = None,
) -> None:
    """Play two-player games, or render given ones, into recording shards; run again to go on."""
    from analysis.cli import terminal
    from analysis.recording.recipe import choose_recipe, parse_size
    from analysis.recording.record import RecordOptions
    from analysis.recording.record import record as record_shards
    from analysis.recording.scenarios import parse_scenario

    if games and (seconds, seed, map) != (None, None, None):
        raise typer.BadParameter("--seconds, --seed and --map are for games to play, not --games.")
    options = RecordOptions(
        out=out,
        games=games,
        recipe=choose_recipe(recipe.value, parse_size(size) if size else None, codec, quality),
        episodes=episodes,
        seconds=60.0 if seconds is None else seconds,
        seed=1 if seed is None else seed,
        scenario=parse_scenario(map) if map else None,
    )
    with terminal.progress() as progress:
        shards = record_shards(options, progress)
    for shard in shards:
        print(shard)


@app.command(epilog="Example: latent-storage scan build/recordings/quick --json")
def scan(
    path: Annotated[str, typer.Argument(help="A shard, a folder of shards, or an fsspec URL.")],
    json: Json = False,
    deep: Annotated[
        bool, typer.Option(help="Also decode a few frames: were they upscaled?")
    ] = False,
) -> None:
    """Sizes of every shard below PATH from headers alone: bits a pixel, MB a minute, an audit."""
    from analysis.cli import terminal
    from analysis.datasets.scan import scan as scan_shards
    from analysis.datasets.summary import summary

    with terminal.progress() as progress:
        report = scan_shards(path, deep, partial(progress, path))
    if json:
        print(report.model_dump_json(indent=1))
    else:
        terminal.stdout.print(summary(report))
    if any(finding.severity == "error" for finding in report.findings):
        raise typer.Exit(1)


@app.command(
    epilog="Example: latent-storage encode shards --out latents --autoencoder "
    "project/doom-dcae-f32c32"
)
def encode(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="Recordings: a shard, a folder or an fsspec URL.")
    ],
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
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, ...; a GPU where there is one.")
    ] = None,
    dtype: Annotated[
        PrecisionName | None, typer.Option(help="fp16 on a GPU, else fp32, when not given.")
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
    """Encode recording shards into latent shards; run again to go on where it stopped."""
    from analysis.autoencoders.load import DEFAULT, load
    from analysis.autoencoders.runtime import choose_runtime
    from analysis.cli import terminal
    from analysis.encoding.cluster import on_cluster
    from analysis.encoding.cluster_worker import ModelOptions
    from analysis.encoding.encode import Embedded, EncodeOptions, Executor, parse_size
    from analysis.encoding.encode import encode as encode_shards

    options = EncodeOptions(source, out, parse_size(shard_size))
    precision = dtype.value if dtype else None
    name = autoencoder or DEFAULT
    with terminal.progress() as progress, ExitStack() as stack:
        executor: Executor
        if cluster:
            progress("joining the cluster")
            model = ModelOptions(name, device, precision, batch_size, compile)
            executor = stack.enter_context(on_cluster(cluster, model, terminal.complain))
        else:
            runtime = choose_runtime(device, precision, batch_size, compile=compile)
            executor = Embedded(load(name, runtime))
        encoded = encode_shards(options, executor, progress, terminal.complain)
    for shard in encoded.shards:
        print(shard)
    if encoded.problems:
        raise typer.Exit(1)


@app.command(epilog="Example: latent-storage compress latents --out compressed")
def compress(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="Latents: a shard, a folder or an fsspec URL.")
    ],
    out: Annotated[str, typer.Option(help="Where the shards go: a folder or an fsspec URL.")],
    codec: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="picture:48+classes+pcodec when not given; cells+classes+pcodec keeps every bit. "
            "An unknown name lists all.",
        ),
    ] = None,
    autoencoder: Annotated[
        str | None,
        typer.Option(
            metavar="ID_OR_PATH",
            help="Whose decoder weighs the channels; the one that the shards name by default.",
        ),
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, ...: where it runs; a GPU where there is one.")
    ] = None,
) -> None:
    """Compress latent shards into smaller ones; run again to go on where it stopped."""
    from analysis.cli import terminal
    from analysis.codecs.registry import RECOMMENDED, find_codec
    from analysis.datasets.compress import compress_shards

    def sensitivity() -> Any:
        from analysis.encoding.sensitivity import sensitivity_of_shards

        return sensitivity_of_shards(source, autoencoder, device)

    chosen = find_codec(codec or RECOMMENDED)
    with terminal.progress() as progress:
        compressed = compress_shards(source, out, chosen, sensitivity, progress)
    for shard in compressed.shards:
        print(shard)
    terminal.complain(terminal.conversion(compressed.latents_before, compressed.latents_after))


@app.command(epilog="Example: latent-storage decompress compressed --out latents")
def decompress(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="Compressed latents: a shard, a folder or a URL.")
    ],
    out: Annotated[str, typer.Option(help="Where the shards go: a folder or an fsspec URL.")],
) -> None:
    """Turn compressed latent shards back; run again to go on where it stopped."""
    from analysis.cli import terminal
    from analysis.datasets.compress import decompress_shards

    with terminal.progress() as progress:
        decompressed = decompress_shards(source, out, progress)
    for shard in decompressed.shards:
        print(shard)
    terminal.complain(terminal.conversion(decompressed.latents_before, decompressed.latents_after))


@train_app.command(
    "autoencoder",
    epilog="Example: latent-storage train autoencoder build/recordings/full/native "
    "--out build/training",
)
def train_autoencoder(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="Recordings: a folder or an fsspec URL.")
    ],
    out: Annotated[Path, typer.Option(help="Where frames, checkpoint and weights go.")],
    steps: Annotated[int, typer.Option(min=1, help="How long; more of a stopped one goes on.")] = (
        3600
    ),
    every: Annotated[
        int, typer.Option(min=1, help="Every so manyth frame of a view is trained on.")
    ] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Decides what it starts from and sees.")] = 1,
    measurements: Annotated[Path, typer.Option(help="The ledger that its log goes to.")] = LEDGER,
) -> None:
    """Train the project's small DC-AE-shaped autoencoder; run again to go on where it stopped.

    Episodes marked as held out, or else every tenth, are watched and never trained on.
    """
    from analysis.autoencoders.train import TrainingOptions
    from analysis.cli import terminal
    from analysis.kinds.training.measure import train_and_record

    options = TrainingOptions(steps=steps, seed=seed)
    command = ["latent-storage", *sys.argv[1:]]
    with terminal.progress() as progress:
        run = train_and_record(source, out, options, every, measurements, command, progress)
    for folder in run.weights:
        print(folder)
    print(run.measurement)


@train_app.command(
    "dual-decoder",
    epilog="Example: latent-storage train dual-decoder build/recordings/full/native "
    "--out build/dual-decoder --temporal 4",
)
def train_dual_decoder(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="Recordings: a folder or an fsspec URL.")
    ],
    out: Annotated[Path, typer.Option(help="Where clips, checkpoint and weights go.")],
    temporal: Annotated[int, typer.Option(min=2, max=8, help="Frames a stored latent.")] = 4,
    channels: Annotated[
        int | None,
        typer.Option(min=1, help="Of a stored latent; the autoencoder's own when not given."),
    ] = None,
    representative: Annotated[
        RepresentativeName, typer.Option(help="The frame that is shown from one latent.")
    ] = RepresentativeName.middle,
    autoencoder: Annotated[
        str | None,
        typer.Option(
            metavar="ID_OR_PATH",
            help="Of single frames, that it is built on; project/doom-dcae-f32c32 when not given.",
        ),
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="How long; more of a stopped one goes on.")] = (
        3600
    ),
    release_after: Annotated[
        int | None,
        typer.Option(min=0, help="Steps after which the spatial decoder learns too; never if left"),
    ] = None,
    every: Annotated[
        int, typer.Option(min=8, help="Of so many frames of a view, one clip is trained on.")
    ] = 30,
    clips: Annotated[
        Path | None, typer.Option(help="Where clips are kept, for several trainings; OUT if left.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Of torch.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Decides what it starts from and sees.")] = 1,
    measurements: Annotated[Path, typer.Option(help="The ledger that its log goes to.")] = LEDGER,
) -> None:
    """Train a temporal compressor with two decoders; run again to go on where it stopped.

    Episodes marked as held out, or else every tenth, are watched and never trained on.
    """
    from analysis.autoencoders.load import OWN
    from analysis.autoencoders.train_dual_decoder import DualDecoderOptions
    from analysis.cli import terminal
    from analysis.kinds.dual_decoder_training.measure import (
        DualDecoderPlan,
        train_and_record_dual_decoder,
    )

    options = DualDecoderOptions(
        steps=steps, seed=seed, threads=threads, release_after=release_after
    )
    plan = DualDecoderPlan(
        source=source,
        out=out,
        spatial=autoencoder or OWN,
        temporal_factor=temporal,
        stored_channels=channels,
        representative=representative.value,
        every=every,
        clips=clips,
    )
    command = ["latent-storage", *sys.argv[1:]]
    with terminal.progress() as progress:
        run = train_and_record_dual_decoder(plan, options, measurements, command, progress)
    for folder in run.weights:
        print(folder)
    print(run.measurement)


@app.command(epilog="Example: latent-storage measure shard-sizes --profile quick")
def measure(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND]...", help="Kinds; all that the study allows by default."),
    ] = None,
    profile: Annotated[
        ProfileName, typer.Option(help="quick to see that it works, full for the report.")
    ] = ProfileName.full,
    study: Annotated[Path, typer.Option(help="What to measure.")] = Path("study.toml"),
    device: Annotated[
        str | None,
        typer.Option(help="cpu, cuda, ...: where autoencoders run; a GPU where there is one."),
    ] = None,
    latents: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="Latents of yours for the kinds that read some, not the study's."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="The ledger to append to.")] = LEDGER,
) -> None:
    """Run measurements and append them to the ledger; a long one goes on where it stopped."""
    from analysis.cli import terminal
    from analysis.kinds.context import Context
    from analysis.kinds.run import run
    from analysis.kinds.study import LatentSource, read_study

    with terminal.progress() as progress:
        context = Context(
            study=read_study(study),
            study_path=study,
            profile=profile.value,
            ledger=(LEDGER,),
            progress=progress,
            device=device,
            latents=LatentSource(path=latents) if latents else None,
        )
        for path in run(kinds or [], context, ["latent-storage", *sys.argv[1:]], out):
            print(path)


@app.command(
    epilog="Example: latent-storage ratio --autoencoder wan-2.1 --resolution 720p --video h264:23"
)
def ratio(
    resolution: Annotated[str, typer.Option(help="240p ... 4K, or WIDTHxHEIGHT.")],
    autoencoder: Annotated[str | None, typer.Option(help="An id of the catalogue.")] = None,
    spatial: Annotated[int | None, typer.Option(min=1, help="s of one of your own.")] = None,
    channels: Annotated[int | None, typer.Option(min=1, help="c of one of your own.")] = None,
    temporal: Annotated[
        int | None, typer.Option(min=1, help="Another temporal factor, all else unchanged.")
    ] = None,
    causal: Annotated[
        bool, typer.Option("--causal", help="Of one of your own: a clip's first frame is alone.")
    ] = False,
    bpp: Annotated[float | None, typer.Option(min=1e-6, help="Bits a pixel of the video.")] = None,
    video: Annotated[
        str | None,
        typer.Option(
            metavar="CODEC:QUALITY",
            help="The video as measured instead, such as h264:17, or note for the note's own b.",
        ),
    ] = None,
    dtype: Annotated[FormatName, typer.Option(help="Format of a latent value.")] = FormatName.fp16,
    codec: Annotated[
        str | None, typer.Option(help="A measured latent codec instead of a plain format.")
    ] = None,
    clip_frames: Annotated[
        int | None, typer.Option(min=1, help="Frames a clip; long clips when not given.")
    ] = None,
    fps: Annotated[float, typer.Option(min=1e-6, help="Frames a second.")] = 35,
    hours: Annotated[float, typer.Option(min=0, help="Hours of video.")] = 340,
    device: Annotated[
        str | None, typer.Option(help="The GPU that encodes: a100 or h100-sxm.")
    ] = None,
    ram: Annotated[float | None, typer.Option(min=0, help="GB that it should fit into.")] = None,
    disk: Annotated[float | None, typer.Option(min=0, help="GB that it should fit onto.")] = None,
    measurements: Annotated[Path, typer.Option(help="The ledger with measured figures.")] = LEDGER,
    json: Json = False,
) -> None:
    """The storage calculator: latents against video for one autoencoder and resolution."""
    from analysis.cli import terminal
    from analysis.findings.calculator import Choice, calculate, scenario

    if (bpp is None) == (video is None):
        raise typer.BadParameter("give either --bpp or --video")
    own = (spatial, channels)
    if (None in own) if autoencoder is None else any(own):
        raise typer.BadParameter("give either --autoencoder, or --spatial and --channels")
    choice = Choice(
        autoencoder=autoencoder,
        spatial=spatial,
        channels=channels,
        temporal=temporal,
        causal=causal,
        number_format=dtype.value,
        latent_codec=codec,
        resolution=resolution,
        bits_per_pixel=bpp,
        video=video,
        fps=fps,
        hours=hours,
        clip_frames=clip_frames,
        device=device,
        ram_gb=ram,
        disk_gb=disk,
    )
    calculation = calculate(scenario(choice, [measurements]))
    if json:
        print(dumps(calculation.as_dict(), indent=1))
    else:
        terminal.stdout.print(terminal.calculation_table(calculation, hours))


@app.command(epilog="Example: latent-storage claims --json")
def claims(
    json: Json = False,
    measurements: Annotated[Path, typer.Option(help="The ledger with measured sizes.")] = LEDGER,
) -> None:
    """Every figure of the note: recomputed, measured where it can be, and a verdict each."""
    from analysis.cli import terminal
    from analysis.findings.claims import all_claims, newest_evidence

    if not measurements.is_dir():
        raise InputError(f"{measurements} is not there: give a folder of measurements.")
    every = all_claims(newest_evidence([measurements]))
    if json:
        print(dumps([claim.model_dump(mode="json") for claim in every], indent=1))
    else:
        terminal.stdout.print(terminal.claims_table(every))


@app.command(epilog="Example: latent-storage compare measurements/shard-sizes/{a,b}.json")
def compare(
    first: Annotated[Path, typer.Argument(metavar="RUN", help="A measurement file.")],
    second: Annotated[Path, typer.Argument(metavar="RUN", help="Another of the same kind.")],
    json: Json = False,
) -> None:
    """Two measurements side by side; what sampling does not explain is marked."""
    from analysis.cli import terminal
    from analysis.ledger import store
    from analysis.ledger.compare import compare as compare_runs

    one, other = store.read(first), store.read(second)
    differences = compare_runs(one, other)
    if json:
        print(dumps([difference.as_dict() for difference in differences], indent=1))
    else:
        terminal.stdout.print(terminal.differences_table(differences, one.run.id, other.run.id))


@app.command(epilog="Example: latent-storage site --measurements build/measurements")
def site(
    renderer: Annotated[
        RendererName, typer.Option(help="auto is Quarto where it is on PATH.")
    ] = RendererName.auto,
    measurements: Annotated[
        list[Path] | None,
        typer.Option(help="A ledger to read before the committed one; may be repeated."),
    ] = None,
    project: Annotated[Path, typer.Option(help="The folder with _quarto.yml.")] = Path(),
    out: Annotated[Path, typer.Option(help="Where the site goes.")] = Path("_site"),
) -> None:
    """Render the report from the ledger."""
    from analysis.cli import terminal
    from analysis.site.build import build_site

    with terminal.progress() as progress:
        index = build_site(
            project=project,
            output=out,
            renderer=renderer.value,
            measurements=[*(measurements or []), project / LEDGER],
            progress=progress,
        )
    print(index)


@app.command(epilog="Example: latent-storage schema --out measurements")
def schema(
    out: Annotated[Path, typer.Option(help="The ledger whose schema/ is written.")] = LEDGER,
) -> None:
    """Write the JSON Schema of every kind of measurement."""
    from analysis.ledger.store import write_schemas

    for path in write_schemas(out):
        print(path)


def main() -> None:
    """Run the command line: 0 done, 1 something wrong with the input, 2 wrong usage."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        app(args=arguments)
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        print(_sentence(error), file=sys.stderr)
        sys.exit(1)


def _sentence(error: Exception) -> str:
    match error:
        case InputError():
            return str(error)
        case ModuleNotFoundError():
            return (
                f"This command needs the package {error.name}: run `make setup`, "
                "or `pip install 'latent-storage[measure,cluster,offline-site]'`."
            )
        case OSError(filename=str(path), strerror=str(reason)):
            return f"{path}: {reason}; check the path, the disk and your permissions."
        case _:
            return f"{type(error).__name__}: {error} (run again with --debug to see where)"
