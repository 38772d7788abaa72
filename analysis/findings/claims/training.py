"""Claims on what latents are for: what a video model reads."""

from __future__ import annotations

from typing import Final

from analysis import storage
from analysis.catalog import Note, autoencoder, resolution
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import implied, judged_claim, untestable_claim
from analysis.kinds.claims.record import Claim
from analysis.storage import Latent

SECTION = "What latents are for"

_PIXELS: Final = Latent(spatial=1, channels=3, bytes_per_value=1)
_PIXEL_PATCH: Final = 16
"""Side of the patches that vision transformers commonly read pixels in."""

_FACTOR: Final = 8


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """Cost in tokens, what only a training would show, and shorter sequences."""
    del evidence  # nothing of this was measured: it follows, or it would take a training
    return [
        _cheaper(note),
        untestable_claim(
            "representation",
            SECTION,
            "What an autoencoder is worth is its latent space, which is made for generation and "
            "not for compression alone.",
            "no measurement of bytes or of reconstruction says how well a model learns from them",
            "video models trained on these latents, on pixels and on another autoencoder's, and "
            "judged by what they generate; the weights of DC-AE-Lite, and GPUs",
        ),
        _shorter(note),
    ]


def _cheaper(note: Note) -> Claim:
    size, fps = resolution(note.setting.resolution).size, note.setting.fps
    entry = autoencoder(note.setting.autoencoder)
    latent = entry.latent()
    rows, columns = storage.latent_grid(latent, *size)
    pixels = _PIXELS.channels * size[0] * size[1]
    own = storage.tokens_per_second(latent, *size, fps)
    single, patched = (
        storage.tokens_per_second(_PIXELS, *size, fps, patch) for patch in (1, _PIXEL_PATCH)
    )
    attention = storage.relative_attention_cost(patched, own)
    return judged_claim(
        "cheaper-than-pixels",
        SECTION,
        f"Training on {rows}×{columns}×{latent.channels} latents is vastly cheaper than on "
        f"{size[0]}×{size[1]}×{_PIXELS.channels} pixels, however either is stored.",
        "holds",
        f"a model reads {single / own:.0f} times fewer places and "
        f"{pixels / (rows * columns * latent.channels):.0f} times fewer values. Even a model that "
        f"reads pixels in patches of {_PIXEL_PATCH}×{_PIXEL_PATCH} has {patched / own:g} times the "
        f"tokens and {attention:g} times the attention",
        [references.TOKENS, references.ATTENTION],
        [
            implied("tokens a second, latents", "", own),
            implied("tokens a second, pixels", "", single),
            implied(f"tokens a second, pixels in patches of {_PIXEL_PATCH}", "", patched),
            implied(
                f"attention over that of latents, pixels in patches of {_PIXEL_PATCH}",
                "×",
                attention,
            ),
        ],
    )


def _shorter(note: Note) -> Claim:
    size, fps = resolution(note.setting.resolution).size, note.setting.fps
    entry = autoencoder(note.setting.autoencoder)
    folded = Latent(entry.spatial, entry.channels, temporal=_FACTOR)
    tokens, shorter = (
        storage.tokens_per_second(latent, *size, fps) for latent in (entry.latent(), folded)
    )
    return judged_claim(
        "shorter-sequences",
        SECTION,
        f"The real win of t = {_FACTOR} is that a video model reads sequences {_FACTOR} times "
        "shorter, and storage comes second.",
        "holds-only-if",
        "the grid stays as it is: Cosmos's is finer, and latent for latent its tokens do not fall "
        f"with the frames. And a latent frame then spans {_FACTOR} actions",
        [references.TOKENS, references.ATTENTION],
        [
            implied("latent frames a second, t = 1", "", float(fps)),
            implied(
                f"latent frames a second, t = {_FACTOR}",
                "",
                storage.shown_frames_per_second(folded, fps),
            ),
            implied("tokens a second, t = 1", "", tokens),
            implied(f"tokens a second, t = {_FACTOR}, same grid", "", shorter),
        ],
    )
