"""The number formats that latents are stored in and models compute in, each described once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Precision = Literal["fp32", "fp16", "bf16"]
"""What a model computes in."""


@dataclass(frozen=True)
class NumberFormat:
    """How one value is stored.

    Args:
        name: `fp16`; where a size has several formats, with the split of its bits: `fp8 e4m3`.
        dtype: the name that NumPy (with ml_dtypes) and torch have for it.
        bytes_per_value: its size.
    """

    name: str
    dtype: str
    bytes_per_value: int

    @property
    def family(self) -> str:
        """The name without the split of its bits, which does not change a size: `fp8`."""
        return self.name.partition(" ")[0]


NUMBER_FORMATS: Final[Mapping[str, NumberFormat]] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            NumberFormat("fp32", "float32", 4),
            NumberFormat("fp16", "float16", 2),
            NumberFormat("bf16", "bfloat16", 2),
            # OCP 8-bit Floating Point Specification (OFP8), revision 1.0.
            NumberFormat("fp8 e4m3", "float8_e4m3fn", 1),
            NumberFormat("fp8 e5m2", "float8_e5m2", 1),
            NumberFormat("int8", "int8", 1),
        )
    }
)
"""All of them by name."""

BYTES_PER_VALUE: Final[Mapping[str, float]] = MappingProxyType(
    {entry.family: entry.bytes_per_value for entry in NUMBER_FORMATS.values()}
)
"""Bytes that a stored latent value takes, by what a size needs to be told: fp8 is one."""
