"""The exceptions that this package raises on purpose.

```
LatentStorageError
├── InputError            something is wrong with what was given: the sentence names the file
│   ├── NothingFound      nothing that could be read lies at a path
│   ├── OutputTaken       the place to write to holds something else, or another run writes there
│   ├── MissingAutoencoder  nothing says which autoencoder made these latents
│   ├── EncoderOnly       an autoencoder that is to decode has no decoder
│   ├── MissingLatents    what is to be measured names no latents
│   ├── MissingRun        the ledger has no run of a kind that is needed
│   ├── NewerVersion      a file was written by a newer version of this package
│   ├── DeviceUnavailable   no such device here, or in the cluster
│   ├── OutOfMemory       the device has too little memory for a batch
│   ├── BeyondFloat16     latents are too large for the format that they are stored in
│   └── ClusterUnavailable  no Ray cluster answers
└── MissingPackage        a package of an extra is not installed
```

A message is one sentence or two that say what is amiss and what helps. It names no option of the
command line, which adds those.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, requires
from typing import Final


class LatentStorageError(Exception):
    """Whatever this package raises on purpose."""


class InputError(LatentStorageError):
    """Something is wrong with what the user gave: one sentence naming the file and the remedy.

    The command line prints the sentence and exits with code 1; no traceback.
    """


class NothingFound(InputError):
    """Nothing that could be read lies at a path."""


class OutputTaken(InputError):
    """The place to write to holds something else, or another run writes there."""


class MissingAutoencoder(InputError):
    """Nothing says which autoencoder made the latents."""


class EncoderOnly(InputError):
    """An autoencoder that is to decode has no decoder."""


class MissingLatents(InputError):
    """What is to be measured names no latents."""


class MissingRun(InputError):
    """A ledger has no run of a kind that is needed.

    Args:
        kind: of the run, such as "shard-sizes".
        where: the folders that were looked into.
        profile: that it has to be of; any when not given.
    """

    def __init__(self, kind: str, where: str, profile: str | None = None) -> None:
        super().__init__(kind, where, profile)
        self.kind = kind
        self.where = where
        self.profile = profile

    def __str__(self) -> str:
        of = f" of the {self.profile} profile" if self.profile else ""
        return (
            f"No {self.kind} run{of} in {self.where}; make one, or give measurements that have it."
        )


class NewerVersion(InputError):
    """A file was written by a newer version of this package than this one."""


class DeviceUnavailable(InputError):
    """The device that was asked for is not there, or cannot be used."""


class OutOfMemory(InputError):
    """The device has too little memory for so many frames at a time."""


class BeyondFloat16(InputError):
    """Latents hold values that float16 cannot."""


class ClusterUnavailable(InputError):
    """No Ray cluster answers."""


class MissingPackage(LatentStorageError, ImportError):
    """A package that the core install does without is not there.

    Args:
        module: what could not be imported, such as "av".
    """

    def __init__(self, module: str) -> None:
        super().__init__(module, name=module)
        self.module = module
        self.extra = extra_of(module)

    def __reduce__(self) -> tuple[type[MissingPackage], tuple[str]]:
        return type(self), (self.module,)

    def __str__(self) -> str:
        wanted = f"latent-storage[{self.extra}]" if self.extra else self.module
        return f"The package {self.module} is not installed: run `pip install '{wanted}'`."


@contextmanager
def packages_needed() -> Iterator[None]:
    """Within the block, a package that is not installed is a `MissingPackage`.

    Raises:
        MissingPackage: an import in the block found none.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == __package__:
            raise
        raise MissingPackage(error.name.partition(".")[0]) from error


_DISTRIBUTION: Final = "latent-storage"

_DISTRIBUTION_OF: Final = {
    "IPython": "ipykernel",
    "PIL": "diffusers",
    "cv2": "opencv-python-headless",
    "huggingface_hub": "diffusers",
    "pypandoc": "pypandoc-binary",
    "yaml": "pyyaml",
}
"""Distributions that bring modules of other names than their own."""

_REQUIREMENT: Final = re.compile(
    r"(?P<name>[\w.-]+).*;.*extra\s*==\s*['\"](?P<extra>[\w-]+)['\"]", re.ASCII
)


def extra_of(module: str) -> str | None:
    """The extra of this package that brings a module, as its own metadata say: the smallest one.

    None where no extra does, or where this package is not installed but only on the path.
    """
    wanted = _normal(_DISTRIBUTION_OF.get(module, module))
    try:
        requirements = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return None
    found = [match for match in map(_REQUIREMENT.match, requirements) if match is not None]
    sizes = Counter(match["extra"] for match in found)
    extras = {match["extra"] for match in found if _normal(match["name"]) == wanted}
    return min(extras, key=lambda extra: (sizes[extra], extra), default=None)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
