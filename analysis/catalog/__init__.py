"""What others published, with its source: autoencoders, resolutions and the note's own figures.

Nothing in this room was measured by this project; pages mark what comes from it *published*.
"""

from analysis.catalog.autoencoders import BYTES_PER_VALUE, Autoencoder, autoencoder, autoencoders
from analysis.catalog.devices import Device, Devices, device, devices
from analysis.catalog.encoders import encoder_title, encoding_title
from analysis.catalog.note import Note, note
from analysis.catalog.practice import Practice, practices
from analysis.catalog.recipes import Recipe, recipe, recipes
from analysis.catalog.resolutions import Resolution, resolution, resolutions

__all__ = [
    "BYTES_PER_VALUE",
    "Autoencoder",
    "Device",
    "Devices",
    "Note",
    "Practice",
    "Recipe",
    "Resolution",
    "autoencoder",
    "autoencoders",
    "device",
    "devices",
    "encoder_title",
    "encoding_title",
    "note",
    "practices",
    "recipe",
    "recipes",
    "resolution",
    "resolutions",
]
