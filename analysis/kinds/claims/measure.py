"""Kind `claims`: the note's statements, judged by the newest runs of the ledger.

The judge stands above the kinds, as it reads their runs: it comes with the context.
"""

from __future__ import annotations

from analysis.kinds.context import Context, Outcome


def measure(context: Context) -> Outcome:
    """All claims, against the newest runs of the ledger.

    Raises:
        ValueError: the context brings no judge.
    """
    if context.judge_claims is None:
        raise ValueError("a context for the kind `claims` brings what judges them")
    return context.judge_claims(context.ledger)
