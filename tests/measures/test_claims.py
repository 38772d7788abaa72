"""The note against the equations: what comes out to the printed digit, and what does not."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analysis.catalog import note
from analysis.catalog.note import as_printed
from analysis.ledger.claims import Claim
from analysis.ledger.estimate import Estimate
from analysis.ledger.shard_sizes import ShardSizes
from analysis.measures.claims import Evidence, all_claims
from tests.ledger.dual_decoder_example import dual_decoder
from tests.ledger.examples import shard_sizes
from tests.ledger.latent_codecs_example import latent_codecs
from tests.ledger.rate_distortion_example import rate_distortion
from tests.ledger.video_bitrate_example import video_bitrate

CLAIMS = {claim.id: claim for claim in all_claims(Evidence())}


def disagreeing(claim: Claim) -> dict[str, tuple[str, float]]:
    return {
        figure.name: (figure.published, round(figure.recomputed or 0, 3))
        for figure in claim.figures
        if figure.agrees is False
    }


@pytest.mark.parametrize("name", ["240p", "360p", "480p", "720p", "1080p", "1440p", "4K"])
def test_every_row_of_the_resolution_table_comes_out_as_printed(name: str) -> None:
    claim = CLAIMS[f"resolution-{name}"]
    assert len(claim.figures) == 9
    assert disagreeing(claim) == {}


@pytest.mark.parametrize("name", ["720p", "1080p", "1440p", "4K"])
def test_every_threshold_comes_out_as_printed(name: str) -> None:
    assert disagreeing(CLAIMS[f"threshold-{name}"]) == {}


@pytest.mark.parametrize("name", ["240p", "480p", "720p", "1080p", "4K"])
def test_every_projection_comes_out_as_printed(name: str) -> None:
    claim = CLAIMS[f"projection-{name}"]
    assert len(claim.figures) == 3
    assert disagreeing(claim) == {}


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
        "mp4-mb-per-min": {"MP4 rate": ("46.0", 44.216)},
        "latent-smaller-by": {
            "smaller by, from the totals": ("13", 9.978),
            "smaller by, from the rates": ("13", 12.391),
        },
        "comparison-cosmos-cv8x8x8-16-bit": {
            "compression": ("96", 48.0),
            "R": ("0.44", 0.877),
            "rate": ("20.2", 40.32),
        },
        "comparison-cosmos-cv8x8x8-8-bit": {
            "compression": ("192", 96.0),
            "R": ("0.22", 0.439),
            "rate": ("10.1", 20.16),
        },
    }


def test_like_for_like_units_lower_the_ratio() -> None:
    figures = {figure.name: figure for figure in CLAIMS["units"].figures}
    assert figures["latents, counted frames"].agrees
    assert figures["R, both in GB"].recomputed == pytest.approx(0.838, abs=5e-4)


def test_claims_are_named_once_and_explain_themselves() -> None:
    counts = Counter(claim.id for claim in all_claims(Evidence()))
    assert max(counts.values()) == 1
    assert len(counts) >= 40
    assert all(claim.reason for claim in CLAIMS.values())


def test_a_run_of_shard_sizes_adds_the_measured_side() -> None:
    run = ShardSizes.model_validate_json(
        shard_sizes(datetime(2026, 1, 1, tzinfo=UTC), bits_per_pixel=0.25).model_dump_json()
    )
    claims = {claim.id: claim for claim in all_claims(Evidence(shard_sizes=run))}
    (figure,) = claims["measured-ratio"].figures
    # 0.5 bits a pixel of DC-AE over b, and the ends of the interval swap.
    assert figure.measured == Estimate(value=2.0, low=0.5 / 0.3, high=0.5 / 0.2, n=3)
    assert run.run.id in (figure.evidence or "")


def test_a_run_of_video_bitrate_judges_the_notes_estimates() -> None:
    """In the example b falls with the power -0.3 of the pixels, from any b at 480p."""
    claims = {claim.id: claim for claim in all_claims(Evidence(video_bitrate=video_bitrate()))}
    near, far = claims["estimate-720p"], claims["estimate-4K"]
    carried = {figure.name: figure.measured for figure in far.figures}["b, shape carried"]
    assert carried is not None
    assert carried.value == pytest.approx(0.57 * 27**-0.3)
    assert near.verdict == "holds"  # 0.41, and the note says 0.40
    assert far.verdict == "does-not-hold"  # 0.21, and the note says 0.17
    assert "25 % higher" in far.reason
    assert "smallest whole t stays 3" in far.reason
    assert claims["b-falls-with-resolution"].verdict == "holds"
    tie = claims["latents-larger-from-720p"]
    assert tie.verdict == "holds-only-if"
    assert "larger at 1080p, 1440p, 4K" in tie.reason


def test_what_was_not_measured_is_not_judged() -> None:
    for id in ("estimate-4K", "b-falls-with-resolution", "latents-larger-from-720p", "near-tie"):
        assert CLAIMS[id].verdict == "not-measured-yet"


def test_a_run_of_rate_distortion_holds_the_tie_to_equal_quality() -> None:
    claims = {claim.id: claim for claim in all_claims(Evidence(rate_distortion=rate_distortion()))}
    tie = claims["near-tie"]
    assert tie.verdict == "holds-only-if"
    assert "not DC-AE" in tie.reason
    assert all(figure.measured and figure.measured.value > 1 for figure in tie.figures)
    assert len(tie.figures) == 2


def test_agreement_is_at_the_printed_precision() -> None:
    assert as_printed(Decimal("0.70"), 0.7049)
    assert not as_printed(Decimal("0.70"), 0.7051)
    assert as_printed(Decimal("1.40E+3"), 1398.3)
    assert not as_printed(Decimal("1400"), 1398.3)


def test_compression_is_judged_by_the_measured_codecs() -> None:
    without = {c.id: c for c in all_claims(Evidence()) if c.section.startswith("Compressing")}
    found = {c.id: c for c in all_claims(Evidence(latent_codecs=latent_codecs()))}
    for id in ("compression-1", "drift-3-sigma", "drift-order", "nine-percent", "int8-unusable"):
        assert without[id].verdict == "not-measured-yet"
    assert found["compression-1"].verdict == "holds"  # 93 % beside 92.1 %
    assert found["compression-3"].verdict == "holds-only-if"  # 25 % beside 31.5 %
    assert found["drift-3-sigma"].verdict == "holds-only-if"
    assert found["drift-order"].verdict == "holds"
    assert found["nine-percent"].verdict == "does-not-hold"
    assert "2.2 times as much" in found["nine-percent"].reason
    assert "takes 0.08 dB from the decoded frames" in found["int8-unusable"].reason
    (figure,) = found["int8-unusable"].figures
    assert figure.measured is not None
    assert figure.measured.value == pytest.approx(20)


def test_without_a_codec_of_little_loss_quantising_is_not_judged() -> None:
    lossy = all_claims(Evidence(latent_codecs=latent_codecs(loss=0.5)))
    assert next(c for c in lossy if c.id == "int8-unusable").verdict == "not-measured-yet"


def test_a_dual_decoder_shows_what_one_frame_a_latent_costs() -> None:
    ids = ("single-frame-decoder", "single-frame-lossy")
    without = {claim.id: claim for claim in all_claims(Evidence())}
    found = {claim.id: claim for claim in all_claims(Evidence(dual_decoder=dual_decoder()))}
    for id in ids:
        assert without[id].verdict == "not-measured-yet"
        assert found[id].verdict == "holds-only-if"
    assert "at t = 2, t = 4, t = 8" in found[ids[1]].reason
    lost = [figure.measured for figure in found[ids[1]].figures]
    assert [round(each.value, 3) for each in lost if each] == [0.6] * 3
    shown = [figure.recomputed for figure in found[ids[0]].figures if "shown" in figure.name]
    assert shown == [17.5, 8.75, 4.375]
