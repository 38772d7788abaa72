"""Claims that rest on the note and the catalogue: the note with another figure printed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from analysis.catalog import autoencoders, note, practices, recipe
from analysis.findings import evidence
from analysis.findings.checks import autoencoders as autoencoder_checks
from analysis.findings.checks import compression, data_set, ratio
from analysis.kinds.claims.record import Verdict
from tests.findings.cases import Case

WRONG = Decimal("9.87")
"""A figure that nothing in the note comes to."""

FORMULA = [Decimal(f"{0.5 / float(row.bits_per_pixel):.2f}") for row in note().resolution]
"""R of the note's latents, 0.5 bits per pixel at any size, over each b of its table."""

NOTE_CASES = [
    Case("latent-shape", "arithmetic-slip", "", (), {"setting__resolution": "720p"}),
    Case("latent-total", "arithmetic-slip", "", (), {"setting__hours": 300, "final__frames": 1}),
    Case(
        "size-cancels",
        "holds",
        "at every size",
        (),
        {f"resolution__{place}__ratio": ratio for place, ratio in enumerate(FORMULA)},
    ),
    Case("latent-shape", "arithmetic-slip", "", (), {"comparison__0__latent_shape": [WRONG] * 3}),
    Case("episodes-and-hours", "holds", "1.3 % fewer episodes"),
    Case("episodes-and-hours", "holds", "0.2 % more episodes", (), {"setting__episodes": 2600}),
    Case("episodes-and-hours", "does-not-hold", "", (), {"setting__episodes": 2000}),
    Case("mp4-mb-per-min", "arithmetic-slip", "is less than the rate"),
    Case("mp4-mb-per-min", "arithmetic-slip", "is not", (), {"setting__mp4_mb_per_min": WRONG}),
    Case(
        "mp4-mb-per-min",
        "holds",
        "total over duration",
        (),
        {"setting__mp4_mb_per_min": Decimal("4E+1")},
    ),
    Case("latent-mb-per-min", "arithmetic-slip", "", (), {"setting__latent_mb_per_min": WRONG}),
    Case("latent-total", "holds-only-if", "at 340 h it is more"),
    Case("latent-total", "holds", "", (), {"setting__hours": 336}),
    Case("latent-total", "arithmetic-slip", "", (), {"setting__latent_gb": Decimal(700)}),
    Case("latent-smaller-by", "arithmetic-slip", "give less"),
    Case(
        "latent-smaller-by",
        "arithmetic-slip",
        "give more",
        (),
        {"headline__latent_smaller_percent": Decimal(5)},
    ),
    Case(
        "latent-smaller-by",
        "holds",
        "",
        (),
        {"headline__latent_smaller_percent": Decimal("1E+1")},
    ),
    Case("units", "holds-only-if", "smaller than published"),
    Case("units", "holds-only-if", "not smaller", (), {"final__mp4_gib": Decimal(700)}),
    Case("units", "holds", "", (), {"final__latent_gib": Decimal(812)}),
    Case("units", "does-not-hold", "", (), {"final__latent_gib": Decimal(600)}),
    Case("size-cancels", "holds-only-if", "240p"),
    Case("size-cancels", "does-not-hold", "", (), {"resolution__*__ratio": WRONG}),
    Case("bits-per-pixel", "holds", ""),
    Case("bits-per-pixel", "arithmetic-slip", "", (), {"setting__bits_per_pixel": WRONG}),
    Case("ratio", "holds", ""),
    Case("ratio", "arithmetic-slip", "", (), {"headline__ratio": WRONG}),
    Case("empirical-ratio", "holds", ""),
    Case("empirical-ratio", "arithmetic-slip", "", (), {"headline__empirical_ratio": WRONG}),
    Case("autoencoder-compression", "holds", ""),
    Case("autoencoder-compression", "arithmetic-slip", "", (), {"headline__area_factor": WRONG}),
    Case("video-compression", "arithmetic-slip", "", (), {"headline__video_compression": WRONG}),
    Case("temporal-two", "holds", ""),
    Case("temporal-two", "arithmetic-slip", "", (), {"headline__ratio_t2": WRONG}),
    Case("comparison-dc-ae", "holds", ""),
    Case("comparison-dc-ae", "arithmetic-slip", "", (), {"comparison__0__ratio": WRONG}),
    Case("comparison-cosmos", "arithmetic-slip", "0.5 times the published compression"),
    Case(
        "comparison-cosmos",
        "holds",
        "",
        (),
        {
            "comparison__2__compression": Decimal(48),
            "comparison__2__ratio": Decimal("0.88"),
            "comparison__2__mb_per_min": Decimal("40.3"),
            "comparison__3__compression": Decimal(96),
            "comparison__3__ratio": Decimal("0.44"),
            "comparison__3__mb_per_min": Decimal("20.2"),
        },
    ),
    Case("cosmos-same-bytes", "arithmetic-slip", "0.5 bits per pixel, DC-AE in fp8 0.25"),
    Case(
        "cosmos-same-bytes",
        "holds",
        "",
        (),
        {"comparison__2__compression": Decimal(48), "comparison__2__ratio": Decimal("0.88")},
    ),
    Case("geometries", "arithmetic-slip", "", (), {"comparison__2__latent_shape": [WRONG] * 3}),
    Case("projections", "holds", ""),
    Case("projections", "arithmetic-slip", "", (), {"projection__0__mp4_tb": WRONG}),
    Case("fits-in-memory", "holds-only-if", "103 (Cosmos CV8x16x16) to 411 GB"),
    Case("fits-in-memory", "arithmetic-slip", "", (), {"projection__1__t8_fp8_gb": WRONG}),
    Case("resolution-table", "holds", ""),
    Case("resolution-table", "arithmetic-slip", "", (), {"resolution__0__t4_ratio": WRONG}),
    Case("thresholds", "holds", "2 at 720p"),
    Case("thresholds", "arithmetic-slip", "", (), {"threshold__0__temporal": WRONG}),
]

CATALOGUE: list[tuple[str, object, str, Callable[[], object], Verdict]] = [
    ("recordings-are-h264", data_set, "recipe", lambda: lambda _: recipe("native"), "holds"),
    ("video-compression", ratio, "recipe", lambda: lambda _: recipe("native"), "holds"),
    ("typical-factors", autoencoder_checks, "autoencoders", lambda: folded(6), "does-not-hold"),
    ("largest-lever", autoencoder_checks, "autoencoders", lambda: folded(8, 2), "holds"),
    (
        "beyond-threshold",
        autoencoder_checks,
        "autoencoders",
        lambda: folded(8, 2),
        "holds",
    ),
    (
        "beyond-threshold",
        autoencoder_checks,
        "autoencoders",
        lambda: folded(2, channels=512),
        "does-not-hold",
    ),
    ("fits-in-memory", autoencoder_checks, "autoencoders", lambda: folded(8, 2), "holds"),
    ("nobody-compresses", compression, "practices", lambda: lambda: practices()[:1], "holds"),
    ("attention-cheaper", autoencoder_checks, "autoencoder", lambda: coarse(32), "holds"),
    ("attention-cheaper", autoencoder_checks, "autoencoder", lambda: coarse(4), "does-not-hold"),
    ("latent-size-exact", evidence, "autoencoder", lambda: coarse(1), "holds"),
    ("mechanisms", evidence, "autoencoder", lambda: temporal(4), "does-not-hold"),
    ("latent-scales-exactly", evidence, "autoencoder", lambda: coarse(1), "holds"),
    ("cheaper-than-pixels", evidence, "autoencoder", lambda: coarse(8), "holds-only-if"),
    ("cheaper-than-pixels", evidence, "autoencoder", lambda: coarse(1), "does-not-hold"),
    ("shorter-sequences", autoencoder_checks, "autoencoder", lambda: coarse(32), "holds"),
]
"""Claims that rest on the catalogue: what stands in for a part of it, and the verdict then."""


def folded(temporal: int, channels: int = 16) -> Callable[[], object]:
    """A catalogue whose temporal autoencoders all have these."""
    update = {"temporal": temporal, "channels": channels, "spatial": 32}
    entries = [entry.model_copy(update=update) for entry in autoencoders() if entry.temporal > 1]
    return lambda: entries


def coarse(spatial: int) -> Callable[[str], object]:
    """Every autoencoder that is looked up by its id with another grid."""
    by_id = {entry.id: entry for entry in autoencoders()}
    return lambda id: by_id[id].model_copy(update={"spatial": spatial})


def temporal(factor: int) -> Callable[[str], object]:
    """Every autoencoder that is looked up by its id folding time."""
    by_id = {entry.id: entry for entry in autoencoders()}
    return lambda id: by_id[id].model_copy(update={"temporal": factor})
