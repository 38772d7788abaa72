"""What the command line shows fits a terminal of 80 columns."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from analysis.cli.claims import claims_table
from analysis.findings.claims import all_claims
from analysis.findings.evidence import Evidence
from analysis.kinds.claims.record import UNANSWERED
from tests.kinds.examples import shard_sizes

WIDTH = 80


def printed(width: int = WIDTH) -> list[str]:
    """The lines of the claims' table, as the command line prints it."""
    text = StringIO()
    console = Console(file=text, width=width, soft_wrap=True)
    console.print(claims_table(all_claims(Evidence.of(shard_sizes()))))
    return text.getvalue().splitlines()


def test_the_claims_fit_into_eighty_columns() -> None:
    assert max(map(len, printed())) <= WIDTH


def test_every_claim_is_told_with_its_figures_and_evidence() -> None:
    text = "\n".join(printed(400))
    for claim in all_claims(Evidence.of(shard_sizes())):
        assert claim.statement in text
        assert claim.explanation in text
        assert bool(claim.needed) is (claim.verdict in UNANSWERED)
    assert "· MP4 rate (MB/min): published 46.0, recomputed 44.22 ≠" in text
    assert "· 63 figures: --json has them" in text
    assert "Evidence: equations.qmd#eq-ratio" in text
