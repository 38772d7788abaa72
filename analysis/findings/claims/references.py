"""Where the claims can be checked: runs, places in the report, published sources."""

from __future__ import annotations

from typing import Final

from analysis.kinds.claims.record import Reference
from analysis.ledger.records import Measurement


def run_file(measurement: Measurement) -> str:
    """The file of a run, below the ledger."""
    return f"{measurement.kind}/{measurement.run.id}.json"


def runs(*measurements: Measurement | None) -> tuple[Reference, ...]:
    """References to those runs that there are."""
    return tuple(
        Reference(kind="run", title=measurement.kind, address=run_file(measurement))
        for measurement in measurements
        if measurement is not None
    )


def source(citation: str) -> Reference:
    """What others published."""
    return Reference(kind="source", title=citation)


def _section(title: str, address: str) -> Reference:
    return Reference(kind="section", title=title, address=address)


def _equation(title: str, id: str) -> Reference:
    return Reference(kind="equation", title=title, address=f"equations.qmd#{id}")


# The ids are those in report/*.qmd; a test follows every one of them.
LATENT_SIZE: Final = _equation("size of latents", "eq-latent")
LATENT_FRAMES: Final = _equation("latent frames of a clip", "eq-frames")
VIDEO_SIZE: Final = _equation("size of video", "eq-video")
RATIO: Final = _equation("R", "eq-ratio")
COMPRESSION: Final = _equation("the two compressions", "eq-compression")
THRESHOLD: Final = _equation("smallest t", "eq-threshold")
TOKENS: Final = _equation("tokens a second", "eq-tokens")

PADDING: Final = _section("padding", "equations.qmd#tbl-padding")
RECIPES: Final = _section("the recordings side by side", "recordings.qmd#sec-recipes")
COMPONENTS: Final = _section("where the bytes are", "recordings.qmd#sec-components")
MEASURED_B: Final = _section("bits a pixel, measured", "resolution.qmd#sec-measured")
NOTE_B: Final = _section("the note's estimates", "resolution.qmd#sec-table")
TIES: Final = _section("where the tie moves", "resolution.qmd#sec-tie")
SETTINGS: Final = _section("what else decides b", "resolution.qmd#sec-settings")
SMALLEST: Final = _section("the smallest factor", "temporal.qmd#sec-smallest")
SHORT_CLIPS: Final = _section("short clips", "temporal.qmd#sec-clips")
PROJECTIONS: Final = _section("the whole data set", "temporal.qmd#sec-projections")
ATTENTION: Final = _section("tokens and attention", "temporal.qmd#sec-tokens")
CATALOGUE: Final = _section("autoencoders compared", "autoencoders.qmd#sec-bits")
COSMOS: Final = _section("DC-AE against Cosmos", "autoencoders.qmd#sec-cosmos")
COUNTED: Final = _section("shapes as counted", "autoencoders.qmd#tbl-zoo")
SHAPES: Final = _section("where the shapes come from", "autoencoders.qmd#sec-sources")
EQUAL_QUALITY: Final = _section("bytes at equal quality", "quality.qmd#sec-equal")
CODECS: Final = _section("the note's codecs again", "compression.qmd#sec-note")
LOSSLESS: Final = _section("lossless codecs", "compression.qmd#sec-lossless")
LOSSY: Final = _section("lossy codecs", "compression.qmd#sec-lossy")
PICTURE_STEPS: Final = _section("steps by what is shown", "compression.qmd#sec-picture")
BOUNDS: Final = _section("how near to the bounds", "compression.qmd#sec-bounds")
OTHERS: Final = _section("what others do", "compression.qmd#sec-others")
DUAL_IDEA: Final = _section("the dual decoder", "dual-decoder.qmd#sec-idea")
DUAL_QUALITY: Final = _section("its quality", "dual-decoder.qmd#sec-quality")
DUAL_LATENCY: Final = _section("its latency", "dual-decoder.qmd#sec-latency")
DUAL_OTHERS: Final = _section("streaming decoders of others", "dual-decoder.qmd#sec-literature")

RECORDER: Final = source("the public recorder of doom-arena")
LATER_COUNT: Final = source("later figures of the note's authors")
H264: Final = source("ITU-T H.264: prediction, transform and entropy coding")
