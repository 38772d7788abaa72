"""What to measure is read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from analysis.errors import InputError
from analysis.kinds.context import Context
from analysis.kinds.study import read_study
from analysis.ledger.records import Profile
from tests.shared import REPOSITORY


def test_the_study_of_this_project_has_both_profiles_and_both_recipes() -> None:
    study = read_study(REPOSITORY / "study.toml")
    for profile in (study.profile("quick"), study.profile("full")):
        recorded = [source.recipe for source in profile.shards if source.recipe]
        assert recorded == ["native", "note"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("autoencoder = ", "cannot be read as TOML"),
        ('autoencoder = "vae"', "No autoencoder 'vae'"),
        ('autoencoder = "wan-2.1"\ncolour = 1', "colour: Extra inputs"),
        (
            'autoencoder = "wan-2.1"\n[[full.shards]]\nname = "a"\npath = "p"\ngames = "g"',
            "needs the `recipe`",
        ),
        (
            'autoencoder = "wan-2.1"\n' + '[[full.shards]]\nname = "a"\npath = "p"\n' * 2,
            "two sets of shards have the same name",
        ),
    ],
)
def test_a_faulty_study_is_refused_with_its_reason(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=sentence) as error:
        read_study(path)
    assert str(path) in str(error.value)


def test_a_profile_may_name_autoencoders_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    shards = '[[{0}.shards]]\nname = "a"\npath = "p"\n'
    path.write_text(
        'autoencoder = "wan-2.1"\nencode_with = ["a"]\n'
        + shards.format("quick")
        + '[full]\nencode_with = ["b", "c"]\n'
        + shards.format("full")
    )
    study = read_study(path)
    quick, full = (
        Context(study, path, profile, (), lambda *words: None) for profile in get_args(Profile)
    )
    assert quick.autoencoders == ("a",)
    assert full.autoencoders == ("b", "c")


def test_a_missing_study_or_profile_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"start from the study\.toml"):
        read_study(tmp_path / "absent.toml")
    path = tmp_path / "study.toml"
    path.write_text('autoencoder = "wan-2.1"')
    with pytest.raises(InputError, match=r"no \[\[quick\.shards\]\]"):
        read_study(path).profile("quick")
