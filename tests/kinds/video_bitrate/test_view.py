"""What the pages say of bits per pixel follows from the run, and from it alone."""

from __future__ import annotations

import pytest

from analysis.catalog import autoencoder, note
from analysis.errors import InputError
from analysis.kinds.video_bitrate import view as bitrate
from analysis.kinds.video_bitrate import view_sentences
from analysis.kinds.video_bitrate.measured_encodings import (
    MeasuredEncoding,
    across_resolutions,
    published_exponent,
    recorded,
)
from analysis.ledger.estimate import Estimate
from tests.kinds.video_bitrate.example import AT_480P, EXPONENT, video_bitrate

RUN = video_bitrate()
RESULTS = RUN.results
ENCODINGS = across_resolutions(RESULTS)
MAIN = recorded(ENCODINGS)
LATENT = autoencoder("dc-ae-lite-f32c32").latent()
NAMES = [row.name for row in note().resolution]


def test_an_encoding_is_followed_through_all_resolutions() -> None:
    assert [encoding.title for encoding in ENCODINGS] == [
        *(f"x264 veryfast, CRF {crf}" for crf in AT_480P["h264"]),
        *(f"MPEG-4 Part 2, quantiser {quantiser}" for quantiser in AT_480P["mpeg4"]),
    ]
    assert all(list(encoding.rows) == NAMES for encoding in ENCODINGS)
    assert all(encoding.law for encoding in ENCODINGS)


def test_the_main_encoding_is_that_of_the_recordings() -> None:
    assert (MAIN.codec, MAIN.quality) == ("h264", 17)
    with pytest.raises(InputError, match="does not have the encoding of the recipe native"):
        recorded([encoding for encoding in ENCODINGS if encoding is not MAIN])


def test_every_row_of_the_note_has_published_and_measured_b() -> None:
    rows = {cells[0]: cells[1:] for cells in bitrate.b_rows(MAIN)}
    assert list(rows) == NAMES
    assert rows["480p"] == [
        "0.570",
        "0.800 (0.720 to 0.880)",
        "1.00",
        "1.00 (0.900 to 1.10)",
        "+0 %",
    ]
    relative = (1280 * 720 / (640 * 480)) ** EXPONENT
    published, measured, share, measured_share, off = rows["720p"]
    assert published == "0.400"
    assert measured.startswith(f"{0.8 * relative:.3f}")
    assert share == f"{0.40 / 0.57:.3f}"
    assert measured_share.startswith(f"{relative:.3f}")
    assert off == f"{100 * (0.40 / 0.57 / relative - 1):+.0f} %"


def test_ratio_and_factor_follow_from_b() -> None:
    rows = {cells[0]: cells[1:] for cells in bitrate.r_rows(MAIN, LATENT)}
    assert rows["480p"] == [
        "0.877",
        "0.625 (0.568 to 0.694)",
        "0.877 (0.797 to 0.975)",
        "1",
        "1",
        "1",
    ]
    assert rows["4K"][0] == "2.96"
    assert rows["4K"][3:5] == ["3", "2"]


def test_a_factor_is_given_with_the_ends_of_its_interval_where_they_differ() -> None:
    def factors(low: float, high: float) -> str:
        return bitrate.whole_factors(
            LATENT, Estimate(value=0.3, low=low, high=high, n=4), (480, 640)
        )

    assert factors(0.29, 0.31) == "2"
    assert factors(0.2, 0.6) == "2 (1–3)"


def test_a_resolution_that_was_not_measured_stays_empty() -> None:
    small = RESULTS.model_copy(
        update={
            "rows": tuple(row for row in RESULTS.rows if row.resolution in ("240p", "480p")),
            "laws": (),
        }
    )
    main = recorded(across_resolutions(small))
    assert {cells[0] for cells in bitrate.b_rows(main) if cells[2]} == {"240p", "480p"}
    assert [cells[1:] for cells in bitrate.encoding_rows([main])] == [
        ["1.11", "", "0.800", "", "", "", ""]
    ]
    assert list(bitrate.law_rows([main])) == []
    assert (
        view_sentences.ties([main], LATENT, "DC-AE")
        == "This run has too few resolutions for a law."
    )


def test_the_tie_is_where_the_law_meets_the_latents() -> None:
    tie = MAIN.tie(LATENT)
    assert tie is not None
    # 0.8 (N / 307200)^-0.3 = 0.5
    assert tie.pixels == pytest.approx(307200 * (0.5 / 0.8) ** (1 / EXPONENT))
    said = view_sentences.ties(ENCODINGS, LATENT, "DC-AE")
    assert "x264 veryfast, CRF 17: the two tie at 1.47 million pixels" in said
    assert "CRF 28: the video is the smaller one at every resolution here" in said


def test_the_notes_own_exponent_is_steeper_than_the_rule_of_thumb() -> None:
    assert published_exponent() == pytest.approx(-0.364, abs=0.001)


def test_settings_list_native_and_enlarged_frames() -> None:
    rows = list(bitrate.settings_rows(RESULTS))
    assert len(rows) == 9
    assert rows[-1][:2] == ["[MPEG-4 Part 2, quantiser 3]{.nowrap}", "enlarged"]
    assert {cells[1] for cells in rows[:-1]} == {"drawn"}


def test_projections_are_those_of_the_hours() -> None:
    row = next(iter(bitrate.projection_rows([MAIN], note().setting.hours, 35)))
    # 0.8 bits per pixel of 640 x 480 at 35 fps over 340 hours.
    assert row[1 + NAMES.index("480p")] == "1.2–1.4"


def test_lengths_and_versions_are_said_once() -> None:
    assert bitrate.seconds(RUN) == "2.00 s"
    assert bitrate.versions(RESULTS) == "libx264 (1), mpeg4 (1)"


def test_the_direction_and_the_slopes_are_said_as_they_are() -> None:
    said = str(view_sentences.shape_verdict(MAIN).data)
    assert said.startswith("$b$ falls, as the note expects, from each resolution to the next.")
    assert "that of 4K: 20 % too low against x264 veryfast, CRF 17" in said
    rising = MeasuredEncoding(dict(reversed(MAIN.rows.items())), MAIN.law)
    assert "does not fall" in str(view_sentences.shape_verdict(rising).data)
    assert "an exponent of -0.30" in str(view_sentences.slopes(ENCODINGS).data)
