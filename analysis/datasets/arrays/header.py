"""What the header of an array says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArrayHeader:
    """The shape of an array and the name of its dtype; `codec` is that of compressed latents."""

    shape: tuple[int, ...]
    dtype: str
    codec: str | None = None

    @property
    def length(self) -> int:
        """Its first dimension: frames, where there are any."""
        return self.shape[0] if self.shape else 0
