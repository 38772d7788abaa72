"""Kind `training-reads`: how fast a training loop gets its clips."""

from analysis.kinds.kind import LATENTS, Kind
from analysis.kinds.training_reads.record import TrainingReads

KIND = Kind(TrainingReads, order=80, needs=(LATENTS,))
