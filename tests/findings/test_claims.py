"""The note against the equations: what comes out to the printed digit, and what does not."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analysis.catalog import note
from analysis.catalog.note import as_printed
from analysis.findings.claims import all_claims, newest_evidence
from analysis.findings.evidence import Evidence
from analysis.kinds.claims.record import UNANSWERED, Claim, Verdict
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.ledger.estimate import Estimate
from tests.findings.changed import at_equal_quality
from tests.kinds.dual_decoder.example import dual_decoder
from tests.kinds.examples import shard_sizes
from tests.kinds.latent_codecs.example import latent_codecs
from tests.kinds.rate_distortion.example import rate_distortion
from tests.kinds.video_bitrate.example import video_bitrate
from tests.shared import REPOSITORY


def by_id(evidence: Evidence) -> dict[str, Claim]:
    return {claim.id: claim for claim in all_claims(evidence)}


CLAIMS = by_id(Evidence())
"""Without any run."""


def disagreeing(claim: Claim) -> dict[str, tuple[str | None, float]]:
    return {
        figure.name: (figure.published, round(figure.recomputed or 0, 3))
        for figure in claim.figures
        if figure.agrees is False
    }


def recomputed(claim: Claim) -> dict[str, float | None]:
    return {figure.name: figure.recomputed for figure in claim.figures}


@pytest.mark.parametrize(
    ("id", "figures"),
    [
        ("latent-shape", 3),
        ("resolution-table", 7 * 9),
        ("thresholds", 4),
        ("projections", 5 * 3),
        ("comparison-dc-ae", 6),
        ("ratio", 3),
        ("autoencoder-compression", 3),
    ],
)
def test_these_tables_and_equations_come_out_as_printed(id: str, figures: int) -> None:
    claim = CLAIMS[id]
    assert sum(figure.agrees is True for figure in claim.figures) == figures
    assert disagreeing(claim) == {}
    assert claim.verdict == "holds"


def test_the_latent_grids_of_the_note_are_rounded_up() -> None:
    from analysis import storage
    from analysis.catalog import autoencoder, resolution

    latent = autoencoder("dc-ae-lite-f32c32").latent()
    for row in note().resolution:
        assert storage.latent_grid(latent, *resolution(row.name).size) == row.grid


def test_the_slips_are_these_and_no_others() -> None:
    slips = {
        claim.id: disagreeing(claim)
        for claim in CLAIMS.values()
        if claim.verdict == "arithmetic-slip"
    }
    assert slips == {
        "mp4-mb-per-min": {
            "MP4 rate": ("46.0", 44.216),
            "MP4 rate, frames counted later": ("46.0", 44.97),
        },
        "latent-smaller-by": {
            "smaller by, from the totals": ("13", 9.978),
            "smaller by, from the rates": ("13", 12.391),
        },
        "comparison-cosmos": {
            "compression, 16 bit": ("96", 48.0),
            "R, 16 bit": ("0.44", 0.877),
            "rate, 16 bit": ("20.2", 40.32),
            "compression, 8 bit": ("192", 96.0),
            "R, 8 bit": ("0.22", 0.439),
            "rate, 8 bit": ("10.1", 20.16),
        },
        "cosmos-same-bytes": {
            "compression, Cosmos CV8x8x8, 16 bit": ("96", 48.0),
            "R, Cosmos CV8x8x8, 16 bit": ("0.44", 0.877),
        },
    }


def test_like_for_like_units_lower_the_ratio() -> None:
    figures = {figure.name: figure for figure in CLAIMS["units"].figures}
    assert figures["latents, counted frames"].agrees
    assert figures["R, both in GB"].recomputed == pytest.approx(0.838, abs=5e-4)


def test_the_sizes_cancel_only_where_the_grid_is_whole() -> None:
    claim = CLAIMS["size-cancels"]
    assert claim.verdict == "holds-only-if"
    whole = {figure.name.split()[2].rstrip(",") for figure in claim.figures if figure.agrees}
    assert whole == {"480p", "1440p"}


def test_attention_is_cheaper_in_patches_and_dearer_latent_for_latent() -> None:
    """15 x 20 x 35 tokens per second beside 60 x 80 x 35/8, and a quarter of these in patches."""
    claim = CLAIMS["attention-cheaper"]
    assert list(recomputed(claim).values()) == [10500, 21000, 5250, 4, 0.25]
    assert claim.verdict == "holds-only-if"
    assert "2 times the tokens and 4 times the attention" in claim.reason


def test_pixels_cost_more_even_in_patches() -> None:
    claim = CLAIMS["cheaper-than-pixels"]
    assert list(recomputed(claim).values()) == [10500, 480 * 640 * 35, 30 * 40 * 35, 16]
    assert "1024 times fewer places and 96 times fewer values" in claim.reason


def test_what_fits_in_memory_is_an_autoencoder_that_nobody_published() -> None:
    figures = recomputed(CLAIMS["fits-in-memory"])
    assert figures["t = 8, fp8"] == pytest.approx(51.4, abs=0.05)
    assert figures["fp8, Cosmos CV8x8x8"] == pytest.approx(8 * 51.408)
    assert figures["fp8, Cosmos CV8x16x16"] == pytest.approx(2 * 51.408)


def test_thirteen_of_fourteen_temporal_autoencoders_have_a_factor_of_four_or_eight() -> None:
    claim = CLAIMS["typical-factors"]
    assert list(recomputed(claim).values()) == [9, 1, 4]
    assert "13 of the 14" in claim.reason
    assert "Mochi 1 VAE: 6" in claim.reason


def test_claims_are_named_once_and_explain_themselves() -> None:
    counts = Counter(claim.id for claim in all_claims(Evidence()))
    assert max(counts.values()) == 1
    assert len(counts) >= 40
    assert all(claim.reason for claim in CLAIMS.values())


def test_what_needs_a_run_is_told_from_what_no_run_here_can_say() -> None:
    by_verdict: dict[Verdict, list[Claim]] = {}
    for claim in CLAIMS.values():
        by_verdict.setdefault(claim.verdict, []).append(claim)
    assert {claim.id for claim in by_verdict["not-testable-here"]} == {
        "mp4-total",
        "cosmos-preferable",
        "representation",
    }
    for claim in by_verdict["not-measured-yet"]:
        assert re.fullmatch(r"`latent-storage measure [a-z-]+`", claim.needed or "")


def test_the_committed_runs_leave_nothing_unmeasured() -> None:
    claims = by_id(newest_evidence([REPOSITORY / "measurements"]))
    assert claims.keys() == CLAIMS.keys()
    assert [claim.id for claim in claims.values() if claim.verdict == "not-measured-yet"] == []


def test_all_evidence_is_there_to_be_followed() -> None:
    """Runs are files of the ledger; sections and equations are ids in the sources of the pages."""
    claims = by_id(newest_evidence([REPOSITORY / "measurements"])).values()
    marks = re.compile(r"\{#([\w-]+)\}|^#\| label: ([\w-]+)$", re.MULTILINE)
    ids = {
        f"{page.name}#{named or labelled}"
        for page in (REPOSITORY / "report").glob("*.qmd")
        for named, labelled in marks.findall(page.read_text(encoding="utf-8"))
    }
    for claim in claims:
        assert claim.evidence or claim.verdict in UNANSWERED, claim.id
        for reference in claim.evidence:
            if reference.kind == "run":
                assert (REPOSITORY / "measurements" / str(reference.address)).is_file()
            elif reference.kind != "source":
                assert reference.address in ids, claim.id
        runs = {reference.address for reference in claim.evidence if reference.kind == "run"}
        assert {figure.run for figure in claim.figures if figure.run} <= runs, claim.id


def test_a_run_of_shard_sizes_adds_the_measured_side() -> None:
    run = ShardSizes.model_validate_json(
        shard_sizes(datetime(2026, 1, 1, tzinfo=UTC), bits_per_pixel=0.25).model_dump_json()
    )
    (figure,) = by_id(Evidence.of(run))["measured-ratio"].figures
    # 0.5 bits per pixel of DC-AE over b, and the ends of the interval swap.
    assert figure.measured == Estimate(value=2.0, low=0.5 / 0.3, high=0.5 / 0.2, n=3)
    assert figure.run == f"shard-sizes/{run.run.id}.json"


def test_a_run_of_video_bitrate_judges_the_notes_estimates() -> None:
    """In the example b falls with the power -0.3 of the pixels, from any b at 480p."""
    claims = by_id(Evidence.of(video_bitrate()))
    estimates = claims["estimated-b"]
    carried = {figure.name: figure.measured for figure in estimates.figures}["4K: b, shape carried"]
    assert carried is not None
    assert carried.value == pytest.approx(0.57 * 27**-0.3)
    assert estimates.verdict == "does-not-hold"
    assert "+25 % at 4K" in estimates.reason  # 0.21, and the note says 0.17
    assert "720p" not in estimates.reason.partition(";")[0]  # 0.41, and the note says 0.40
    assert "720p" in estimates.reason.partition(";")[2]
    assert claims["b-falls-with-resolution"].verdict == "holds"
    tie = claims["latents-larger-from-720p"]
    assert tie.verdict == "holds-only-if"
    assert "larger at 1080p, 1440p, 4K" in tie.reason


def test_what_was_not_measured_is_not_judged() -> None:
    for id in ("estimated-b", "b-falls-with-resolution", "latents-larger-from-720p", "near-tie"):
        assert CLAIMS[id].verdict == "not-measured-yet"


def test_a_run_of_rate_distortion_holds_the_tie_to_equal_quality() -> None:
    tie = by_id(Evidence.of(rate_distortion()))["near-tie"]
    assert tie.verdict == "holds-only-if"
    assert "not DC-AE" in tie.reason
    assert all(figure.measured and figure.measured.value > 1 for figure in tie.figures)
    assert len(tie.figures) == 2
    published = at_equal_quality(1.0, autoencoder="taesana-f32c32+project/decoder")
    assert "not DC-AE" not in by_id(Evidence.of(published))["near-tie"].reason


def test_agreement_is_at_the_printed_precision() -> None:
    assert as_printed(Decimal("0.70"), 0.7049)
    assert not as_printed(Decimal("0.70"), 0.7051)
    assert as_printed(Decimal("1.40E+3"), 1398.3)
    assert not as_printed(Decimal("1400"), 1398.3)


def test_compression_is_judged_by_the_measured_codecs() -> None:
    found = by_id(Evidence.of(latent_codecs()))
    verdicts: dict[str, Verdict] = {
        "generic-compressors": "holds",  # 93 and 91 % beside 92.1 and 90.8 %
        "int8-differences": "holds-only-if",
        "drift-table": "holds-only-if",
        "drift-accumulates": "holds-only-if",
        "high-entropy": "holds",
        "nine-percent": "does-not-hold",
        "int8-unusable": "does-not-hold",
    }
    assert {CLAIMS[id].verdict for id in verdicts} == {"not-measured-yet"}
    assert {id: found[id].verdict for id in verdicts} == verdicts
    assert "2.2 times as much" in found["nine-percent"].reason
    assert "takes 0.08 dB from the decoded frames" in found["int8-unusable"].reason
    (figure,) = found["int8-unusable"].figures
    assert figure.measured is not None
    assert figure.measured.value == pytest.approx(20)
    growth = [
        figure.measured.value for figure in found["drift-accumulates"].figures if figure.measured
    ]
    assert growth == pytest.approx([0.5, 16.0, 0.003, 0.003])


def test_a_dual_decoder_shows_what_one_frame_a_latent_costs() -> None:
    found = by_id(Evidence.of(dual_decoder()))
    verdicts: dict[str, Verdict] = {
        "chunks-of-eight": "holds-only-if",
        "full-benefit": "holds-only-if",
        "single-frame-decoder": "holds-only-if",
        "no-buffering": "holds",
        "single-frame-lossy": "holds-only-if",
        "representative-frame": "holds",
    }
    assert {CLAIMS[id].verdict for id in verdicts} == {"not-measured-yet"}
    assert {id: found[id].verdict for id in verdicts} == verdicts
    lossy = found["single-frame-lossy"]
    assert "at t = 2, t = 4, t = 8" in lossy.reason
    assert "without any context, shows it better" in lossy.reason
    assert [each.measured and round(each.measured.value, 3) for each in lossy.figures] == [0.6] * 3
    assert list(recomputed(found["single-frame-decoder"]).values()) == [17.5, 8.75, 4.375]
    assert "229 ms of play" in found["chunks-of-eight"].reason
    assert "3.0, 3.0, 3.0 dB" in found["beyond-threshold"].reason


def test_high_quality_is_what_makes_latents_smaller_up_to_480p() -> None:
    """In the example b at 480p is 0.8, 0.5, 0.3 and 0.1: R is 1 from the second quality on."""
    claim = by_id(Evidence.of(video_bitrate()))["smaller-up-to-480p"]
    assert claim.verdict == "holds-only-if"
    assert "larger from x264 veryfast, CRF 20 on" in claim.reason
    measured = [figure.measured.value for figure in claim.figures if figure.measured]
    assert measured == pytest.approx([0.5 / 0.8, 1, 0.5 / 0.3, 5])
