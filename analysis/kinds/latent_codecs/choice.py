"""Which of the measured latent codecs to take."""

from __future__ import annotations

from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecsResults

NEAR_LOSSLESS_DB = 0.1
"""The loss of decoded PSNR below which a codec is called near-lossless here."""


def smallest_lossless(results: LatentCodecsResults) -> CodecResult:
    """The smallest that keeps every bit."""
    return min((c for c in results.codecs if c.lossless), key=lambda c: c.share.value)


def lossy(results: LatentCodecsResults) -> list[CodecResult]:
    """The lossy ones that are not the note's, from the smallest on."""
    found = (c for c in results.codecs if not c.lossless and not c.in_note)
    return sorted(found, key=lambda c: c.share.value)


def near_lossless(results: LatentCodecsResults) -> CodecResult | None:
    """Of those whose decoded frames lose at most 0.1 dB of PSNR, the fastest
    to read that takes at most a tenth more than the smallest."""
    found = [
        codec
        for codec in lossy(results)
        if codec.loss_db is not None and codec.loss_db.value <= NEAR_LOSSLESS_DB
    ]
    if not found:
        return None
    return max(
        (codec for codec in found if codec.share.value <= 1.1 * found[0].share.value),
        key=lambda codec: codec.decode_mb_per_s,
    )


def undominated(results: LatentCodecsResults) -> list[CodecResult]:
    """Those that no other one beats in both bytes and decoded quality, smallest loss first."""
    judged = [
        (codec.loss_db.value, codec.share.value, codec)
        for codec in results.codecs
        if codec.loss_db is not None
    ]
    smallest = float("inf")
    found = []
    for _, share, codec in sorted(judged, key=lambda entry: entry[:2]):
        if share < smallest:
            smallest = share
            found.append(codec)
    return found
