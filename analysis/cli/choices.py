"""What an option can be, where that is found in the package: for `--help` and to check a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, get_args

import typer
from typer.core import TyperCommand


def _number_formats() -> Iterable[str]:
    from analysis.catalog import BYTES_PER_VALUE

    return BYTES_PER_VALUE


def _video_encoders() -> Iterable[str]:
    from analysis.catalog import recording_encoders

    return (encoder.id for encoder in recording_encoders())


def _precisions() -> Iterable[str]:
    from analysis.catalog import Precision

    return get_args(Precision)


def _recommended_codec() -> Iterable[str]:
    from analysis.codecs.latent_codec import RECOMMENDED

    return (RECOMMENDED,)


def _recommended_lossless_codec() -> Iterable[str]:
    from analysis.codecs.latent_codec import RECOMMENDED_LOSSLESS

    return (RECOMMENDED_LOSSLESS,)


def _kinds() -> Iterable[str]:
    from analysis.kinds.registry import measured_kinds

    return measured_kinds()


CHOICES: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "number formats": _number_formats,
    "precisions": _precisions,
    "video encoders": _video_encoders,
    "recommended codec": _recommended_codec,
    "recommended lossless codec": _recommended_lossless_codec,
    "kinds": _kinds,
}
"""By the name that a help text has in braces; each imports what it needs."""


class Command(TyperCommand):
    """A command whose help is completed when it is asked for, so that the others import nothing."""

    def format_help(self, *args: object) -> None:
        """Put the choices into the help texts, then print them."""
        for parameter in self.params:
            text = getattr(parameter, "help", None) or ""
            for name, find in CHOICES.items():
                if f"{{{name}}}" in text:
                    text = text.replace(f"{{{name}}}", ", ".join(find()))
                    parameter.help = text  # type: ignore[attr-defined]
        super().format_help(*args)  # type: ignore[arg-type]


def one_of(name: str) -> Callable[[str], str]:
    """A parser that takes one of these choices; wrong usage otherwise."""

    def parse(value: str) -> str:
        choices = list(CHOICES[name]())
        if value not in choices:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}.")
        return value

    return parse
