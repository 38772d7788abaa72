"""The explorer's form, as HTML: every control has its label, and the name of what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from analysis.catalog import BYTES_PER_VALUE, Autoencoder, devices, resolutions
from analysis.findings.offered_encodings import OfferedEncoding, codec_title
from analysis.kinds.latent_codecs.record import CodecResult
from analysis.presentation.text import number

OWN = "own"
"""What the reader types in: an autoencoder, or b."""

_LARGEST = 99999
"""Of a side in pixels, and of a factor."""

_BUTTON = "btn btn-sm btn-outline-secondary"


def form(
    offered: Sequence[Autoencoder],
    encodings: Sequence[OfferedEncoding],
    codecs: Sequence[CodecResult],
) -> str:
    """The controls, hidden until there is JavaScript, and the buttons."""
    return (
        '<form class="explorer-form" hidden aria-label="Storage calculator">\n'
        f"{_fieldset('Frames', _frames())}\n"
        f"{_fieldset('Video', _video(encodings))}\n"
        f"{_fieldset('Latents and machine', [*_latents(codecs), *_machine()])}\n"
        f"{_autoencoders(offered)}\n"
        '<div class="explorer-buttons">'
        f'<button type="button" name="copy" class="{_BUTTON}">Copy link</button>'
        f'<button type="reset" class="{_BUTTON}">Reset</button>'
        '<span class="explorer-status" role="status"></span></div>\n'
        "</form>"
    )


RESULTS = """<div class="explorer-results" hidden>
<p class="explorer-answer" aria-live="polite"></p>
<ul class="explorer-legend" aria-label="Curves of both charts"></ul>
<div class="explorer-charts">
<figure><div class="explorer-chart" data-chart="ratio" role="figure"></div>
<figcaption></figcaption></figure>
<figure><div class="explorer-chart" data-chart="bytes" role="figure"></div>
<figcaption></figcaption></figure>
</div>
<div class="explorer-table" data-scrolls="The figures"></div>
<h2 class="explorer-heading">The equation, with these numbers</h2>
<div class="explorer-formulas" data-scrolls="The equations"></div>
<h2 class="explorer-heading">The same in a terminal</h2>
<pre class="explorer-commands"><code></code></pre>
</div>"""
"""Where the figures go."""


def _fieldset(legend: str, controls: Sequence[str]) -> str:
    inner = "\n".join(controls)
    return (
        f'<fieldset class="explorer-group"><legend>{escape(legend)}</legend>\n{inner}\n</fieldset>'
    )


def _frames() -> list[str]:
    last = len(resolutions()) - 1
    return [
        _range("resolution", "Resolution", last),
        _number("width", "Width, pixels", 1, step="1", most=_LARGEST),
        _number("height", "Height, pixels", 1, step="1", most=_LARGEST),
        _number("fps", "Frames per second", 0.000001),
        _number("hours", "Hours of video, one view", 0),
    ]


def _video(encodings: Sequence[OfferedEncoding]) -> list[str]:
    names = dict.fromkeys(encoding.codec for encoding in encodings)
    options = [(name, codec_title(name)) for name in names]
    return [
        _select("codec", "Codec", {"": [*options, (OWN, "b of your own")]}),
        _range("quality", "Quality", 1),
        _number("bitsPerPixel", "b of your own, bits per pixel", 0.000001),
    ]


def _latents(codecs: Sequence[CodecResult]) -> list[str]:
    plain = [
        (name, f"{name}: {number(stored, 1)} {'byte' if stored == 1 else 'bytes'} per value")
        for name, stored in BYTES_PER_VALUE.items()
    ]
    measured = [(codec.name, _codec_title(codec)) for codec in codecs]
    groups = {"number format": plain, "measured latent codec": measured}
    return [
        _select("format", "Stored as", groups),
        _number("clipFrames", "Frames per clip (empty: long)", 1, step="1"),
    ]


def _codec_title(codec: CodecResult) -> str:
    loss = codec.loss_db.value if codec.loss_db else 0.0
    lost = "lossless" if codec.lossless else f"{number(loss, 2)} dB lost"
    return f"{codec.name}: {number(100 * codec.share.value)} % of fp16, {lost}"


def _machine() -> list[str]:
    options = [(device.id, device.name) for device in devices().device]
    return [
        _select("device", "GPU that encodes", {"": options}),
        _number("ramGb", "Memory, GB", 0),
        _number("diskGb", "Disk, GB", 0),
    ]


def _autoencoders(offered: Sequence[Autoencoder]) -> str:
    boxes = "\n".join(
        _checkbox("autoencoder", entry.id, entry.name, _shape(entry)) for entry in offered
    )
    own = "\n".join(
        [
            _checkbox("autoencoder", OWN, "one of your own", ""),
            _number("spatial", "Spatial factor s", 1, step="1", most=_LARGEST),
            _number("channels", "Channels c", 1, step="1", most=_LARGEST),
            _number("temporal", "Temporal factor t", 1, step="1", most=_LARGEST),
            _checkbox("causal", "causal", "causal in time", ""),
        ]
    )
    return (
        '<fieldset class="explorer-group explorer-wide"><legend>Autoencoders</legend>\n'
        f'<div class="explorer-boxes">\n{boxes}\n</div>\n'
        f'<div class="explorer-own">\n{own}\n</div>\n</fieldset>'
    )


def _shape(entry: Autoencoder) -> str:
    return f"s {entry.spatial}, c {entry.channels}, t {entry.temporal}"


def _labelled(name: str, label: str, control: str) -> str:
    return (
        f'<div class="explorer-control"><label for="explorer-{name}">{escape(label)}</label>'
        f"{control}</div>"
    )


def _number(name: str, label: str, least: float, step: str = "any", most: int | None = None) -> str:
    limit = "" if most is None else f' max="{most}"'
    return _labelled(
        name,
        label,
        f'<input type="number" class="form-control form-control-sm" id="explorer-{name}" '
        f'name="{name}" min="{least:g}"{limit} step="{step}" '
        f'inputmode="decimal" autocomplete="off">',
    )


def _range(name: str, label: str, last: int) -> str:
    return _labelled(
        name,
        label,
        f'<output for="explorer-{name}" aria-live="off"></output>'
        f'<input type="range" class="form-range" id="explorer-{name}" name="{name}" '
        f'min="0" max="{last}" step="1" autocomplete="off">',
    )


def _select(name: str, label: str, groups: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    def options(entries: Sequence[tuple[str, str]]) -> str:
        return "".join(
            f'<option value="{escape(value, quote=True)}">{escape(text)}</option>'
            for value, text in entries
        )

    inner = "".join(
        f'<optgroup label="{escape(group, quote=True)}">{options(entries)}</optgroup>'
        if group
        else options(entries)
        for group, entries in groups.items()
    )
    return _labelled(
        name,
        label,
        f'<select class="form-select form-select-sm" id="explorer-{name}" name="{name}" '
        f'autocomplete="off">{inner}</select>',
    )


def _checkbox(name: str, value: str, label: str, detail: str) -> str:
    shown = f" <small>{escape(detail)}</small>" if detail else ""
    return (
        f'<label class="explorer-check"><input type="checkbox" class="form-check-input" '
        f'name="{name}" value="{escape(value, quote=True)}" autocomplete="off">'
        f"<span>{escape(label)}{shown}</span></label>"
    )
