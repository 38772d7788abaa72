"""Files of every version that there ever was are read, and newer ones as far as they can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from analysis.errors import InputError, NewerVersion
from analysis.kinds.encode_throughput.record import EncodeThroughput
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.ledger import read_run
from analysis.kinds.rate_distortion.record import RateDistortion
from analysis.kinds.registry import kinds
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.ledger import store
from analysis.ledger.records import schema_name
from analysis.ledger.versions import Version, parse_schema
from tests.kinds.examples import shard_sizes
from tests.kinds.latent_codecs.example import latent_codecs
from tests.shared import REPOSITORY

LEDGER: Final = REPOSITORY / "measurements"

EXAMPLES: Final = {
    "autoencoder-zoo/1.0": LEDGER / "autoencoder-zoo/20261123T062400Z_5bce98f7_66a5641.json",
    "claims/1.0": LEDGER / "claims/20261123T033451Z_5bce98f7_86e1a78.json",
    "claims/2.0": LEDGER / "claims/20261125T101438Z_5bce98f7_fd66503.json",
    "decoder-training/1.0": LEDGER
    / "decoder-training/20261127T033614312049Z_5bce98f7_e747d97.json",
    "dual-decoder/1.0": LEDGER / "dual-decoder/20261125T064250Z_5bce98f7_19ff46c.json",
    "dual-decoder-training/1.0": LEDGER
    / "dual-decoder-training/20261125T063848Z_5bce98f7_78374b5.json",
    "dual-decoder-training/1.1": Path(__file__).parent
    / "versions"
    / "dual-decoder-training-1.1.json",
    "encode-throughput/1.0": LEDGER / "encode-throughput/20261123T072506Z_5bce98f7_21bde13.json",
    "encode-throughput/2.0": Path(__file__).parent / "versions" / "encode-throughput-2.0.json",
    "encoder-training/1.0": LEDGER
    / "encoder-training/20261127T033623980230Z_5bce98f7_e747d97.json",
    "latent-codecs/1.0": LEDGER / "latent-codecs/20261125T032637Z_5bce98f7_7e21896.json",
    "latent-codecs/2.0": Path(__file__).parent / "versions" / "latent-codecs-2.0.json",
    "rate-distortion/1.0": LEDGER / "rate-distortion/20261124T093430Z_5bce98f7_0bc2db6.json",
    "rate-distortion/1.1": LEDGER / "rate-distortion/20261125T095137Z_5bce98f7_1d1d81d.json",
    "reconstruction/1.0": LEDGER / "reconstruction/20261123T064758Z_5bce98f7_051181f.json",
    "shard-sizes/1.0": LEDGER / "shard-sizes/20261123T033026Z_5bce98f7_9c4b707.json",
    "shard-sizes/1.1": LEDGER / "shard-sizes/20261125T095120Z_5bce98f7_1d1d81d.json",
    "training/1.0": LEDGER / "training/20261123T062250Z_5bce98f7_962e2dc.json",
    "training-reads/1.0": LEDGER / "training-reads/20261125T024701Z_5bce98f7_2d32752.json",
    "video-bitrate/1.0": LEDGER / "video-bitrate/20261124T093413Z_5bce98f7_0272971.json",
}
"""A file of each version. The first edition named both shapes of a major version by the major."""


def changed(tmp_path: Path, **fields: object) -> Path:
    path = tmp_path / "run.json"
    content = json.loads(shard_sizes().model_dump_json())
    path.write_text(json.dumps(content | fields), encoding="utf-8")
    return path


def test_there_is_an_example_of_every_version() -> None:
    known = {parse_schema(name) for name in EXAMPLES}
    for kind in kinds().values():
        present = parse_schema(schema_name(kind.record))
        assert present is not None
        assert present in known
        for major in range(1, present[1].major):
            assert (kind.name, Version(major, 0)) in known
        for minor in range(present[1].minor):
            assert (kind.name, Version(present[1].major, minor)) in known


@pytest.mark.parametrize("schema", EXAMPLES)
def test_a_file_of_every_version_is_read_as_the_present_one(schema: str) -> None:
    run = read_run(EXAMPLES[schema])
    assert run.schema_ == schema_name(type(run))
    assert run.kind == schema.partition("/")[0]
    assert run.results.model_dump()


def test_what_a_minor_version_added_is_absent_from_older_files() -> None:
    older = store.read(EXAMPLES["shard-sizes/1.0"], ShardSizes)
    newer = store.read(EXAMPLES["shard-sizes/1.1"], ShardSizes)
    assert older.results.clip is None
    assert newer.results.clip is not None
    before = store.read(EXAMPLES["rate-distortion/1.0"], RateDistortion)
    after = store.read(EXAMPLES["rate-distortion/1.1"], RateDistortion)
    assert before.parameters.dual_decoders == ()
    assert after.parameters.dual_decoders


def test_a_renamed_field_keeps_its_value() -> None:
    path = EXAMPLES["latent-codecs/1.0"]
    codecs = json.loads(path.read_text(encoding="utf-8"))["results"]["codecs"]
    run = store.read(path, LatentCodecs)
    assert {codec.name: codec.in_note for codec in run.results.codecs} == {
        codec["name"]: codec["of_the_note"] for codec in codecs
    }
    again = latent_codecs()
    assert '"of_the_note"' not in again.model_dump_json()


def test_encoders_of_before_ran_in_the_one_way_that_there_was() -> None:
    path = EXAMPLES["encode-throughput/1.0"]
    written = json.loads(path.read_text(encoding="utf-8"))
    run = store.read(path, EncodeThroughput)
    for before, timed in zip(
        written["results"]["autoencoders"], run.results.autoencoders, strict=True
    ):
        assert timed.weights == "trained"
        assert timed.pipeline is not None
        assert timed.pipeline.model_dump() == before["pipeline"]
        for was, way in zip(before["encoder"], timed.encoder, strict=True):
            assert (way.layout, way.copies) == ("contiguous", "one-ahead")
            assert was.items() <= way.model_dump().items()


def test_a_field_of_a_newer_minor_version_is_left_out(tmp_path: Path) -> None:
    run = json.loads(shard_sizes().model_dump_json())
    results = {**run["results"], "later": [1, 2]}
    results["sets"][0]["later"] = "too"
    path = changed(tmp_path, schema="shard-sizes/1.99", results=results, later=True)
    assert read_run(path).results == shard_sizes().results


def test_a_field_that_no_version_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no shard-sizes/1\.1 file: later: Extra inputs"):
        read_run(changed(tmp_path, later=True))


def test_a_newer_major_version_says_how_to_read_it(tmp_path: Path) -> None:
    path = changed(tmp_path, schema="shard-sizes/7.3")
    sentence = r"run\.json is of version shard-sizes/7\.3 and this program reads shard-sizes/1\.1"
    with pytest.raises(NewerVersion, match=f"{sentence}: run `pip install --upgrade"):
        read_run(path)


@pytest.mark.parametrize("schema", ["claims/2.0", "shard-sizes", "shard-sizes/one", None])
def test_another_kind_is_refused_by_name(tmp_path: Path, schema: str | None) -> None:
    with pytest.raises(InputError, match=r"run\.json is of schema .*; give a shard-sizes file"):
        store.read(changed(tmp_path, schema=schema), ShardSizes)
