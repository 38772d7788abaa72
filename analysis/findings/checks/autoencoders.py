"""Claims on autoencoders: temporal compression, DC-AE against Cosmos, and what a model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Final

from analysis import storage
from analysis.catalog import BYTES_PER_VALUE, Autoencoder, autoencoder, autoencoders, resolution
from analysis.catalog.note import ComparisonRow
from analysis.findings.draft import Draft, all_or_some, check, figure
from analysis.findings.evidence import Evidence
from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.claims.record import Figure, Verdict
from analysis.kinds.dual_decoder.record import DualDecoderResult, DualDecoderRun
from analysis.kinds.latent_codecs.choice import near_lossless
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.ledger.estimate import Estimate
from analysis.storage import Latent

COSMOS: Final = "cosmos-cv8x8x8"
PATCHES: Final = (1, 2)
"""Sides of the patches that a model may read Cosmos's latents in; published ones take 2."""

TYPICAL: Final = (4, 8)
FACTOR: Final = 8
"""The temporal factor that the note speaks of."""

PIXELS: Final = Latent(spatial=1, channels=3, bytes_per_value=1)
PIXEL_PATCH: Final = 16
"""Side of the patches that vision transformers commonly read pixels in."""


def temporal_autoencoders() -> list[Autoencoder]:
    """Those of the catalogue that fold time."""
    return [entry for entry in autoencoders() if entry.temporal > 1]


def _bits(latent: Latent) -> float:
    return storage.break_even_bits_per_pixel(latent)


def _tokens(given: Evidence, latent: Latent, patch: int = 1) -> float:
    """Per second of the note's recordings."""
    return storage.tokens_per_second(latent, *given.size, given.note.setting.fps, patch)


def _stored(given: Evidence) -> tuple[list[float], int]:
    """Bits per pixel of the temporal autoencoders, and how many are fewer than the note's."""
    stored = [_bits(entry.latent()) for entry in temporal_autoencoders()]
    return stored, sum(bits < _bits(given.latent) for bits in stored)


@check
def temporal_two(given: Evidence, claim: Draft) -> Verdict:
    latent = replace(given.latent, temporal=2)
    ratio = storage.storage_ratio(latent, given.bits_per_pixel)
    claim.add(figure(f"R at t = {latent.temporal}", "", given.note.headline.ratio_t2, ratio))
    spending = [
        entry.channels > latent.channels or entry.spatial < latent.spatial
        for entry in temporal_autoencoders()
    ]
    claim.say(spending=sum(spending), temporal=len(spending))
    return claim.recomputed()


@check
def largest_lever(given: Evidence, claim: Draft) -> Verdict:
    (stored, fewer), run = _stored(given), given.get(LatentCodecs)
    own, typical = _bits(given.latent), median(stored)
    largest = max(entry.temporal for entry in temporal_autoencoders())
    claim.add(
        figure("bits per pixel, DC-AE", "", None, own),
        figure("bits per pixel, median of published temporal ones", "", None, typical),
    )
    claim.say(fewer=fewer, temporal=len(stored), largest=largest, codec="unknown")
    codec, saved = near_lossless(run.results) if run else None, 1.0
    if codec:
        times = codec.share.under(1)
        saved = times.value
        claim.add(figure("times smaller, codec", "×", measured=times, run=run))
        latents = run.parameters.autoencoder if run else None
        claim.say(codec="measured", name=codec.name, times=saved, latents=latents)
    return all_or_some([own / typical > saved, largest > saved])


def _compared(row: ComparisonRow, given: Evidence, name: str) -> list[Figure]:
    latent = autoencoder(row.autoencoder).latent(row.bytes_per_value)
    ratio = storage.storage_ratio(latent, given.bits_per_pixel)
    compression = storage.autoencoder_compression(latent)
    return [
        figure(f"compression, {name}", "×", row.compression, compression),
        figure(f"R, {name}", "", row.ratio, ratio),
    ]


def _comparison(given: Evidence, claim: Draft, rows: Sequence[ComparisonRow]) -> Verdict:
    for row in rows:
        bits = _bits(autoencoder(row.autoencoder).latent(row.bytes_per_value))
        rate = storage.mb_per_min(bits, *given.size, given.note.setting.fps)
        name = f"{row.bytes_per_value * 8} bit"
        claim.add(*_compared(row, given, name))
        claim.add(figure(f"rate, {name}", "MB/min", row.mb_per_min, rate))
    latent = autoencoder(rows[0].autoencoder).latent()
    share = storage.autoencoder_compression(latent) / float(rows[0].compression)
    claim.say(latent=latent, share=share, bits=_bits(latent), own=_bits(given.latent))
    return claim.recomputed()


@check
def comparison_dc_ae(given: Evidence, claim: Draft) -> Verdict:
    return _comparison(given, claim, given.note.comparison[:2])


@check
def comparison_cosmos(given: Evidence, claim: Draft) -> Verdict:
    return _comparison(given, claim, given.note.comparison[2:])


@check
def cosmos_same_bytes(given: Evidence, claim: Draft) -> Verdict:
    bits = []
    for row in given.note.comparison[1:3]:
        entry = autoencoder(row.autoencoder)
        claim.add(*_compared(row, given, f"{entry.name}, {row.bytes_per_value * 8} bit"))
        bits.append(_bits(entry.latent(row.bytes_per_value)))
    claim.say(fp8=bits[0], cosmos=bits[1])
    return claim.recomputed()


@check
def geometries(given: Evidence, claim: Draft) -> Verdict:
    zoo = given.get(AutoencoderZoo)
    for row in given.note.comparison[::2]:
        entry = autoencoder(row.autoencoder)
        built = zoo.results.find(entry.id) if zoo else None
        counts = (built.rows, built.columns) if built else (None, None)
        grid, printed = storage.latent_grid(entry.latent(), *given.size), row.latent_shape[1:]
        names = (f"rows, {entry.name}", f"columns, {entry.name}")
        for name, side, value, count in zip(names, printed, grid, counts, strict=True):
            claim.add(figure(name, "", side, value, measured=count, run=zoo))
        rate = storage.shown_frames_per_second(entry.latent(), given.note.setting.fps)
        claim.add(figure(f"latent frames per second, {entry.name}", "", None, rate))
    claim.say(factor=autoencoder(COSMOS).temporal)
    return claim.recomputed()


@check
def attention_cheaper(given: Evidence, claim: Draft) -> Verdict:
    own, other = given.autoencoder, autoencoder(COSMOS)
    reference = _tokens(given, own.latent())
    tokens = [_tokens(given, other.latent(), patch) for patch in PATCHES]
    costs = [storage.relative_attention_cost(count, reference) for count in tokens]
    claim.add(figure(f"tokens per second, {own.name}", "", None, reference))
    for name, values in (("tokens per second", tokens), ("attention over DC-AE's", costs)):
        for patch, value in zip(PATCHES, values, strict=True):
            claim.add(figure(f"{name}, Cosmos, patch {patch}", "", None, value))
    claim.say(patch=PATCHES[1], tokens=tokens[0] / reference, cost=costs[0])
    return all_or_some([cost < 1 for cost in costs])


@check
def typical_factors(given: Evidence, claim: Draft) -> bool:
    factors = [entry.temporal for entry in temporal_autoencoders()]
    for factor in sorted(set(factors)):
        name = f"autoencoders with t = {factor}"
        claim.add(figure(name, "", None, float(factors.count(factor))))
    others = [each for each in temporal_autoencoders() if each.temporal not in TYPICAL]
    rest = ", ".join(f"{entry.name}: {entry.temporal}" for entry in others)
    typical = len(factors) - len(others)
    claim.say(typical=typical, all=len(factors), others=bool(rest), rest=rest)
    return 2 * typical > len(factors)


@check
def beyond_threshold(given: Evidence, claim: Draft) -> Verdict:
    (stored, fewer), run = _stored(given), given.get(DualDecoderRun)
    duals = run.results.dual_decoders if run else ()
    losses = [lost_by_the_full_decoder(dual) for dual in duals]
    claim.add(
        figure("temporal autoencoders in the catalogue", "", None, len(stored)),
        figure("of these with fewer bits per pixel than DC-AE", "", None, fewer),
    )
    for dual, lost in zip(duals, losses, strict=True):
        name = f"PSNR that the full decoder loses, t = {dual.temporal_factor}"
        estimate = Estimate(value=lost, n=run.results.episodes if run else 1)
        claim.add(figure(name, "dB", measured=estimate, run=run))
    free = all(lost <= 0 for lost in losses)
    claim.say(
        fewer=fewer,
        all=len(stored),
        price=("none" if free else "paid") if duals else "unknown",
        losses=", ".join(f"{lost:.1f}" for lost in losses),
        factors=", ".join(f"t = {dual.temporal_factor}" for dual in duals),
        model=duals[0].spatial_model if duals else "",
    )
    return all_or_some([fewer == len(stored) and free, fewer > 0])


def lost_by_the_full_decoder(dual: DualDecoderResult) -> float:
    """PSNR over whole clips, relative to storing every latent."""
    every, full = dual.way("per-frame").every_frame, dual.way("full").every_frame
    return every.psnr_db.value - full.psnr_db.value


def _bytes(given: Evidence, name: str, bits: float) -> float:
    """Of the note's hours at a resolution."""
    setting, size = given.note.setting, resolution(name).size
    return storage.video_bytes(bits, *size, setting.fps, 3600 * setting.hours)


def _latent_bytes(given: Evidence, name: str, latent: Latent) -> float:
    size = resolution(name).size
    return _bytes(given, name, storage.latent_bits_per_pixel(latent, *size))


def _folded_fp8(given: Evidence) -> Latent:
    return replace(given.latent, temporal=FACTOR, bytes_per_value=BYTES_PER_VALUE["fp8"])


@check
def projections(given: Evidence, claim: Draft) -> Verdict:
    bits = {row.name: float(row.bits_per_pixel) for row in given.note.resolution}
    for row in given.note.projection:
        name, video = row.name, _bytes(given, row.name, bits[row.name])
        stored = _latent_bytes(given, name, given.latent)
        smallest = _latent_bytes(given, name, _folded_fp8(given))
        claim.add(
            figure(f"{name}: MP4", "TB", row.mp4_tb, video / 1e12),
            figure(f"{name}: latents", "TB", row.latent_tb, stored / 1e12),
            figure(f"{name}: t = 8, fp8", "GB", row.t8_fp8_gb, smallest / 1e9),
        )
    return claim.recomputed()


@check
def fits_in_memory(given: Evidence, claim: Draft) -> Verdict:
    name = given.resolution.name
    printed = next(row.t8_fp8_gb for row in given.note.projection if row.name == name)
    wanted = _latent_bytes(given, name, _folded_fp8(given)) / 1e9
    taken = sorted(
        (_latent_bytes(given, name, entry.latent(BYTES_PER_VALUE["fp8"])) / 1e9, entry.name)
        for entry in temporal_autoencoders()
        if entry.temporal == FACTOR
    )
    claim.add(figure("t = 8, fp8", "GB", printed, wanted))
    claim.add(*(figure(f"fp8, {entry}", "GB", None, value) for value, entry in taken))
    (fewest, smallest), (most, largest) = taken[0], taken[-1]
    claim.say(fewest=fewest, smallest=smallest, most=most, largest=largest)
    verdict = claim.recomputed()
    return "holds-only-if" if verdict == "holds" and fewest > wanted else verdict


@check
def cheaper_than_pixels(given: Evidence, claim: Draft) -> Verdict:
    latent, (height, width) = given.latent, given.size
    rows, columns = storage.latent_grid(latent, height, width)
    own, single = _tokens(given, latent), _tokens(given, PIXELS)
    patched = _tokens(given, PIXELS, PIXEL_PATCH)
    attention = storage.relative_attention_cost(patched, own)
    patch = f"pixels in patches of {PIXEL_PATCH}"
    claim.add(
        figure("tokens per second, latents", "", None, own),
        figure("tokens per second, pixels", "", None, single),
        figure(f"tokens per second, {patch}", "", None, patched),
        figure(f"attention over that of latents, {patch}", "×", None, attention),
    )
    values = PIXELS.channels * height * width / (rows * columns * latent.channels)
    claim.say(places=single / own, values=values, patch=PIXEL_PATCH)
    claim.say(tokens=patched / own, attention=attention)
    return all_or_some([single > own, patched > own])


@check
def shorter_sequences(given: Evidence, claim: Draft) -> Verdict:
    fps, folded = given.note.setting.fps, replace(given.latent, temporal=FACTOR)
    tokens, shorter = _tokens(given, given.latent), _tokens(given, folded)
    cosmos, shown = _tokens(given, autoencoder(COSMOS).latent()), f"t = {FACTOR}"
    rate = storage.shown_frames_per_second(folded, fps)
    claim.add(
        figure("latent frames per second, t = 1", "", None, float(fps)),
        figure(f"latent frames per second, {shown}", "", None, rate),
        figure("tokens per second, t = 1", "", None, tokens),
        figure(f"tokens per second, {shown}, same grid", "", None, shorter),
    )
    claim.say(factor=FACTOR, cosmos=cosmos / tokens)
    return "holds" if cosmos * FACTOR <= tokens else "holds-only-if"
