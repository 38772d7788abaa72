"""Claims on temporal compression and on DC-AE against Cosmos."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Final

from analysis import storage
from analysis.catalog import Note, autoencoder, autoencoders, resolution
from analysis.catalog.note import ComparisonRow
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    counted,
    figure,
    implied,
    judged_claim,
    observed,
    recomputed_claim,
    untestable_claim,
)
from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.claims.record import Claim, Figure, Verdict
from analysis.kinds.latent_codecs.record import LatentCodecs

TEMPORAL, SECTION = "Temporal compression", "DC-AE against Cosmos"

_COSMOS: Final = "cosmos-cv8x8x8"
_PATCHES: Final = (1, 2)
"""Sides of the patches that a model may read Cosmos's latents in; published ones take 2."""


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """The lever of time, then the comparison row by row and what is concluded from it."""
    ours = [row for row in note.comparison if row.autoencoder != _COSMOS]
    theirs = [row for row in note.comparison if row.autoencoder == _COSMOS]
    return [
        _temporal_two(note),
        _largest_lever(note, evidence.latent_codecs),
        _comparison("comparison-dc-ae", ours, note, evidence.autoencoder_zoo),
        _comparison("comparison-cosmos", theirs, note, evidence.autoencoder_zoo),
        _same_bytes(ours[1], theirs[0], note),
        _geometries(note, ours[0], theirs[0], evidence.autoencoder_zoo),
        _attention(note),
        untestable_claim(
            "cosmos-preferable",
            SECTION,
            "For a video diffusion model Cosmos's trade of time for space is the better one.",
            "whether a model learns better from it no arithmetic says",
            "two video models trained alike on both latents of the same games, which takes the "
            "weights of both autoencoders and GPUs for both trainings",
            [references.ATTENTION],
        ),
    ]


def _temporal_two(note: Note) -> Claim:
    latent = replace(autoencoder(note.setting.autoencoder).latent(), temporal=2)
    b, printed = float(note.setting.bits_per_pixel), note.headline.ratio_t2
    return recomputed_claim(
        "temporal-two",
        TEMPORAL,
        f"A temporal factor of t = {latent.temporal} would halve R, to {printed}.",
        [figure(f"R at t = {latent.temporal}", "", printed, storage.storage_ratio(latent, b))],
        "with all else unchanged; published temporal autoencoders spend part of t on more channels "
        "or a smaller s",
        [references.RATIO, references.CATALOGUE],
    )


def _largest_lever(note: Note, run: LatentCodecs | None) -> Claim:
    latent = autoencoder(note.setting.autoencoder).latent()
    own = storage.break_even_bits_per_pixel(latent)
    stored = [
        storage.break_even_bits_per_pixel(entry.latent())
        for entry in autoencoders()
        if entry.temporal > 1
    ]
    figures = [
        implied("bits a pixel, DC-AE", "", own),
        implied("bits a pixel, median of published temporal ones", "", median(stored)),
    ]
    near = run and next(
        (
            codec
            for codec in run.results.codecs
            if codec.name in run.parameters.recommended and not codec.lossless
        ),
        None,
    )
    compressed = ""
    if run and near:
        times = near.share.under(1)
        figures.append(observed("times smaller, codec", "×", times, references.run_file(run)))
        compressed = (
            f"; and a codec makes stored latents {times.value:.1f} times smaller without touching "
            f"time ({near.name}, on another autoencoder's)"
        )
    return judged_claim(
        "largest-lever",
        TEMPORAL,
        "Temporal compression is the strongest lever on the size of latents.",
        "holds-only-if",
        "t comes on top of the same c and s: published temporal autoencoders mostly store as many "
        "bits a pixel as DC-AE" + compressed,
        [references.CATALOGUE, references.LOSSY, *references.runs(run if near else None)],
        figures,
    )


def _name(row: ComparisonRow) -> str:
    return f"{autoencoder(row.autoencoder).name}, {row.bytes_per_value * 8} bit"


def _comparison(
    id: str, rows: list[ComparisonRow], note: Note, zoo: AutoencoderZoo | None
) -> Claim:
    size = resolution(note.setting.resolution)
    b = float(note.setting.bits_per_pixel)
    figures: list[Figure] = []
    for row in rows:
        latent = autoencoder(row.autoencoder).latent(row.bytes_per_value)
        per_pixel = storage.break_even_bits_per_pixel(latent)
        rate = storage.mb_per_min(per_pixel, *size.size, note.setting.fps)
        name = f"{row.bytes_per_value * 8} bit"
        compression = storage.autoencoder_compression(latent)
        figures += [
            figure(f"compression, {name}", "×", row.compression, compression),
            figure(f"R, {name}", "", row.ratio, storage.storage_ratio(latent, b)),
            figure(f"rate, {name}", "MB/min", row.mb_per_min, rate),
        ]
    latent = autoencoder(rows[0].autoencoder).latent()
    both = " and ".join(f"{row.compression}×" for row in rows)
    return recomputed_claim(
        id,
        SECTION,
        f"{autoencoder(rows[0].autoencoder).name} at {size.name} compresses {both} against raw, in "
        f"16 and 8 bits a value: R = {' and '.join(f'{row.ratio}' for row in rows)}.",
        figures,
        "it follows from s, c, t and p",
        [references.COMPRESSION, references.COSMOS, *references.runs(zoo)],
        f"s = {latent.spatial}, c = {latent.channels} and t = {latent.temporal} give half the "
        "published compression and twice the size: as many bits a pixel as DC-AE",
    )


def _same_bytes(ours: ComparisonRow, theirs: ComparisonRow, note: Note) -> Claim:
    b = float(note.setting.bits_per_pixel)
    figures = []
    for row in (ours, theirs):
        latent = autoencoder(row.autoencoder).latent(row.bytes_per_value)
        figures += [
            figure(
                f"compression, {_name(row)}",
                "×",
                row.compression,
                storage.autoencoder_compression(latent),
            ),
            figure(f"R, {_name(row)}", "", row.ratio, storage.storage_ratio(latent, b)),
        ]
    return recomputed_claim(
        "cosmos-same-bytes",
        SECTION,
        f"Cosmos in float16 and DC-AE in fp8 take the same bytes, {theirs.compression}× below raw.",
        figures,
        "it follows from s, c, t and p",
        [references.COMPRESSION, references.COSMOS],
        "Cosmos in float16 takes as many bits a pixel as DC-AE in float16; fp8 halves both",
    )


def _geometries(
    note: Note, ours: ComparisonRow, theirs: ComparisonRow, zoo: AutoencoderZoo | None
) -> Claim:
    size = resolution(note.setting.resolution).size
    figures: list[Figure] = []
    for row in (ours, theirs):
        entry = autoencoder(row.autoencoder)
        grid = storage.latent_grid(entry.latent(), *size)
        found = zoo and zoo.results.find(entry.id)
        seen = (found.rows, found.columns) if found else (None, None)
        for name, printed, value, measured in zip(
            ("rows", "columns"), row.latent_shape[1:], grid, seen, strict=True
        ):
            each = figure(f"{name}, {entry.name}", "", printed, value)
            if zoo and measured:
                update = {"measured": counted(measured), "run": references.run_file(zoo)}
                each = each.model_copy(update=update)
            figures.append(each)
        figures.append(
            implied(
                f"latent frames a second, {entry.name}",
                "",
                storage.shown_frames_per_second(entry.latent(), note.setting.fps),
            )
        )
    factor = autoencoder(theirs.autoencoder).temporal
    return recomputed_claim(
        "geometries",
        SECTION,
        "The shapes differ: DC-AE has a small grid for every frame, Cosmos a larger one for every "
        f"{factor}th.",
        figures,
        f"the architectures give these grids; Cosmos's frame stands for its {factor}, rather than "
        "leaving the others out, and the first one of a clip stands alone",
        [
            references.LATENT_SIZE,
            references.LATENT_FRAMES,
            references.COUNTED,
            *references.runs(zoo),
        ],
    )


def _attention(note: Note) -> Claim:
    """Tokens and attention of Cosmos's latents beside DC-AE's, by the patch that is read."""
    size, fps = resolution(note.setting.resolution).size, note.setting.fps
    own, other = autoencoder(note.setting.autoencoder), autoencoder(_COSMOS)
    reference = storage.tokens_per_second(own.latent(), *size, fps)
    tokens = {
        patch: storage.tokens_per_second(other.latent(), *size, fps, patch) for patch in _PATCHES
    }
    cost = {
        patch: storage.relative_attention_cost(count, reference) for patch, count in tokens.items()
    }
    single, patched = _PATCHES
    verdict: Verdict = "holds" if cost[single] < 1 else "does-not-hold"
    if cost[patched] < 1 <= cost[single]:
        verdict = "holds-only-if"
    return judged_claim(
        "attention-cheaper",
        SECTION,
        f"A sequence that is {other.temporal} times shorter makes attention so much cheaper that "
        "the larger grid is more than paid for.",
        verdict,
        f"the model reads Cosmos's latents in patches of {patched}×{patched}, and DC-AE's one by "
        f"one. Latent for latent it is the other way round: {tokens[single] / reference:g} times "
        f"the tokens and {cost[single]:g} times the attention over the same seconds, for the grid "
        "grows more than the frames get fewer",
        [references.TOKENS, references.ATTENTION],
        [
            implied(f"tokens a second, {own.name}", "", reference),
            *(
                implied(f"tokens a second, Cosmos, patch {patch}", "", count)
                for patch, count in tokens.items()
            ),
            *(
                implied(f"attention over DC-AE's, Cosmos, patch {patch}", "", value)
                for patch, value in cost.items()
            ),
        ],
    )
