"""Names of members and shards, and meta.json as it is found in the wild."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from analysis.datasets.layouts.doom import component_of, field_name, recording_shard_name
from analysis.datasets.metadata import LatentMeta, RecordingMeta
from analysis.datasets.shards import latent_shard_name
from analysis.datasets.tar_index import member_name, split_member


def test_names_are_those_of_shards_in_the_wild() -> None:
    assert recording_shard_name(3, 12) == "mp-0003-000012.tar"
    assert latent_shard_name(7) == "latent-000007.tar"
    assert latent_shard_name(7, worker=2) == "latent-w2-000007.tar"
    assert member_name("ep_1", field_name("video", "p2")) == "ep_1.video_p2.mp4"
    assert field_name("demo", "p1") == "demo_p1.lmp"


@pytest.mark.parametrize(
    ("name", "key", "field"),
    [
        ("ep_1.video_p1.mp4", "ep_1", "video_p1.mp4"),
        ("a.b/ep_1.meta.json", "a.b/ep_1", "meta.json"),
        ("README", "README", ""),
        (".hidden", "", "hidden"),
    ],
)
def test_a_member_splits_at_the_first_dot_of_its_base_name(name: str, key: str, field: str) -> None:
    assert split_member(name) == (key, field)


def test_only_the_names_of_the_layout_are_components() -> None:
    assert component_of("latents_p2.npy") == "latents_p2"
    assert component_of("meta.json") == "meta"
    assert component_of("video_p3.mp4") == "other"
    assert component_of("video_p1.avi") == "other"


def test_meta_keeps_what_it_does_not_know_and_misses_nothing_it_need_not_have() -> None:
    wild = {"episode_id": "1", "video_resolution": "640x480", "fps": 35, "checkpoint_p1": "a.pth"}
    meta = RecordingMeta.model_validate_json(json.dumps(wild))
    assert meta.video_resolution == (640, 480)
    assert meta.frag_p2 is None
    assert json.loads(meta.to_bytes()) == wild


def test_latent_meta_is_the_recordings_and_more() -> None:
    meta = LatentMeta(map="MAP01", latent_shape_p1=(10, 32, 15, 20), play_resolution=(160, 120))
    assert json.loads(meta.to_bytes()) == {
        "map": "MAP01",
        "latent_shape_p1": [10, 32, 15, 20],
        "play_resolution": "160x120",
    }


@pytest.mark.parametrize(
    "wrong", [{"fps": 0}, {"fps": "fast"}, {"video_resolution": "large"}, {"n_frames": 1.5}]
)
def test_meta_refuses_values_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RecordingMeta.model_validate(wrong)
