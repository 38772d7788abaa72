"""Kind `latent-codecs`: every codec of the registry on real latents, in values and in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.errors import InputError
from analysis.ledger.latent_codecs import (
    CodecResult,
    LatentCodecsParameters,
    LatentCodecsResults,
    SkippedCodec,
)
from analysis.ledger.provenance import checkout
from analysis.ledger.records import Profile
from analysis.measures.context import Context, Outcome
from analysis.measures.shard_sets import shards_input
from analysis.measures.unfinished import Unfinished

KIND: Final = "latent-codecs"

PRECISION: Final = "fp32"
"""Of the decoder's arithmetic."""

EPISODES: Final[Mapping[Profile, int]] = {"quick": 2, "full": 6}
FRAMES_A_VIEW: Final[Mapping[Profile, int]] = {"quick": 2, "full": 8}
VIEWS_AN_EPISODE: Final = 1
"""The two views of a game show the same rooms: another game says more."""

CLIP_FRAMES: Final = 70
"""What the note's video model trains on."""


def measure(context: Context) -> Outcome:
    """Compress the study's latents, or those of the command line, by every codec.

    Where the decoder cannot be loaded, codecs that weigh channels by it are skipped, and nothing
    is judged in pixels.

    Raises:
        InputError: there are no latents, they are faulty, or their autoencoder is a temporal one.
    """
    # Torch, the decoders and the compressors come with these, and only this kind needs them.
    from threadpoolctl import threadpool_limits

    from analysis.autoencoders.load import load
    from analysis.autoencoders.runtime import choose_runtime
    from analysis.codecs.codec import CHUNK_FRAMES
    from analysis.codecs.quantised import Quantised
    from analysis.codecs.registry import (
        CODECS,
        OF_THE_NOTE,
        RECOMMENDED,
        RECOMMENDED_LOSSLESS,
        find_codec,
    )
    from analysis.encoding.sensitivity import made_by, probe
    from analysis.measures.latent_codecs import bounds
    from analysis.measures.latent_codecs.long_episode import long_episode
    from analysis.measures.latent_codecs.sample import Decoder, digest, read_sample
    from analysis.measures.latent_codecs.trial import (
        exact_beside_recording,
        quantiser_of,
        try_codec,
    )
    from analysis.measures.latent_sets import (
        chosen_views,
        latent_source,
        recordings_of,
        scanned_latents,
    )
    from analysis.shards.latents import LatentReader

    source = latent_source(context)
    report = scanned_latents(source, context)
    reader = LatentReader(source.path)
    episodes = chosen_views(reader, report, EPISODES[context.profile], VIEWS_AN_EPISODE)
    first = episodes[0][0]
    runtime = choose_runtime(context.device, PRECISION)
    skipped: list[SkippedCodec] = []
    decoder = sensitivity = None
    reason = f"{source.path} does not say the size of the frames"
    if first.report.width and first.report.height:
        try:
            autoencoder = load(source.autoencoder or made_by(first.place), runtime)
        except InputError as error:
            reason = str(error)
        else:
            if autoencoder.latent.temporal > 1:
                raise InputError(
                    f"{source.path}: {autoencoder.name} compresses time; this measurement judges "
                    "latents that are decoded frame by frame. Give those of an image autoencoder."
                )
            decoder = Decoder(autoencoder, (first.report.height, first.report.width))
            context.progress("probing the decoder", 0, 1)
            places = tuple(view.place for views in episodes for view in views)
            sensitivity = probe(reader, places, autoencoder)
    recordings = recordings_of(source, context)
    sample = read_sample(
        reader, episodes, decoder, recordings, FRAMES_A_VIEW[context.profile], context.progress
    )
    arrays = [view.latents for view in sample]
    unfinished = Unfinished(context.unfinished / f"{KIND}-{context.profile}")
    commit, _ = checkout()
    decided_by = {"sample": digest(sample), "commit": commit, "decoder": decoder is not None}
    found: list[CodecResult] = []
    # One core: what a core does is what a data loader's worker does.
    with threadpool_limits(1):
        for number, codec in enumerate(CODECS.values()):
            context.progress(codec.name, number, len(CODECS))
            if codec.weighted and sensitivity is None:
                skipped.append(SkippedCodec(name=codec.name, reason=reason))
                continue
            part = decided_by | {"codec": codec.name}
            result = unfinished.find(part, CodecResult)
            if result is None:
                try:
                    result = try_codec(
                        codec,
                        sample,
                        sensitivity,
                        decoder,
                        CLIP_FRAMES,
                        codec.name in OF_THE_NOTE,
                    )
                except InputError as error:
                    skipped.append(SkippedCodec(name=codec.name, reason=str(error)))
                    continue
                unfinished.keep(part, result)
            found.append(result)
        context.progress("entropies", len(CODECS), len(CODECS))
        quantisers = {
            name: codec.method.quantiser
            for codec in CODECS.values()
            if isinstance(codec.method, Quantised)
            and (name := quantiser_of(codec)) is not None
            and codec.name in {result.name for result in found}
        }
        symbols = [
            bounds.symbol_bounds(name, quantiser, arrays, sensitivity)
            for name, quantiser in quantisers.items()
        ]
        recommended = [RECOMMENDED_LOSSLESS, *([RECOMMENDED] if sensitivity is not None else [])]
        long_episodes = [
            long_episode(find_codec(name), arrays, sensitivity, CLIP_FRAMES) for name in recommended
        ]
    raw = sum(latents.nbytes for latents in arrays)
    _, channels, rows, columns = arrays[0].shape
    count = sum(latents.size for latents in arrays)
    mean = sum(float(latents.sum(dtype="f8")) for latents in arrays) / count
    squares = sum(float(((latents.astype("f4") - mean) ** 2).sum(dtype="f8")) for latents in arrays)
    return Outcome(
        parameters=LatentCodecsParameters(
            study=str(context.study_path),
            latents=source.path,
            recordings=None if recordings is None else source.recordings,
            autoencoder=None if decoder is None else decoder.autoencoder.name,
            precision=PRECISION,
            device=runtime.device,
            threads=1,
            recommended=tuple(recommended),
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
            deviation=(squares / count) ** 0.5,
            sensitivity=None if sensitivity is None else tuple(sensitivity.tolist()),
            fields=bounds.field_entropies(arrays),
            symbols=tuple(symbols),
            exact_beside_recording=exact_beside_recording(sample),
            codecs=tuple(found),
            skipped=tuple(skipped),
            long_episodes=tuple(long_episodes),
        ),
        unfinished=unfinished.folder,
    )
