"""Claims on what others do with stored latents."""

from __future__ import annotations

from analysis.catalog import practices
from analysis.catalog.note import Note
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import implied, judged_claim
from analysis.kinds.claims.record import Claim

SECTION = "What others do"

_READ = (
    references.source("hpcaitech/Open-Sora: stage1.py and stage2_cache.py of its training"),
    references.source("NVIDIA/NeMo: prepare_energon_dataset.py"),
    references.source("Stability-AI/generative-models: sgm/data"),
)
"""What was read of the three projects' public code."""


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """That nobody compresses latents, and that three projects store them raw."""
    del note, evidence  # both claims are about what others published
    light = [entry for entry in practices() if entry.compression in ("lossless", "quantised")]
    tokens = [entry for entry in practices() if entry.compression == "tokens"]
    raw = [entry for entry in practices() if entry.compression == "none"]
    return [
        judged_claim(
            "nobody-compresses",
            SECTION,
            "Nobody in practice compresses encoded latents further.",
            "does-not-hold",
            f"{', '.join(entry.who for entry in light)} do or can, by quantising or by "
            "general compressors; "
            f"{' and '.join(entry.who for entry in tokens)} store tokens instead",
            [references.OTHERS],
            [
                implied("in the catalogue: raw", "", len(raw)),
                implied("compressed or quantised", "", len(light)),
                implied("tokens", "", len(tokens)),
            ],
        ),
        judged_claim(
            "others-store-raw",
            SECTION,
            "Open-Sora, Cosmos and Stable Video Diffusion all store raw latents, and pay in disk.",
            "holds-only-if",
            "one looks at those who store latents at all. Open-Sora's public training encodes its "
            "video on the way, but for one stage that may read cached latents; an example for "
            "Cosmos writes raw ones; what Stable Video Diffusion was trained from is not public",
            [*_READ, references.OTHERS],
        ),
    ]
