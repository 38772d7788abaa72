"""What others published or built, with its source: autoencoders, video encoders, resolutions and
the note's own figures.

Nothing in this room was measured by this project; pages mark what comes from it *published*.
"""

from analysis.catalog.autoencoders import (
    JOIN,
    Autoencoder,
    WeightFile,
    autoencoder,
    autoencoders,
    decoder_of,
    encoder_of,
    latent_space,
)
from analysis.catalog.devices import Device, Devices, device, devices, reported_device
from analysis.catalog.note import Note, note
from analysis.catalog.number_formats import (
    BYTES_PER_VALUE,
    NUMBER_FORMATS,
    NumberFormat,
    Precision,
)
from analysis.catalog.practice import Practice, practices
from analysis.catalog.recipes import Recipe, recipe, recipes
from analysis.catalog.resolutions import Resolution, resolution, resolutions
from analysis.catalog.video_encoders import (
    VideoEncoder,
    encoder_title,
    encoding_title,
    lossless_encoders,
    recording_encoder,
    recording_encoders,
    video_encoder,
    video_encoders,
)

__all__ = [
    "BYTES_PER_VALUE",
    "JOIN",
    "NUMBER_FORMATS",
    "Autoencoder",
    "Device",
    "Devices",
    "Note",
    "NumberFormat",
    "Practice",
    "Precision",
    "Recipe",
    "Resolution",
    "VideoEncoder",
    "WeightFile",
    "autoencoder",
    "autoencoders",
    "decoder_of",
    "device",
    "devices",
    "encoder_of",
    "encoder_title",
    "encoding_title",
    "latent_space",
    "lossless_encoders",
    "note",
    "practices",
    "recipe",
    "recipes",
    "recording_encoder",
    "recording_encoders",
    "reported_device",
    "resolution",
    "resolutions",
    "video_encoder",
    "video_encoders",
]
