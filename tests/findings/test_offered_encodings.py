"""What a video takes at a size: as measured there, else by the law of the same encoding."""

from __future__ import annotations

import pytest

from analysis.errors import InputError
from analysis.findings.offered_encodings import ANCHOR, NOTE, called, find, offered_encodings
from tests.kinds.video_bitrate.example import AT_480P, EXPONENT, PSNR_DB, video_bitrate

RESULTS = video_bitrate().results
ODD = (700, 900)


def test_the_note_comes_first_then_each_codec_by_quality() -> None:
    names = [called(encoding) for encoding in offered_encodings(RESULTS)]
    measured = [f"{codec}:{quality}" for codec, found in AT_480P.items() for quality in found]
    assert names == [NOTE, *measured]


def test_a_measured_size_is_given_as_measured_with_its_interval() -> None:
    encoding = find(offered_encodings(RESULTS), "h264:17")
    bits = encoding.bits_per_pixel(ANCHOR)
    assert (bits.value, bits.provenance) == (0.8, "measured")
    assert encoding.intervals[ANCHOR] == "0.720 to 0.880, n = 2"
    assert encoding.psnr_db == PSNR_DB[17]


def test_another_size_follows_the_encodings_own_law() -> None:
    bits = find(offered_encodings(RESULTS), "h264:17").bits_per_pixel(ODD)
    assert bits.provenance == "modelled"
    assert bits.value == pytest.approx(0.8 * (700 * 900 / (640 * 480)) ** EXPONENT)


def test_a_quality_measured_at_one_size_takes_the_exponent_of_the_nearest_quality() -> None:
    rows = [row for row in RESULTS.rows if row.quality != 12 or row.size == ANCHOR]
    laws = [law for law in RESULTS.laws if law.quality != 12]
    steep = [
        law.model_copy(update={"exponent": law.exponent.through(lambda e: 2 * e)})
        if law.quality == 6
        else law
        for law in laws
    ]
    run = RESULTS.model_copy(update={"rows": tuple(rows), "laws": tuple(steep)})
    encoding = find(offered_encodings(run), "mpeg4:12")
    assert encoding.law == "MPEG-4 Part 2, quantiser 6"
    expected = AT_480P["mpeg4"][12] * (700 * 900 / (640 * 480)) ** (2 * EXPONENT)
    assert encoding.bits_per_pixel(ODD).value == pytest.approx(expected)


def test_without_any_law_the_notes_exponent_is_taken_and_named() -> None:
    encoding = find(offered_encodings(RESULTS.model_copy(update={"laws": ()})), "h264:20")
    assert encoding.law == "the note's own values"
    assert encoding.bits_per_pixel(ODD).provenance == "modelled"


def test_the_notes_own_b_is_published_at_its_seven_sizes() -> None:
    note = find(offered_encodings(RESULTS), NOTE)
    assert (note.bits_per_pixel((2160, 3840)).value, note.provenance) == (0.17, "published")
    assert note.bits_per_pixel(ODD).provenance == "modelled"


def test_enlarged_and_lossless_frames_and_full_colour_are_left_out() -> None:
    row = RESULTS.rows[0]
    others = [
        row.model_copy(update={"quality": 1, "upscaled": True}),
        row.model_copy(update={"quality": 2, "lossless": True}),
        row.model_copy(update={"quality": 3, "pixel_format": "yuv444p"}),
    ]
    run = RESULTS.model_copy(update={"rows": (*RESULTS.rows, *others)})
    assert offered_encodings(run) == offered_encodings(RESULTS)


def test_an_unknown_video_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match="No video 'vp9:30' was measured; choose one of note, h26"):
        find(offered_encodings(RESULTS), "vp9:30")
