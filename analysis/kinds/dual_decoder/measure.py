"""Kind `dual-decoder`: what decoding one frame of a temporally compressed latent costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import torch

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.load import load_dual_decoder, load_spatial_model, weight_folder
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.train_dual_decoder import CLIP_FRAMES
from analysis.errors import InputError
from analysis.kinds.context import Context, Outcome, Progress
from analysis.kinds.dual_decoder.decodings import Comparison, encode_clip
from analysis.kinds.dual_decoder.motion import STATIC, TURNING
from analysis.kinds.dual_decoder.record import (
    DualDecoderParameters,
    DualDecoderResult,
    DualDecoderResults,
    Motion,
    ShownClip,
    StoredSize,
)
from analysis.kinds.dual_decoder.shown import SHOWN_MOTIONS, busiest, show
from analysis.kinds.dual_decoder.timing import time_decoders
from analysis.kinds.dual_decoder.views import JudgedView, judged_views
from analysis.kinds.shard_sets import is_latent, scanned, shards_input
from analysis.kinds.trained import weight_files
from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.ledger.records import Profile

PRECISION: Final = "fp32"
"""Of the arithmetic; stored latents are float16."""


@dataclass(frozen=True)
class Extent:
    """How much is judged, at most."""

    episodes: int
    clips_a_motion: int
    timed: int
    shown_clips: int


EXTENTS: Final[dict[Profile, Extent]] = {
    "quick": Extent(episodes=1, clips_a_motion=1, timed=3, shown_clips=1),
    "full": Extent(episodes=3, clips_a_motion=5, timed=15, shown_clips=6),
}


def measure(context: Context) -> Outcome:
    """Judge the study's dual decoders on the profile's first set of recordings.

    Raises:
        InputError: the study names none, they cannot be loaded or fold more frames than a clip
            has, or there are no recordings to judge them by.
    """

    names = context.study.dual_decoders
    if not names:
        raise InputError(f"{context.study_path}: names no `dual_decoders`; add some.")
    runtime = choose_runtime(context.device, PRECISION)
    extent = EXTENTS[context.profile]
    duals = [load_dual_decoder(name, runtime) for name in names]
    for dual in duals:
        if CLIP_FRAMES % dual.latent.temporal:
            raise InputError(
                f"{dual.name} folds {dual.latent.temporal} frames, and a clip that is judged has "
                f"{CLIP_FRAMES}; give dual decoders whose temporal factor divides that."
            )
    spatial = {dual.name: load_spatial_model(dual) for dual in duals}
    reports = (
        (source, scanned(source, context))
        for source in context.study.profile(context.profile).shards
    )
    found = next(((each, report) for each, report in reports if not is_latent(report)), None)
    if found is None:
        raise InputError(f"{context.study_path}: name a set of recordings to judge latents by.")
    source, report = found
    views = judged_views(context.dataset(source.path), extent.episodes)
    comparisons = [Comparison(dual, spatial[dual.name]) for dual in duals]
    _compare(views, comparisons, extent, context.progress)
    shown, files = _shown(views, _middle(duals), spatial, extent, context.progress)
    first, header = views[0], views[0].header
    return Outcome(
        parameters=DualDecoderParameters(
            study=str(context.study_path),
            recordings=source.name,
            dual_decoders=tuple(dual.name for dual in duals),
            precision=PRECISION,
            device=runtime.device,
            threads=torch.get_num_threads(),
            clip_frames=CLIP_FRAMES,
            episodes=extent.episodes,
            clips_a_motion=extent.clips_a_motion,
            turning_degrees_a_frame=TURNING,
            static_degrees_a_frame=STATIC,
            timed=extent.timed,
        ),
        inputs=(shards_input(source.name, report),),
        results=DualDecoderResults(
            split=first.episode.split,
            maps=tuple(sorted({view.episode.map for view in views if view.episode.map})),
            episodes=len({view.episode.source.key for view in views}),
            views=len(views),
            clips=comparisons[0].clips,
            width=header.width,
            height=header.height,
            fps=float(header.fps),
            video_bits_per_pixel=_rate(views, lambda view: 8 * view.video_bytes, _pixels),
            per_frame=_stored(views, spatial[duals[0].name]),
            dual_decoders=tuple(
                _result(comparison, views, extent, context.progress) for comparison in comparisons
            ),
            shown=shown,
        ),
        files=files,
    )


def _compare(
    views: Sequence[JudgedView],
    comparisons: Sequence[Comparison],
    extent: Extent,
    progress: Progress,
) -> None:
    """Show the chosen clips of every view in every way."""

    for done, view in enumerate(views):
        for judged in view.clips(extent.clips_a_motion):
            progress("judging clips", done, len(views))
            encoded = {
                comparison.spatial.name: encode_clip(comparison.spatial, judged.frames)
                for comparison in {each.spatial.name: each for each in comparisons}.values()
            }
            for comparison in comparisons:
                clip = encoded[comparison.spatial.name]
                comparison.add(view.episode.source.key, judged, clip)
    progress("judging clips", len(views), len(views))


def _shown(
    views: Sequence[JudgedView],
    dual: DualAutoencoder,
    spatial: Mapping[str, Autoencoder],
    extent: Extent,
    progress: Progress,
) -> tuple[tuple[ShownClip, ...], dict[str, bytes]]:
    """Clips of one dual decoder, and their files."""

    clips: list[ShownClip] = []
    files: dict[str, bytes] = {}
    for done, motion in enumerate(SHOWN_MOTIONS):
        progress("drawing clips", done, len(SHOWN_MOTIONS))
        stretch = busiest(views, motion, extent.shown_clips)
        if stretch is not None:
            clip, written = show(stretch, motion, dual, spatial[dual.name])
            clips.append(clip)
            files |= written
    return tuple(clips), files


def _middle(duals: Sequence[DualAutoencoder]) -> DualAutoencoder:
    """The one with the middle temporal factor."""
    ordered = sorted(duals, key=lambda dual: dual.latent.temporal)
    return ordered[len(ordered) // 2]


def _result(
    comparison: Comparison, views: Sequence[JudgedView], extent: Extent, progress: Progress
) -> DualDecoderResult:

    dual, spatial = comparison.dual, comparison.spatial
    progress(f"timing {dual.name}", 0, 1)
    header = views[0].header
    window = views[0].stretch(0, dual.latent.temporal)
    timing = time_decoders(
        dual, spatial, spatial.encode(window), (header.height, header.width), extent.timed
    )
    config = dual.module.config
    return DualDecoderResult(
        name=dual.name,
        spatial_model=spatial.name,
        spatial_factor=dual.latent.spatial,
        temporal_factor=dual.latent.temporal,
        stored_channels=dual.latent.channels,
        representative=config["representative"],
        representative_position=dual.module.representative_frame,
        shape=dual.latent_shape(dual.latent.temporal, header.height, header.width)[1:],
        files=weight_files([weight_folder(dual.name)]),
        stored=_stored(views, dual),
        ways=comparison.results(_shares(views)),
        timing=timing,
    )


def _shares(views: Sequence[JudgedView]) -> dict[Motion, float]:
    """Of all clips of the views, by motion."""
    counts: dict[Motion, int] = defaultdict(int)
    for view in views:
        for motion, clips in view.motions.items():
            counts[motion] += len(clips)
    return {motion: count / sum(counts.values()) for motion, count in counts.items()}


def _stored(views: Sequence[JudgedView], autoencoder: Autoencoder) -> StoredSize:
    """What an autoencoder's float16 latents of these views take, relative to their videos."""

    def latent_bytes(view: JudgedView) -> float:
        header = view.header
        count, *shape = autoencoder.latent_shape(header.frames, header.height, header.width)
        return autoencoder.latent.bytes_per_value * count * prod(shape)

    return StoredSize(
        bits_per_pixel=_rate(views, lambda view: 8 * latent_bytes(view), _pixels),
        mb_per_min=_rate(
            views,
            lambda view: latent_bytes(view) / 1e6,
            lambda view: view.header.frames / float(view.header.fps) / 60,
        ),
        ratio=_rate(views, latent_bytes, lambda view: view.video_bytes),
    )


def _rate(
    views: Sequence[JudgedView],
    numerator: Callable[[JudgedView], float],
    denominator: Callable[[JudgedView], float],
) -> Estimate:
    """A ratio of sums, with its interval over episodes."""
    above: dict[str, float] = defaultdict(float)
    below: dict[str, float] = defaultdict(float)
    for view in views:
        above[view.episode.source.key] += numerator(view)
        below[view.episode.source.key] += denominator(view)
    return ratio_of_sums(list(above.values()), list(below.values()))


def _pixels(view: JudgedView) -> float:
    header = view.header
    return header.frames * header.height * header.width
