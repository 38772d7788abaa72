"""Kind `latent-codecs`: many codecs on real latents, in values and in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from threadpoolctl import threadpool_limits

from analysis.autoencoders.load import load_with_decoder
from analysis.autoencoders.runtime import choose_runtime
from analysis.codecs.codec import CHUNK_FRAMES, Latents, Sensitivity
from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS, latent_codec
from analysis.codecs.quantised import Quantised
from analysis.datasets.latent_reader import LatentReader
from analysis.encoding.sensitivity import made_by, probe
from analysis.errors import InputError
from analysis.kinds.context import Context, Outcome
from analysis.kinds.latent_codecs import bounds
from analysis.kinds.latent_codecs.bounds import symbol_bounds
from analysis.kinds.latent_codecs.long_episode import joined_views, long_episode
from analysis.kinds.latent_codecs.record import (
    CodecResult,
    LatentCodecsParameters,
    LatentCodecsResults,
    LongEpisode,
    SkippedCodec,
    SymbolBounds,
)
from analysis.kinds.latent_codecs.sample import Decoder, SampledView, deviation, digest, read_sample
from analysis.kinds.latent_codecs.trial import exact_beside_recording, try_codec
from analysis.kinds.latent_codecs.tried import NOTE_METHODS, TRIED
from analysis.kinds.latent_sets import (
    StoredView,
    chosen_views,
    latent_source,
    recordings_of,
    scanned_latents,
)
from analysis.kinds.shard_sets import shards_input
from analysis.kinds.unfinished import Unfinished
from analysis.ledger.provenance import checkout
from analysis.ledger.records import Profile

KIND: Final = "latent-codecs"

PRECISION: Final = "fp32"
"""Of the decoder's arithmetic."""

EPISODES: Final[Mapping[Profile, int]] = {"quick": 2, "full": 6}
FRAMES_A_VIEW: Final[Mapping[Profile, int]] = {"quick": 2, "full": 8}
VIEWS_AN_EPISODE: Final = 1
"""The two views of a game show the same rooms: another game says more."""

CLIP_FRAMES: Final = 70
"""What the note's video model trains on."""

THREADS: Final = 1
"""What one core does is what a worker of a data loader does."""


def measure(context: Context) -> Outcome:
    """Compress the study's latents, or those of the command line, by every codec.

    Where the decoder cannot be loaded, codecs that weigh channels by it are skipped, and nothing
    is judged in pixels.

    Raises:
        InputError: there are no latents, they are faulty, or their autoencoder is a temporal one.
    """

    source = latent_source(context)
    report = scanned_latents(source, context)
    reader = LatentReader(context.dataset(source.path))
    episodes = chosen_views(reader, report, EPISODES[context.profile], VIEWS_AN_EPISODE)
    decoder, reason = _decoder(episodes[0][0], source.autoencoder, context)
    sensitivity = None
    if decoder is not None:
        context.progress("probing the decoder", 0, 1)
        places = tuple(view.place for views in episodes for view in views)
        sensitivity = probe(reader, places, decoder.autoencoder)
    recordings = recordings_of(source, context)
    sample = read_sample(
        reader, episodes, decoder, recordings, FRAMES_A_VIEW[context.profile], context.progress
    )
    arrays = [view.latents for view in sample]
    unfinished = Unfinished(context.unfinished / f"{KIND}-{context.profile}")
    with threadpool_limits(THREADS):
        found, skipped = _try_all(sample, sensitivity, decoder, reason, unfinished, context)
        context.progress("entropies", 0, 1)
        symbols = _symbol_bounds(found, arrays, sensitivity)
        context.progress("a long episode", 0, 1)
        long_episodes = _long_episodes(reader, sensitivity)
    raw = sum(latents.nbytes for latents in arrays)
    _, channels, rows, columns = arrays[0].shape
    return Outcome(
        parameters=LatentCodecsParameters(
            study=str(context.study_path),
            latents=source.path,
            recordings=None if recordings is None else source.recordings,
            autoencoder=None if decoder is None else decoder.autoencoder.name,
            precision=PRECISION,
            device=choose_runtime(context.device, PRECISION).device,
            threads=THREADS,
            recommended=tuple(episode.codec for episode in long_episodes),
            frames_a_view=FRAMES_A_VIEW[context.profile],
            clip_frames=CLIP_FRAMES,
            chunk_frames=CHUNK_FRAMES,
        ),
        inputs=(shards_input("latents", report),),
        results=LatentCodecsResults(
            episodes=len(episodes),
            views=len(sample),
            frames=sum(len(latents) for latents in arrays),
            shape=(channels, rows, columns),
            bytes=raw,
            raw_mb_per_min=raw / 1e6 / sum(view.minutes for view in sample),
            deviation=deviation(arrays),
            sensitivity=None if sensitivity is None else tuple(sensitivity.tolist()),
            fields=bounds.field_entropies(arrays),
            symbols=symbols,
            exact_beside_recording=exact_beside_recording(sample),
            codecs=found,
            skipped=skipped,
            long_episodes=long_episodes,
        ),
        unfinished=unfinished.folder,
    )


def _decoder(
    view: StoredView, autoencoder: str | None, context: Context
) -> tuple[Decoder | None, str]:
    """What decodes these latents; None, and the reason, where it cannot be had."""

    place = view.place.file.location
    if not view.report.width or not view.report.height:
        return None, f"{place} does not say the size of the frames"
    try:
        name = autoencoder or made_by(view.place)
        loaded = load_with_decoder(name, choose_runtime(context.device, PRECISION))
    except InputError as error:
        return None, str(error)
    if loaded.latent.temporal > 1:
        raise InputError(
            f"{place}: {loaded.name} compresses time; this measurement judges latents that are "
            "decoded frame by frame. Give those of an image autoencoder."
        )
    return Decoder(loaded, (view.report.height, view.report.width)), ""


def _try_all(
    sample: Sequence[SampledView],
    sensitivity: Sensitivity | None,
    decoder: Decoder | None,
    reason: str,
    unfinished: Unfinished,
    context: Context,
) -> tuple[tuple[CodecResult, ...], tuple[SkippedCodec, ...]]:
    """Every codec; what an interrupted run of this commit has found is kept."""

    commit, _ = checkout()
    decided_by = {"sample": digest(sample), "commit": commit, "decoder": decoder is not None}
    found: list[CodecResult] = []
    skipped: list[SkippedCodec] = []
    for number, codec in enumerate(map(latent_codec, TRIED)):
        context.progress(codec.name, number, len(TRIED))
        if codec.weighted and sensitivity is None:
            skipped.append(SkippedCodec(name=codec.name, reason=reason))
            continue
        part = decided_by | {"codec": codec.name}
        result = unfinished.find(part, CodecResult)
        if result is None:
            noted = codec.name in NOTE_METHODS
            try:
                result = try_codec(codec, sample, sensitivity, decoder, CLIP_FRAMES, noted)
            except InputError as error:
                skipped.append(SkippedCodec(name=codec.name, reason=str(error)))
                continue
            unfinished.keep(part, result)
        found.append(result)
    return tuple(found), tuple(skipped)


def _symbol_bounds(
    found: Sequence[CodecResult], arrays: Sequence[Latents], sensitivity: Sensitivity | None
) -> tuple[SymbolBounds, ...]:
    """Of every quantiser that a measured codec has."""

    quantisers = {}
    for result in found:
        method = latent_codec(result.name).method
        if isinstance(method, Quantised) and result.quantiser is not None:
            quantisers[result.quantiser] = method.quantiser
    return tuple(
        symbol_bounds(name, quantiser, arrays, sensitivity)
        for name, quantiser in quantisers.items()
    )


def _long_episodes(
    reader: LatentReader, sensitivity: Sensitivity | None
) -> tuple[LongEpisode, ...]:
    """The recommended codecs on views joined; without a decoder, the lossless one."""

    specs = [RECOMMENDED_LOSSLESS, *([] if sensitivity is None else [RECOMMENDED])]
    joined = joined_views(reader)
    codecs = map(latent_codec, specs)
    return tuple(long_episode(codec, joined, sensitivity, CLIP_FRAMES) for codec in codecs)
