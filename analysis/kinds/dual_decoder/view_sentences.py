"""What the dual decoder is worth, in sentences whose words follow from the figures."""

from __future__ import annotations

from IPython.display import Markdown

from analysis import storage
from analysis.kinds.dual_decoder.record import Decoding, DualDecoderResult, DualDecoderResults
from analysis.kinds.dual_decoder.view import middle, psnr, stored_latent
from analysis.presentation.text import apart, compared, number, ordinal


def gain_db(dual: DualDecoderResult) -> float:
    """What the full decoder gains over holding the same bytes of latents, over whole clips."""
    return _every_frame_db(dual, "full") - _every_frame_db(dual, "held")


def loss_db(dual: DualDecoderResult) -> float:
    """What the single-frame decoder loses to the per-frame autoencoder, on its own frame."""
    return _own_frame_db(dual, "per-frame") - _own_frame_db(dual, "single-frame")


def answer(results: DualDecoderResults) -> Markdown:
    """What the middle temporal factor takes, keeps and costs in time, in a few sentences."""
    dual = middle(results)
    held, mean, every = (_clips_against(dual, way) for way in ("held", "mean", "per-frame"))
    own = _from(_own_frame_db(dual, "single-frame"), _own_frame_db(dual, "per-frame"))
    single, window = dual.timing.single_frame.median_ms, dual.timing.window.median_ms
    return Markdown(
        f"At t = {dual.temporal_factor} the stored latents take "
        f"**{number(dual.stored.mb_per_min.value)} MB per minute**, "
        f"{number(dual.stored.ratio.value)} times the video. The full decoder comes {held} the "
        f"same bytes spent on every {ordinal(dual.temporal_factor)} latent, {mean} their mean, "
        f"and {every} storing all of them. The single-frame decoder shows its own frame {own} the "
        f"per-frame autoencoder, in {number(single)} ms "
        f"{compared(single, window, 'and not sooner than the', 'as long as the', 'instead of')} "
        f"{number(window)} ms for the window."
    )


def verdict(results: DualDecoderResults) -> Markdown:
    """What it is worth by the figures of the run: storage, latency, interaction and quality."""
    dual = middle(results)
    points = (
        _storage(results, dual),
        _latency(dual),
        _interaction(results, dual),
        _quality(dual),
    )
    return Markdown("\n".join(f"- {point}" for point in points))


def _storage(results: DualDecoderResults, dual: DualDecoderResult) -> str:
    t, kept = dual.temporal_factor, dual.stored.mb_per_min.value
    every = results.per_frame.mb_per_min.value
    full, each = _every_frame_db(dual, "full"), _every_frame_db(dual, "per-frame")
    price = compared(full, each, "and clips gain", "at no price", "at a price")
    heading = compared(kept, every, "no", "no", f"yes, {price}")
    change = compared(
        kept,
        every,
        f"multiplies the bytes by {kept / every:.3g}",
        "saves no bytes",
        f"divides the bytes by {every / kept:.3g}",
    )
    return (
        f"**Storage: {heading}.** t = {t} {change}, whatever decodes them, and clips come "
        f"{_clips_against(dual, 'per-frame')} those of all latents, by this small compressor. Both "
        "are its doing, not the second decoder's."
    )


def _latency(dual: DualDecoderResult) -> str:
    timing = dual.timing
    window, first, one = (
        each.median_ms for each in (timing.window, timing.first_of_window, timing.single_frame)
    )
    streamed, second = window - first, first - one
    heading = compared(
        first, one, compared(second, streamed, "yes", "in part", "less than hoped"), "no", "no"
    )
    by_streaming = compared(
        window,
        first,
        f"saves {number(streamed)} ms",
        "saves nothing",
        f"costs {number(-streamed)} ms",
    )
    by_second = compared(
        first, one, f"{number(second)} ms more", "nothing more", f"costs {number(-second)} ms"
    )
    in_a_burst = compared(window, one, "pays", "gains nothing", "costs time")
    return (
        f"**Latency: {heading}.** A window is there {number(window)} ms after its latent, a single "
        f"frame after {number(one)} ms. But where, as here, the spatial decoder works frame by "
        "frame behind the temporal decompressor, the first frame of the window is there after "
        f"{number(first)} ms: showing frames as they are decoded {by_streaming}, and the second "
        f"decoder {by_second}. Where the decoder itself is temporal and gives its frames in one "
        f"burst, a second one {in_a_burst}."
    )


def _interaction(results: DualDecoderResults, dual: DualDecoderResult) -> str:
    t = dual.temporal_factor
    answers = "cannot answer an action sooner, however fast the decoder is"
    heading = compared(t, 1, "no", "as without it", "yes")
    rate = storage.shown_frames_per_second(stored_latent(dual), results.fps)
    return (
        f"**Interaction: {heading}.** A latent spans {t} {'action' if t == 1 else 'actions'} and "
        f"{number(1e3 * t / results.fps)} ms of play, so a model that makes one latent per step "
        f"{answers if t > 1 else 'answers every action'}. And one shown frame per latent is "
        f"{number(rate)} frames per second."
    )


def _quality(dual: DualDecoderResult) -> str:
    t, own = dual.temporal_factor, dual.representative_position
    shown = [psnr(score) for score in dual.way("single-frame").positions]
    far = max(range(t), key=lambda place: abs(place - own))
    heading = compared(
        shown[own],
        shown[far],
        f"it is one frame of {t}",
        "it serves the whole window",
        "it comes nearer to another frame than its own",
    )
    return (
        f"**Quality: {heading}.** Against the frame that it stands for it has "
        f"{number(shown[own])} dB, against frame {far + 1} of the window, which a player would "
        f"have seen as well, {number(shown[far])} dB."
    )


def by_motion(dual: DualDecoderResult) -> Markdown:
    """In which clips a latent that is held for its window comes nearest to the recording."""
    held = {each.motion: psnr(each.score) for each in dual.way("held").motions}
    best, worst = max(held, key=held.__getitem__), min(held, key=held.__getitem__)
    if compared(held[best], held[worst], "", "alike", ""):
        return Markdown("A latent held for its window comes as near in any motion.")
    return Markdown(
        f"A latent held for its window comes nearest to the recording in {best} clips and least "
        f"near in {worst} ones."
    )


def _every_frame_db(dual: DualDecoderResult, way: Decoding) -> float:
    return psnr(dual.way(way).every_frame)


def _own_frame_db(dual: DualDecoderResult, way: Decoding) -> float:
    return psnr(dual.way(way).representative)


def _clips_against(dual: DualDecoderResult, way: Decoding) -> str:
    """How far the full decoder's clips lie from another way's: "2.8 dB above"."""
    return _from(_every_frame_db(dual, "full"), _every_frame_db(dual, way))


def _from(psnr_db: float, reference_db: float) -> str:
    return apart(psnr_db, reference_db, "dB", "above", "level with", "below")
