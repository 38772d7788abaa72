"""Claims on what others do with stored latents."""

from __future__ import annotations

from analysis.catalog import practices
from analysis.catalog.note import Note
from analysis.ledger.claims import Claim
from analysis.measures.claims import references
from analysis.measures.claims.evidence import Evidence
from analysis.measures.claims.figures import implied, judged_claim

SECTION = "What others do"

_OPEN_SORA = references.source(
    "hpcaitech/Open-Sora, configs/diffusion/train: stage1.py encodes while it trains, "
    "stage2_cache.py reads cached latents"
)
_COSMOS = references.source(
    "NVIDIA/NeMo, nemo/collections/diffusion/data/prepare_energon_dataset.py: bfloat16 tensors in "
    "tar"
)
_STABLE_VIDEO = references.source(
    "Stability-AI/generative-models, sgm/data: no code that prepares video"
)


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
            f"{', '.join(entry.who for entry in light)} do, by quantising or by general "
            f"compressors; {' and '.join(entry.who for entry in tokens)} store tokens instead",
            [references.OTHERS, *(references.source(entry.source) for entry in light)],
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
            [_OPEN_SORA, _COSMOS, _STABLE_VIDEO, references.OTHERS],
        ),
    ]
