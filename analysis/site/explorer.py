"""The explorer: the storage calculator as a form in the page.

The page holds what there is to choose from as JSON, the form, hidden, and a table of the defaults.
`report/assets/explorer/` shows the form and computes; without JavaScript the table stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from IPython.display import Markdown

from analysis.catalog import (
    BYTES_PER_VALUE,
    Autoencoder,
    autoencoder,
    autoencoders,
    device,
    devices,
    note,
    recipe,
    resolution,
    resolutions,
)
from analysis.findings.calculator import (
    Choice,
    Scenario,
    bytes_per_value,
    calculate,
    encoding_gflop,
)
from analysis.findings.offered_encodings import (
    OfferedEncoding,
    called,
    codec_title,
    find,
    offered_encodings,
)
from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.latent_codecs.choice import undominated
from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecs
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.presentation.sources import Source
from analysis.presentation.tables import table
from analysis.presentation.text import mark, number, size
from analysis.site.explorer_form import RESULTS, form

_SHOWN_BESIDE = ("wan-2.1", "ltx-video", "cosmos-cv8x16x16")
"""Temporal autoencoders that are chosen next to the note's when the page opens."""


@dataclass(frozen=True)
class Offer:
    """What the explorer lets a reader choose from, by the runs that it comes from."""

    video: Source[VideoBitrate]
    codecs: Source[LatentCodecs]
    zoo: Source[AutoencoderZoo]

    @cached_property
    def encodings(self) -> tuple[OfferedEncoding, ...]:
        """Videos, the note's own b first."""
        return offered_encodings(self.video.measurement.results)

    @cached_property
    def latent_codecs(self) -> list[CodecResult]:
        """Those that no other one beats in both bytes and decoded quality, smallest loss first."""
        return undominated(self.codecs.measurement.results)


def default_choice() -> Choice:
    """What the form holds when the page opens: the note's data set, recorded as the reference games
    are; capacities are those of a large server.
    """
    setting, native = note().setting, recipe("native")
    return Choice(
        resolution=setting.resolution,
        autoencoder=setting.autoencoder,
        spatial=32,
        channels=32,
        temporal=4,
        video=f"{native.codec}:{native.quality}",
        bits_per_pixel=float(setting.bits_per_pixel),
        fps=setting.fps,
        hours=setting.hours,
        device=devices().device[-1].id,
        ram_gb=512,
        disk_gb=4000,
    )


def _shown_first() -> tuple[str, ...]:
    return note().setting.autoencoder, *_SHOWN_BESIDE


def _offered() -> list[Autoencoder]:
    """The catalogue, those that are chosen at first before the others."""
    first = _shown_first()
    others = [entry for entry in autoencoders() if entry.id not in first]
    return [*map(autoencoder, first), *others]


def explorer(offer: Offer) -> Markdown:
    """The form, hidden until there is JavaScript, and the data that it computes from."""
    # "</" would end the script element early.
    data = json.dumps(page_data(offer), separators=(",", ":")).replace("</", "<\\/")
    return Markdown(
        "```{=html}\n"
        f'<div class="explorer"><script type="application/json">{data}</script>\n'
        f"{form(_offered(), offer.encodings, offer.latent_codecs)}\n{RESULTS}\n</div>\n"
        '<script type="module" src="assets/explorer/main.js"></script>\n```'
    )


def page_data(offer: Offer) -> dict[str, Any]:
    """All that the calculator needs in the browser, under the names of its JavaScript."""
    zoo, codecs = offer.zoo.measurement, offer.codecs.measurement
    choice = default_choice()
    place = resolution(choice.resolution)
    found = find(offer.encodings, choice.video or "")
    checked = {entry.id: entry.encode_gflop_per_frame for entry in zoo.results.checked}
    return {
        "autoencoders": [
            {
                "id": entry.id,
                "name": entry.name,
                "spatial": entry.spatial,
                "channels": entry.channels,
                "temporal": entry.temporal,
                "causal": entry.causal,
                "gflop": checked.get(entry.id),
            }
            for entry in _offered()
        ],
        "countedAt": [zoo.parameters.height, zoo.parameters.width],
        "formats": [
            *(
                {"id": name, "codec": None, "bytesPerValue": stored}
                for name, stored in BYTES_PER_VALUE.items()
            ),
            *(
                {
                    "id": codec.name,
                    "codec": codec.name,
                    "bytesPerValue": bytes_per_value(codecs, codec.name),
                }
                for codec in offer.latent_codecs
            ),
        ],
        "resolutions": [
            {"name": entry.name, "height": entry.height, "width": entry.width}
            for entry in resolutions()
        ],
        "encodings": [_encoding_data(encoding) for encoding in offer.encodings],
        "devices": [
            {
                "id": entry.id,
                "name": entry.name,
                "sustainedTflops": devices().sustained_tflops(entry),
            }
            for entry in devices().device
        ],
        "defaults": {
            "autoencoders": _shown_first(),
            "own": {
                "spatial": choice.spatial,
                "channels": choice.channels,
                "temporal": choice.temporal,
                "causal": choice.causal,
            },
            "clipFrames": choice.clip_frames,
            "format": choice.number_format,
            "height": place.height,
            "width": place.width,
            "fps": choice.fps,
            "hours": choice.hours,
            "codec": found.codec,
            "quality": found.quality,
            "bitsPerPixel": choice.bits_per_pixel,
            "device": choice.device,
            "ramGb": choice.ram_gb,
            "diskGb": choice.disk_gb,
        },
    }


def _encoding_data(encoding: OfferedEncoding) -> dict[str, Any]:
    return {
        "id": called(encoding),
        "codec": encoding.codec,
        "codecTitle": codec_title(encoding.codec),
        "quality": encoding.quality,
        "title": encoding.title,
        "provenance": encoding.provenance,
        "known": [
            {
                "height": known[0],
                "width": known[1],
                "bitsPerPixel": bits,
                "interval": encoding.intervals.get(known),
            }
            for known, bits in encoding.known.items()
        ],
        "psnrDb": encoding.psnr_db,
        "at480p": encoding.at_480p,
        "exponent": encoding.exponent,
        "law": encoding.law,
    }


HEADERS = (
    "autoencoder, at the defaults",
    "bits per pixel",
    "MB per minute",
    "all of it",
    "*R*",
    "smallest whole *t*",
    "tokens per second",
    "GPU-hours",
)


def default_rows(offer: Offer) -> Iterable[list[str]]:
    """What the form says when it opens, for readers without JavaScript: every autoencoder."""
    choice = default_choice()
    place = resolution(choice.resolution)
    bits = find(offer.encodings, choice.video or "").bits_per_pixel(place.size).value
    for entry in autoencoders():
        calculation = calculate(
            Scenario(
                latent=entry.latent(BYTES_PER_VALUE[choice.number_format]),
                size=place.size,
                video_bits_per_pixel=bits,
                fps=choice.fps,
                hours=choice.hours,
                gflop_per_frame=encoding_gflop(offer.zoo.measurement, entry.id, place.size),
                device=device(choice.device) if choice.device else None,
            )
        )
        comparison = calculation.comparison
        yield [
            entry.name,
            number(comparison.latent_bits_per_pixel),
            number(comparison.latent_mb_per_min),
            size(comparison.latent_bytes),
            number(comparison.ratio),
            str(comparison.smallest_temporal_factor),
            number(comparison.tokens_per_second, 4),
            "" if calculation.gpu_hours is None else number(calculation.gpu_hours),
        ]


def defaults(offer: Offer) -> Markdown:
    """The table of the defaults."""
    return table(HEADERS, default_rows(offer))


def defaults_in_words(offer: Offer) -> str:
    """The defaults, for the sentence above their table."""
    choice = default_choice()
    encoding = find(offer.encodings, choice.video or "")
    place = resolution(choice.resolution)
    bits = encoding.bits_per_pixel(place.size)
    return (
        f"{number(choice.hours)} hours at {place.width} × {place.height} and "
        f"{number(choice.fps, 2)} frames per second, latents in {choice.number_format}, against "
        f"video by {encoding.title}: {number(bits.value)} bits per pixel {mark(bits.provenance)}"
    )


def default_command() -> str:
    """The command that prints the first row of that table."""
    choice = default_choice()
    return (
        f"latent-storage ratio --autoencoder {choice.autoencoder} "
        f"--resolution {choice.resolution} --video {choice.video} --device {choice.device}"
    )
