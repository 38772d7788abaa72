"""`latent-storage measure`: runs that are appended to the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from analysis.cli.options import Device, command_line, ledgers
from analysis.cli.terminal import complain, progress
from analysis.io.project import LEDGER


def measure(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KIND]...", help="Of {kinds}; all that the study allows by default."
        ),
    ] = None,
    profile: Annotated[
        Literal["quick", "full"],
        typer.Option(help="quick to see that it works, full for the report."),
    ] = "full",
    study: Annotated[Path, typer.Option(help="What to measure.")] = Path("study.toml"),
    device: Device = None,
    latents: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="Latents of yours for the kinds that read some, not the study's."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="The ledger to append to.")] = LEDGER,
) -> None:
    """Run measurements and append them to the ledger; a long one goes on where it stopped.

    Example: latent-storage measure shard-sizes --profile quick
    """
    from analysis.findings.claims import judge_claims
    from analysis.kinds.context import Context
    from analysis.kinds.registry import options_of_kinds
    from analysis.kinds.run import left_out, run
    from analysis.kinds.study import LatentSource, read_study

    with progress() as report:
        context = Context(
            study=read_study(study, options_of_kinds()),
            study_path=study,
            profile=profile,
            ledger=tuple(ledgers()),
            progress=report,
            device=device,
            latents=LatentSource(path=latents) if latents else None,
            judge_claims=judge_claims,
        )
        if not kinds:
            for name, reason in left_out(context).items():
                complain(f"{name} is left out: {reason}.")
        for path in run(kinds or [], context, command_line(), out):
            print(path)
