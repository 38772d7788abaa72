"""Which codec and profile an MP4's sample entry stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

MPEG4_PART_2: Final = "MPEG-4 Part 2"
UNKNOWN: Final = "unknown codec"

_H264_PROFILES: Final = {
    44: "CAVLC 4:4:4",
    66: "Baseline",
    77: "Main",
    88: "Extended",
    100: "High",
    110: "High 10",
    122: "High 4:2:2",
    244: "High 4:4:4 Predictive",
}
_HEVC_PROFILES: Final = {1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Rext"}
_AV1_PROFILES: Final = {0: "Main", 1: "High", 2: "Professional"}
# ISO/IEC 14496-2, profile_and_level_indication: the upper four bits.
_MPEG4_PROFILES: Final = {
    0x0: "Simple",
    0x1: "Simple Scalable",
    0x2: "Core",
    0x3: "Main",
    0x4: "N-bit",
    0x9: "Advanced Real Time Simple",
    0xB: "Advanced Coding Efficiency",
    0xF: "Advanced Simple",
}
_VISUAL_OBJECT_SEQUENCE: Final = b"\x00\x00\x01\xb0"
# ISO/IEC 14496-1, object type indications: an `mp4v` sample entry may hold any of these.
_OBJECT_TYPES: Final[dict[int, tuple[str, str | None]]] = {
    0x21: ("H.264", None),
    0x23: ("HEVC", None),
    0x60: ("MPEG-2", "Simple"),
    0x61: ("MPEG-2", "Main"),
    0x62: ("MPEG-2", "SNR Scalable"),
    0x63: ("MPEG-2", "Spatially Scalable"),
    0x64: ("MPEG-2", "High"),
    0x65: ("MPEG-2", "4:2:2"),
    0x6A: ("MPEG-1", None),
    0x6C: ("JPEG", None),
}
_OBJECT_TYPE_MPEG4_VISUAL: Final = 0x20


def identify(tag: str, configurations: Mapping[str, bytes]) -> tuple[str, str | None]:
    """The codec and its profile, None where the headers do not tell it.

    Args:
        tag: the four characters of the sample entry, `avc1` or `mp4v` for instance.
        configurations: the boxes within the sample entry, kind → content.
    """
    if tag == "mp4v":
        return _identify_elementary_stream(configurations.get("esds", b""))
    codec, box, read_profile = _CODECS.get(tag, (UNKNOWN, "", _no_profile))
    return codec, read_profile(configurations.get(box, b""))


def _no_profile(configuration: bytes) -> None:
    return None


def _h264_profile(configuration: bytes) -> str | None:
    """AVCDecoderConfigurationRecord: version, profile, constraint flags, level, …"""
    if len(configuration) < 4:
        return None
    profile, constraints = configuration[1:3]
    name = _H264_PROFILES.get(profile)
    if name == "Baseline" and constraints & 0x40:
        return "Constrained Baseline"
    return name


def _hevc_profile(configuration: bytes) -> str | None:
    """HEVCDecoderConfigurationRecord: the lower five bits of its second byte."""
    return _HEVC_PROFILES.get(configuration[1] & 0x1F) if len(configuration) > 1 else None


def _av1_profile(configuration: bytes) -> str | None:
    """AV1CodecConfigurationRecord: the upper three bits of its second byte."""
    return _AV1_PROFILES.get(configuration[1] >> 5) if len(configuration) > 1 else None


def _vp9_profile(configuration: bytes) -> str | None:
    """VPCodecConfigurationRecord: version and flags, then the profile."""
    return f"Profile {configuration[4]}" if len(configuration) > 4 else None


_CODECS: Final[dict[str, tuple[str, str, Callable[[bytes], str | None]]]] = {
    "avc1": ("H.264", "avcC", _h264_profile),
    "avc3": ("H.264", "avcC", _h264_profile),
    "hev1": ("HEVC", "hvcC", _hevc_profile),
    "hvc1": ("HEVC", "hvcC", _hevc_profile),
    "av01": ("AV1", "av1C", _av1_profile),
    "vp09": ("VP9", "vpcC", _vp9_profile),
    "jpeg": ("JPEG", "", _no_profile),
}


def _identify_elementary_stream(esds: bytes) -> tuple[str, str | None]:
    """The codec that an `esds` box declares by its object type."""
    decoder_configuration = _descriptor(0x04, _descriptor(0x03, esds[4:])[3:])
    if not decoder_configuration:
        return UNKNOWN, None
    object_type = decoder_configuration[0]
    if object_type != _OBJECT_TYPE_MPEG4_VISUAL:
        return _OBJECT_TYPES.get(object_type, (UNKNOWN, None))
    specific = _descriptor(0x05, decoder_configuration[13:])
    _, found, indication = specific.partition(_VISUAL_OBJECT_SEQUENCE)
    profile = _MPEG4_PROFILES.get(indication[0] >> 4) if found and indication else None
    return MPEG4_PART_2, profile


def _descriptor(tag: int, data: bytes) -> bytes:
    """The content of an MPEG-4 descriptor at the start of `data`; empty if another one is there."""
    if not data or data[0] != tag:
        return b""
    # The length: seven bits a byte, the eighth says that another byte follows.
    length, position = 0, 1
    for byte in data[1:5]:
        length, position = length << 7 | byte & 0x7F, position + 1
        if not byte & 0x80:
            break
    return data[position : position + length]
