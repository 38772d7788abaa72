"""Tar headers against Python's tarfile, sound and broken."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.datasets.tar_index import ShardIndex, read_index
from analysis.errors import InputError
from analysis.io.byte_range import bytes_range

FORMATS = {
    "ustar": tarfile.USTAR_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "pax": tarfile.PAX_FORMAT,
}


def make_tar(files: dict[str, bytes], archive_format: int, mtime: float = 0) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=archive_format) as tar:
        for name, content in files.items():
            header = tarfile.TarInfo(name)
            header.size, header.mtime = len(content), mtime
            tar.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


def index(data: bytes) -> ShardIndex:
    return read_index(bytes_range(data, "a.tar"))


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=150)


@pytest.mark.parametrize("archive_format", FORMATS.values(), ids=FORMATS)
@given(
    sizes=st.lists(st.sampled_from([0, 1, 511, 512, 513, 2000]), max_size=5),
    name=st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=40),
)
def test_members_lie_where_tarfile_finds_them(
    archive_format: int, sizes: list[int], name: str
) -> None:
    files = {f"{name}{number}.meta.json": bytes(size) for number, size in enumerate(sizes)}
    data = make_tar(files, archive_format)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        expected = [(m.name, m.offset_data, m.size) for m in tar]
    found = index(data)
    assert [(m.name, m.offset, m.size) for m in found.members] == expected
    assert found.closed
    assert sum(m.size + m.framing for m in found.members) + found.closing == len(data)


@pytest.mark.parametrize("archive_format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@given(name=names)
def test_long_and_foreign_names_are_read_whole(archive_format: int, name: str) -> None:
    data = make_tar({name: b"content", "second": b"more"}, archive_format)
    found = index(data)
    assert [m.name for m in found.members] == [name, "second"]
    assert sum(m.size + m.framing for m in found.members) + found.closing == len(data)


def test_the_headers_of_webdataset_with_fractions_of_seconds_count_as_framing() -> None:
    data = make_tar({"ep_1.meta.json": b"{}"}, tarfile.PAX_FORMAT, mtime=1234567890.25)
    (member,) = index(data).members
    assert (member.name, member.size, member.framing) == ("ep_1.meta.json", 2, 3 * 512 + 510)


def test_folders_and_links_are_no_members() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, kind in (("folder", tarfile.DIRTYPE), ("link", tarfile.SYMTYPE)):
            header = tarfile.TarInfo(name)
            header.type, header.linkname = kind, "folder"
            tar.addfile(header)
        header = tarfile.TarInfo("folder/ep_1.meta.json")
        header.size = 2
        tar.addfile(header, io.BytesIO(b"{}"))
    assert [m.name for m in index(buffer.getvalue()).members] == ["folder/ep_1.meta.json"]


def test_a_missing_end_and_bytes_after_the_end_are_told() -> None:
    data = make_tar({"ep_1.meta.json": b"{}"}, tarfile.USTAR_FORMAT)
    assert not index(data[:1024]).closed
    assert not index(data[: 1024 + 512]).closed
    assert index(data).surplus == 0
    assert index(data + bytes(100_000)).surplus == 0
    assert index(data + data).surplus > 0


TAR = make_tar({f"ep_{n}.meta.json": bytes([n]) * 700 for n in range(3)}, tarfile.PAX_FORMAT, 0.5)
END = index(TAR).members[-1].offset + 1024


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"hello" * 300, "is not a tar"),
        (b"short", "is not a tar"),
        (TAR[: END - 600], "cut off within ep_2.meta.json"),
        (TAR[:600], "cut off"),
        (TAR[:2560] + b"x" * 512 + TAR[3072:], "garbled at byte 2560"),
    ],
)
def test_what_is_no_whole_tar_is_refused_in_one_sentence(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        index(data)
    assert str(raised.value).startswith("a.tar")


@given(end=st.integers(0, len(TAR)))
def test_a_truncated_tar_is_refused_or_known_to_be_unclosed(end: int) -> None:
    try:
        found = index(TAR[:end])
    except InputError:
        return
    assert found.closed == (end >= END + 1024)
    assert len(found.members) == 3 or not found.closed


@given(changes=st.dictionaries(st.integers(0, END), st.integers(0, 255), max_size=6))
def test_a_garbled_tar_is_refused_or_read(changes: dict[int, int]) -> None:
    garbled = bytearray(TAR)
    for position, value in changes.items():
        garbled[position] = value
    try:
        found = index(bytes(garbled))
    except InputError:
        return
    assert sum(m.size + m.framing for m in found.members) + found.closing == len(TAR)
