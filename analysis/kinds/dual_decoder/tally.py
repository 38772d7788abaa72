"""Adds up the quality of shown frames into figures with intervals over episodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from analysis.kinds.dual_decoder.motion import MOTIONS
from analysis.kinds.dual_decoder.record import FrameScore, Motion, MotionScore
from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.video.quality import FrameQuality, psnr_db


@dataclass(frozen=True)
class Scored:
    """A shown frame against the recorded one.

    Args:
        clip: of which clip of the run it is.
        motion: of the clip.
        weight: how many clips of the view that clip stands for.
        position: of the recorded frame in its window.
        quality: how near they are.
    """

    clip: int
    motion: Motion
    weight: float
    position: int
    quality: FrameQuality


class Tally:
    """One way of showing windows, over episodes."""

    def __init__(self) -> None:
        self._episodes: dict[str, list[Scored]] = defaultdict(list)

    def add(self, episode: str, scored: Iterable[Scored]) -> None:
        """Add frames of an episode."""
        self._episodes[episode].extend(scored)

    def score(self, wanted: Callable[[Scored], bool] = lambda scored: True) -> FrameScore:
        """Of these frames.

        Raises:
            ValueError: there are none.
        """
        chosen = [list(filter(wanted, scored)) for scored in self._episodes.values()]
        chosen = [scored for scored in chosen if scored]

        def summed(value: Callable[[FrameQuality], float]) -> list[float]:
            return [sum(each.weight * value(each.quality) for each in scored) for scored in chosen]

        weights = [sum(each.weight for each in scored) for scored in chosen]

        def mean(value: Callable[[FrameQuality], float]) -> Estimate:
            return ratio_of_sums(summed(value), weights)

        error = ratio_of_sums(
            summed(lambda quality: quality.squared_error), summed(lambda quality: quality.values)
        )
        return FrameScore(
            psnr_db=mean(lambda quality: quality.psnr_db),
            pooled_psnr_db=error.through(psnr_db),
            ssim=mean(lambda quality: quality.ssim),
        )

    def motions(
        self, wanted: Callable[[Scored], bool], shares: Mapping[Motion, float]
    ) -> tuple[MotionScore, ...]:
        """Of these frames, by the motion of their clips; those that there are."""
        every = [scored for episode in self._episodes.values() for scored in episode]
        clips = {
            motion: len({scored.clip for scored in every if scored.motion == motion})
            for motion in MOTIONS
        }
        return tuple(
            MotionScore(
                motion=motion,
                clips=clips[motion],
                share=shares[motion],
                score=self.score(_both(wanted, motion)),
            )
            for motion in MOTIONS
            if clips[motion]
        )


def _both(wanted: Callable[[Scored], bool], motion: Motion) -> Callable[[Scored], bool]:
    return lambda scored: scored.motion == motion and wanted(scored)
