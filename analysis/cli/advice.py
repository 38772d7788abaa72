"""What an error means for someone at the command line: the sentence, and the option that helps."""

from __future__ import annotations

from typing import Final

from analysis import errors

ADVICE: Final[dict[type[errors.LatentStorageError], str]] = {
    errors.OutputTaken: "--out gives another place.",
    errors.MissingAutoencoder: "--autoencoder names it.",
    errors.MissingLatents: "--latents gives some.",
    errors.DeviceUnavailable: "--device chooses another; without it the best there is.",
    errors.OutOfMemory: "--batch-size makes it smaller.",
    errors.BeyondFloat16: "--dtype bf16 or fp32 may help.",
    errors.ClusterUnavailable: "Without --cluster, this machine encodes.",
}
"""By kind of error: the option that helps."""


def sentence(error: Exception) -> str:
    """What is printed for an error."""
    match error:
        case errors.MissingRun():
            return f"{error} `{_command(error)}` makes one."
        case errors.LatentStorageError():
            return " ".join(filter(None, (str(error), ADVICE.get(type(error)))))
        case ModuleNotFoundError(name=str(module)):
            return str(errors.MissingPackage(module.partition(".")[0]))
        case OSError(filename=str(path), strerror=str(reason)):
            return f"{path}: {reason}; check the path, the disk and your permissions."
        case _:
            return f"{type(error).__name__}: {error} (run again with --debug to see where)"


def _command(error: errors.MissingRun) -> str:
    """What makes a run of the kind that is missing."""
    from analysis.kinds.registry import find_kind  # its models take a third of a second

    made_by = find_kind(error.kind).made_by or f"measure {error.kind}"
    profile = f" --profile {error.profile}" if error.profile else ""
    return f"latent-storage {made_by}{profile}"
