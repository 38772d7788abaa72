"""What an error is at the command line: its sentence, and the command or option that helps."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.cli.advice import sentence
from analysis.errors import MissingRun, OutputTaken
from analysis.kinds.registry import kinds


@pytest.mark.parametrize("kind", kinds())
def test_a_missing_run_names_the_command_that_makes_it(kind: str) -> None:
    found = re.search(r"`latent-storage (.*)` makes one\.$", sentence(MissingRun(kind, "here")))
    assert found
    command, *rest = found[1].split()
    if command == "measure":
        assert rest == [kind]
        assert kinds()[kind].is_measured
    else:
        assert CliRunner().invoke(app, [command, *rest, "--help"]).exit_code == 0


def test_a_profile_that_is_needed_is_in_the_command() -> None:
    told = sentence(MissingRun("video-bitrate", "here", "quick"))
    assert told.endswith("`latent-storage measure video-bitrate --profile quick` makes one.")


def test_a_training_is_made_by_training() -> None:
    assert "`latent-storage train autoencoder` makes one." in sentence(MissingRun("training", "m"))


def test_an_output_that_is_taken_names_its_option() -> None:
    assert sentence(OutputTaken("x: is taken.")) == "x: is taken. --out gives another place."
