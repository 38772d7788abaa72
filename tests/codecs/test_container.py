"""Compressed latents: read whole or in pieces, and never read wrong."""

from __future__ import annotations

import struct
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.codecs.codec import CHUNK_FRAMES
from analysis.codecs.container import CompressedLatents, compress, decompress
from analysis.codecs.header import Header, head_bytes, read_head
from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS, LatentCodec
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, bytes_range
from tests.codecs.examples import (
    CODECS,
    EVERY_CODEC,
    assert_same_bits,
    latent_like,
    stored,
    stored_and_read,
)

COUNT = 2 * CHUNK_FRAMES + 6
"""Frames of three chunks, the last one short."""

SOME = [RECOMMENDED, RECOMMENDED_LOSSLESS, "cells+classes+range", "u8-channel", "zstd:3"]


@cache
def small_file(name: str) -> bytes:
    return stored(latent_like(COUNT, 2, 2, 3), CODECS[name])


@cache
def long_episode(name: str) -> bytes:
    return stored(latent_like(2000), CODECS[name])


def recorded(data: bytes) -> tuple[ByteRange, list[tuple[int, int]]]:
    """The bytes, and what is read of them: where from and how many."""
    calls: list[tuple[int, int]] = []

    def fetch(offset: int, length: int) -> bytes:
        calls.append((offset, length))
        return data[offset : offset + length]

    return ByteRange("recorded", len(data), fetch), calls


def size_of_head(data: bytes) -> int:
    return read_head(bytes_range(data, "head")).size


@EVERY_CODEC
def test_a_clip_is_the_slice_of_the_whole(codec: LatentCodec) -> None:
    data = stored(latent_like(COUNT), codec)
    whole = decompress(data)
    compressed = CompressedLatents(bytes_range(data, "whole"))
    assert (compressed.codec, compressed.shape) == (codec, whole.shape)
    edges = [0, 1, CHUNK_FRAMES - 1, CHUNK_FRAMES, CHUNK_FRAMES + 1, 2 * CHUNK_FRAMES, COUNT]
    for start in edges:
        for stop in (edge for edge in edges if edge >= start):
            assert_same_bits(compressed.frames(start, stop), whole[start:stop])
    assert_same_bits(compressed.frames(CHUNK_FRAMES + 3), whole[CHUNK_FRAMES + 3 :])


@settings(max_examples=60)
@given(st.sampled_from(SOME), st.data())
def test_any_clip_reads_the_chunks_that_hold_it_and_no_others(
    name: str, data: st.DataObject
) -> None:
    content = long_episode(name)
    start = data.draw(st.integers(0, 1999))
    stop = data.draw(st.integers(start + 1, 2000))
    source, calls = recorded(content)
    compressed = CompressedLatents(source)
    calls.clear()
    compressed.frames(start, stop)
    head = read_head(source)
    ends = np.cumsum((head.size, *head.lengths)).tolist()
    first, last = start // CHUNK_FRAMES, (stop - 1) // CHUNK_FRAMES
    assert calls[:1] == [(ends[first], ends[last + 1] - ends[first])]
    assert compressed.bytes_read(start, stop) == head.size + calls[0][1]


@pytest.mark.parametrize("name", [RECOMMENDED, RECOMMENDED_LOSSLESS])
def test_a_clip_of_70_frames_reads_at_most_half_more_than_its_share(name: str) -> None:
    content = long_episode(name)
    share = 70 / 2000 * (len(content) - size_of_head(content))
    source, calls = recorded(content)
    compressed = CompressedLatents(source)
    for start in (*range(CHUNK_FRAMES), *range(500, 1930, 143), 1930):
        calls.clear()
        assert len(compressed.frames(start, start + 70)) == 70
        assert sum(length for _, length in calls) <= 1.5 * share


def test_opening_reads_the_head_and_a_codec_without_chunks_everything() -> None:
    content = long_episode("delta+zstd:3")
    source, calls = recorded(content)
    compressed = CompressedLatents(source)
    assert calls == [(0, 65_536)]
    compressed.frames(7, 8)
    assert compressed.bytes_read(7, 8) == len(content)
    assert calls[1:] == [(size_of_head(content), len(content) - size_of_head(content))]


def test_a_clip_of_no_frames_reads_nothing() -> None:
    content = small_file(RECOMMENDED)
    source, calls = recorded(content)
    compressed = CompressedLatents(source)
    calls.clear()
    for start in (0, CHUNK_FRAMES + 1, COUNT):
        assert compressed.frames(start, start).shape == (0, 2, 2, 3)
        assert compressed.bytes_read(start, start) == size_of_head(content)
    assert calls == []


@pytest.mark.parametrize(
    ("start", "stop"), [(-1, 5), (0, COUNT + 1), (COUNT + 1, COUNT + 1), (5, 4), (COUNT, COUNT + 9)]
)
def test_frames_that_are_not_there_are_an_index_error(start: int, stop: int) -> None:
    compressed = CompressedLatents(bytes_range(small_file(RECOMMENDED), "episode"))
    with pytest.raises(IndexError, match=f"episode: has {COUNT} frames, not {start} to {stop}"):
        compressed.frames(start, stop)


@pytest.mark.parametrize("name", SOME)
def test_each_byte_of_a_file_is_guarded(name: str) -> None:
    content = small_file(name)
    for place in range(len(content)):
        for mask in (0x01, 0xFF):
            damaged = bytearray(content)
            damaged[place] ^= mask
            with pytest.raises(InputError):
                decompress(bytes(damaged))


@settings(max_examples=300)
@given(st.sampled_from(sorted(CODECS)), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_changed_byte_is_never_decoded(name: str, place: float, mask: int) -> None:
    damaged = bytearray(small_file(name))
    damaged[int(place * len(damaged))] ^= mask
    with pytest.raises(InputError):
        decompress(bytes(damaged))


@pytest.mark.parametrize("name", SOME)
def test_what_is_cut_off_is_missed(name: str) -> None:
    content = small_file(name)
    for length in range(len(content)):
        with pytest.raises(InputError):
            decompress(content[:length])


@given(st.binary(max_size=200), st.sampled_from([b"", b"LATC", b"LATC\1\0\0\0"]))
def test_what_is_no_compressed_latents_is_refused(content: bytes, start: bytes) -> None:
    with pytest.raises(InputError, match=r"clip\.latc: "):
        decompress(start + content, "clip.latc")


def test_nothing_is_no_compressed_latents() -> None:
    with pytest.raises(InputError, match="empty: holds no compressed latents; check what it is"):
        decompress(b"", "empty")


def test_a_newer_version_is_named_beside_the_one_that_is_read() -> None:
    content = bytearray(small_file(RECOMMENDED))
    content[4:6] = struct.pack("<H", 3)
    with pytest.raises(InputError, match="is of version 3 and this program reads 2; use the"):
        decompress(bytes(content))


def test_a_damaged_chunk_is_named_and_the_others_are_read() -> None:
    content = small_file(RECOMMENDED_LOSSLESS)
    head = read_head(bytes_range(content, "head"))
    damaged = bytearray(content)
    damaged[head.size + head.lengths[0]] ^= 0x10
    compressed = CompressedLatents(bytes_range(bytes(damaged), "episode"))
    whole = decompress(content)
    second, third = CHUNK_FRAMES, 2 * CHUNK_FRAMES
    assert_same_bits(compressed.frames(0, second), whole[:second])
    assert_same_bits(compressed.frames(third), whole[third:])
    said = rf"episode: chunk 1 \(frames {second} to {third - 1}\) is damaged; copy the file again"
    with pytest.raises(InputError, match=said):
        compressed.frames(second - 1, second + 1)


def test_the_frames_before_a_cut_are_read() -> None:
    content = small_file(RECOMMENDED_LOSSLESS)
    compressed = CompressedLatents(bytes_range(content[:-1], "cut"))
    third = 2 * CHUNK_FRAMES
    assert_same_bits(compressed.frames(0, third), decompress(content)[:third])
    with pytest.raises(InputError, match=rf"chunk 2 \(frames {third} to {COUNT - 1}\) is damaged"):
        compressed.frames(third)


@EVERY_CODEC
def test_the_head_says_what_the_latents_are_without_the_rest(codec: LatentCodec) -> None:
    content = stored(latent_like(COUNT), codec)
    head = read_head(bytes_range(content[: size_of_head(content)], "head"))
    assert head.header == Header(
        codec=codec.name,
        parts=tuple(chosen.stored() for chosen in codec.chain),
        dtype="<f2",
        shape=(COUNT, 4, 6, 8),
        chunk_frames=codec.chunk_frames,
        side=len(head.side),
    )
    assert head.size + sum(head.lengths) == len(content)
    assert len(head.lengths) == len(head.checksums) == (3 if codec.chunk_frames else 1)


def test_a_head_longer_than_the_first_read_is_read_in_two() -> None:
    latents = latent_like(9000 * CHUNK_FRAMES, 1, 1, 1)
    content = stored(latents, CODECS["raw"])
    assert size_of_head(content) > 65_536
    source, calls = recorded(content)
    clip = CompressedLatents(source).frames(100_000, 100_070)
    assert_same_bits(clip, latents[100_000:100_070])
    assert [offset for offset, _ in calls][:2] == [0, 65_536]
    with pytest.raises(InputError, match="header is damaged"):
        decompress(content[:65_600])


def test_a_codec_that_is_not_known_is_refused_with_those_that_are() -> None:
    header = Header(codec="flate", dtype="<f2", shape=(0, 4, 6, 8), chunk_frames=32, side=0)
    known = r"latents: There is no latent codec part 'flate'; choose from raw, .*picture\[:DECIBELS"
    with pytest.raises(InputError, match=known):
        decompress(head_bytes(header, b"", []))


def test_a_header_of_chunks_without_frames_is_damaged() -> None:
    header = Header.model_construct(
        codec="raw", dtype="<f2", shape=(1, 1, 1, 1), chunk_frames=0, side=0
    )
    with pytest.raises(InputError, match="header is damaged"):
        decompress(head_bytes(header, b"", []))


@pytest.mark.parametrize(
    "latents",
    [
        np.zeros((2, 4, 6, 8), np.float32),
        np.zeros((2, 4, 6, 8), ">f2"),
        np.zeros((4, 6, 8), np.float16),
        np.zeros((2, 2, 4, 6, 8), np.float16),
    ],
)
def test_what_is_no_float16_of_four_dimensions_is_refused(latents: NDArray[np.float16]) -> None:
    with pytest.raises(InputError, match="cannot be compressed; give float16 of"):
        compress(latents, CODECS[RECOMMENDED_LOSSLESS])


@EVERY_CODEC
@pytest.mark.parametrize("shape", [(0, 4, 6, 8), (5, 0, 6, 8), (5, 4, 0, 8), (5, 4, 6, 0)])
def test_an_array_of_nothing_comes_back_in_its_shape(
    codec: LatentCodec, shape: tuple[int, int, int, int]
) -> None:
    latents = np.zeros(shape, np.float16)
    assert_same_bits(stored_and_read(latents, codec), latents)
    compressed = CompressedLatents(bytes_range(stored(latents, codec), "nothing"))
    assert_same_bits(compressed.frames(0, shape[0] // 2), latents[: shape[0] // 2])
    assert compressed.bytes_read(0, shape[0]) == size_of_head(stored(latents, codec))


@EVERY_CODEC
def test_what_is_read_can_be_written_to(codec: LatentCodec) -> None:
    assert stored_and_read(latent_like(40), codec).flags.writeable


def test_bytes_after_the_last_chunk_are_told() -> None:
    with pytest.raises(InputError, match="goes on for 3 bytes after its last chunk"):
        decompress(small_file(RECOMMENDED) + b"\0\0\0")
