"""Codecs are parts joined by `+`: any that fit together, with any parameters, in one spelling."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codecs.container import CompressedLatents, decompress
from analysis.codecs.header import Header, head_bytes, read_head
from analysis.codecs.latent_codec import RECOMMENDED, LatentCodec, latent_codec
from analysis.codecs.parameters import Integer, Number, Parameter, Value, Word
from analysis.codecs.part import AFTER, UNFINISHED, Part, Role
from analysis.codecs.parts import PARTS
from analysis.codecs.spec import Chain, ChosenPart, parse, spelling, stored_chain
from analysis.errors import InputError, MissingPackage
from analysis.io.byte_range import bytes_range
from analysis.kinds.latent_codecs.tried import TRIED
from analysis.ledger.provenance import packages
from tests.codecs.examples import assert_same_bits, latent_like, stored, stored_and_read


def values(parameter: Parameter) -> st.SearchStrategy[Value]:
    match parameter:
        case Integer(low=low, high=high):
            return st.integers(low, high)
        case Number(low=low, high=high):
            return st.floats(low, high)
        case Word(words=words):
            return st.sampled_from(words)
    raise TypeError(parameter)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Codecs of any parts that fit together, each with any parameters."""
    chosen: list[ChosenPart] = []
    while True:
        before = chosen[-1].part.role if chosen else None
        fitting = [part for part in PARTS if before in AFTER[part.role]]
        finished = before is not None and before not in UNFINISHED
        if not fitting or (finished and draw(st.booleans())) or len(chosen) > 4:
            if finished:
                return tuple(chosen)
            fitting = [part for part in fitting if part.role is not Role.REARRANGEMENT]
        part = draw(st.sampled_from(fitting))
        drawn = tuple(draw(values(parameter)) for parameter in part.parameters)
        chosen.append(ChosenPart(part, drawn))


def shortest(part: Part) -> Chain:
    """A codec with this part, as short as can be."""

    def before(part: Part) -> list[Part]:
        if None in AFTER[part.role]:
            return [part]
        first = next(each for each in PARTS if each.role in AFTER[part.role])
        return [*before(first), part]

    parts = before(part)
    while parts[-1].role in UNFINISHED:
        parts.append(next(each for each in PARTS if parts[-1].role in AFTER[each.role]))
    names = frozenset(each.name for each in parts)
    return tuple(
        ChosenPart(each, tuple(parameter.default(names) for parameter in each.parameters))
        for each in parts
    )


@pytest.mark.parametrize("spec", TRIED)
def test_what_a_full_run_tries_is_spelt_in_the_one_way(spec: str) -> None:
    assert latent_codec(spec).name == spec


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("zstd", "zstd:3"),
        ("picture+classes+pcodec", RECOMMENDED),
        ("picture:48.0+classes:6+pcodec:8", RECOMMENDED),
        ("cells+classes:6:4+pcodec", "cells+classes+pcodec"),
        ("picture:42+classes:6:4+pcodec", "picture:42+classes:6:4+pcodec"),
        ("e4m3+classes:8+range", "e4m3+classes+range"),
        ("e4m3+classes:6+range", "e4m3+classes:6+range"),
        ("pcodec:8:frame-major", "pcodec:8"),
        ("zfp:1", "zfp:1.0"),
        ("picture:42.5+range", "picture:42.5+range"),
    ],
)
def test_a_codec_has_one_spelling(spec: str, name: str) -> None:
    assert latent_codec(spec).name == name
    assert latent_codec(spec) == latent_codec(name)


@given(chains())
def test_every_codec_is_read_again_as_it_is_spelt_and_as_it_is_stored(chain: Chain) -> None:
    assert parse(spelling(chain)) == chain
    kept = json.loads(json.dumps([chosen.stored() for chosen in chain]))
    assert stored_chain(kept) == chain


def test_a_codec_that_no_list_has_is_built_stored_and_read() -> None:
    codec = latent_codec("picture:42+classes+pcodec")
    latents = latent_like(60)
    content = stored(latents, codec)
    found = CompressedLatents(bytes_range(content, "latents")).codec
    assert (found, found.name) == (codec, "picture:42+classes+pcodec")
    error = np.abs(decompress(content).astype(np.float32) - latents).max()
    finer = np.abs(stored_and_read(latents, latent_codec(RECOMMENDED)).astype(np.float32) - latents)
    assert finer.max() < error < 1


@settings(max_examples=150)
@given(chains())
def test_whatever_fits_together_codes(chain: Chain) -> None:
    latents = latent_like(30, 3, 2, 3)
    codec = LatentCodec(chain)
    try:
        read = stored_and_read(latents, codec)
    except InputError as refusal:
        if "too many to code" not in str(refusal):
            raise
        return
    if codec.lossless:
        assert_same_bits(read, latents)
    assert read.shape == latents.shape
    assert np.isfinite(read).all()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.name}, {part.role.name}")
def test_every_part_codes_with_its_defaults(part: Part) -> None:
    latents = latent_like(30)
    codec = LatentCodec(shortest(part))
    read = stored_and_read(latents, codec)
    assert read.shape == latents.shape
    if codec.lossless:
        assert_same_bits(read, latents)


def test_no_two_parts_of_one_name_take_one_place() -> None:
    for one, other in combinations(PARTS, 2):
        if one.name == other.name or one.form == other.form:
            assert not AFTER[one.role] & AFTER[other.role]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (
            "flate",
            r"There is no latent codec part 'flate'; choose from raw, zstd\[:LEVEL\], .*uBITS",
        ),
        ("", r"There is no latent codec part ''; choose from raw"),
        ("zstd:3+", r"There is no latent codec part ''; choose from raw"),
        ("zstd:3:4", r"no latent codec part 'zstd:3:4'; write zstd\[:LEVEL\]\."),
        ("raw:1", r"no latent codec part 'raw:1'; write raw\."),
        ("zstd:40", r"codec 'zstd:40' has zstd:40, whose LEVEL is a whole number from 1 to 22\."),
        ("zstd:three", r"has zstd:three, whose LEVEL is a whole number"),
        ("picture:0.5+range", r"has picture:0\.5, whose DECIBELS is a number from 1 to 120\."),
        ("picture:nan+range", r"has picture:nan, whose DECIBELS is a number"),
        ("u40-channel+range", r"has u40-channel, whose BITS is a whole number from 1 to 16\."),
        ("pcodec:8:sideways", r"whose ORDER is frame-major or time-major\."),
        (
            "picture:48+classes",
            r"ends with classes, after which pcodec\[:LEVEL\], range may stand\.",
        ),
        ("planes", r"ends with planes, after which .*zstd\[:LEVEL\].* may stand\."),
        (
            "zstd:3+range",
            r"codec 'zstd:3\+range' has range after zstd:3, where nothing may stand\.",
        ),
        ("range", r"codec 'range' has range at the beginning, where raw, .* may stand\."),
        ("picture:48+openzl", r"has openzl after picture:48, where .*range may stand\."),
        ("e4m3+given-previous+pcodec", r"has pcodec after given-previous, where range may stand\."),
    ],
)
def test_what_cannot_be_composed_is_refused_with_what_can(spec: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        latent_codec(spec)


def file_of(*parts: dict[str, Value]) -> bytes:
    """Latents of no frames, compressed by these parts."""
    header = Header(
        codec="?", parts=parts, dtype="<f2", shape=(0, 1, 1, 1), chunk_frames=24, side=0
    )
    return head_bytes(header, b"", [])


def test_a_file_keeps_each_part_and_all_of_its_parameters() -> None:
    head = read_head(bytes_range(stored(latent_like(5), latent_codec(RECOMMENDED)), "latents"))
    assert head.header.codec == RECOMMENDED
    assert head.header.parts == (
        {"part": "picture", "decibels": 48.0},
        {"part": "classes", "count": 6, "groups": 2},
        {"part": "pcodec", "level": 8},
    )


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([{"part": "flate"}], "latents: There is no latent codec part 'flate'"),
        ([{"part": "zstd", "level": 99}], "latents: .* has zstd, whose LEVEL is a whole number"),
        ([{"part": "zstd", "level": 3}, {"part": "range"}], "range after zstd, where nothing may"),
        ([{"level": 3}], "latents: There is no latent codec part 'None'"),
    ],
)
def test_a_file_of_parts_that_are_not_known_is_refused(
    parts: list[dict[str, Value]], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        CompressedLatents(bytes_range(file_of(*parts), "latents"))


def test_a_codec_can_be_sent_to_another_process() -> None:
    latents = latent_like(30)
    for spec in ("pcodec:8:time-major", RECOMMENDED, "delta+int8+zstd:3"):
        codec = latent_codec(spec)
        content = stored(latents, codec)  # with its method made
        assert stored(latents, pickle.loads(pickle.dumps(codec))) == content


COMPRESSORS = {package for part in PARTS for package in part.needs}


def test_reading_a_head_and_a_spec_imports_no_compressor(tmp_path: Path) -> None:
    path = tmp_path / "latents.latc"
    path.write_bytes(stored(latent_like(30), latent_codec(RECOMMENDED)))
    code = """
import sys
from pathlib import Path
from analysis.codecs.container import CompressedLatents
from analysis.io.byte_range import bytes_range
opened = CompressedLatents(bytes_range(Path(sys.argv[1]).read_bytes(), "latents"))
print(opened.codec.name, opened.codec.lossless, opened.codec.chunk_frames, *sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    name, lossless, chunk_frames, *modules = done.stdout.split()
    assert (name, lossless, chunk_frames) == (RECOMMENDED, "False", "24")
    assert not COMPRESSORS & set(modules)
    assert "torch" not in modules


@pytest.mark.parametrize("package", sorted(COMPRESSORS))
def test_a_package_that_is_not_installed_is_named_when_it_is_needed(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = next(part for part in PARTS if package in part.needs)
    codec = LatentCodec(shortest(part))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackage, match=f"package {package} is not installed: run `pip"):
        stored(latent_like(5), codec)


def test_a_codec_needs_no_package_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    latents = latent_like(30)
    for spec, needed in (("u8-channel+zstd", {"zstandard"}), ("klt", set()), ("raw", set())):
        with monkeypatch.context() as without:
            for package in COMPRESSORS - needed:
                without.setitem(sys.modules, package, None)
            assert stored_and_read(latents, latent_codec(spec)).shape == latents.shape


def test_every_run_records_the_packages_of_codecs() -> None:
    assert {name.replace("-", "_") for name in packages()} >= COMPRESSORS
