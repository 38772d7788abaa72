"""Accelerators with their published peak rates, as in `devices.toml`."""

from __future__ import annotations

from functools import cache

from analysis.catalog.entry import Entry, read


class Device(Entry):
    """One accelerator; see the head of `devices.toml` for the fields."""

    id: str
    name: str
    peak_tflops: float
    source: str


class Devices(Entry):
    """All of them, and the share of the peak that is assumed to be kept up."""

    sustained_share: float
    sustained_source: str
    device: tuple[Device, ...]

    def sustained_tflops(self, device: Device) -> float:
        """The rate that is assumed to be kept up, in 10^12 FLOP a second."""
        return device.peak_tflops * self.sustained_share


@cache
def devices() -> Devices:
    """The accelerators of the catalogue."""
    return Devices(**read("devices.toml"))
