"""What is said of the trained encoder follows from its run."""

from __future__ import annotations

import pytest

from analysis.kinds.encoder_training import view
from tests.kinds.encoder_training.example import encoder_training


@pytest.mark.parametrize(
    ("shown", "words"),
    [(25, "25.0 dB, 1.0 dB less than"), (26, "as much as"), (26.5, "0.50 dB more than")],
)
def test_it_is_held_against_its_teacher(shown: float, words: str) -> None:
    text = view.answer(encoder_training(shown)).data
    assert words in text
    assert "latents of `project/student` are off those of `teacher` by 0.100 of their" in text
    assert "decoded by `project/decoder`" in text


def test_the_table_names_the_channel_that_is_furthest_off() -> None:
    teacher, own = view.rows(encoder_training())
    assert teacher == ["`teacher`", "", "", "", "26.0", "31.0"]
    assert own == ["`project/student`", "0.100", "0.9950", "0.9900", "25.0", "30.0"]


def test_the_chart_has_each_channels_error_over_its_deviation() -> None:
    (points,) = view.figure(encoder_training()).data
    assert list(points.y) == pytest.approx([0.15, 0.05])
