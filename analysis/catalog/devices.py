"""Accelerators with their published peak rates, as in `devices.toml`."""

from __future__ import annotations

from functools import cache

from analysis.catalog.entry import Entry, read
from analysis.errors import InputError


class Device(Entry):
    """One accelerator; see the head of `devices.toml` for the fields."""

    id: str
    name: str
    reported_as: tuple[str, ...]
    peak_tflops: float
    source: str


class Devices(Entry):
    """All of them, and the share of the peak that is assumed to be kept up."""

    sustained_share: float
    sustained_source: str
    device: tuple[Device, ...]

    def sustained_tflops(self, device: Device) -> float:
        """The rate that is assumed to be kept up, in 10^12 FLOP per second."""
        return device.peak_tflops * self.sustained_share


@cache
def devices() -> Devices:
    """The accelerators of the catalogue."""
    return Devices(**read("devices.toml"))


def device(id: str) -> Device:
    """The accelerator with this id.

    Raises:
        InputError: there is none; the sentence lists those there are.
    """
    for entry in devices().device:
        if entry.id == id:
            return entry
    known = ", ".join(entry.id for entry in devices().device)
    raise InputError(f"No device {id!r} in the catalogue; choose one of {known}.")


def reported_device(name: str) -> Device | None:
    """The accelerator that a driver calls so; None where the catalogue has it not."""
    return next((each for each in devices().device if name.startswith(each.reported_as)), None)
