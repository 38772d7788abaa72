"""How this report is cited: CITATION.cff, as BibTeX."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from IPython.display import Markdown
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import InputError
from analysis.io.project import PROJECT

FILE = PROJECT / "CITATION.cff"


class _Entry(BaseModel):
    """A part of the file; what else stands in it is for other readers."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Author(_Entry):
    """A person, or a group by its name."""

    name: str | None = None
    family_names: str | None = Field(None, alias="family-names")
    given_names: str | None = Field(None, alias="given-names")

    @property
    def bibtex(self) -> str:
        """As BibTeX reads a name; braces keep a group's together."""
        if self.family_names is None:
            return f"{{{self.name}}}"
        return ", ".join(filter(None, (self.family_names, self.given_names)))


class Citation(_Entry):
    """What CITATION.cff says of the project."""

    title: str
    version: str
    released: str = Field(alias="date-released", pattern=r"^\d{4}-\d{2}-\d{2}$")
    authors: tuple[Author, ...]
    url: str | None = None

    @property
    def bibtex(self) -> str:
        """The entry of a bibliography; it is called by the title's first words and the year."""
        year = self.released[:4]
        words = re.findall(r"\w+", self.title.split("?")[0].lower())
        fields = {
            "title": f"{{{self.title}}}",
            "author": " and ".join(author.bibtex for author in self.authors),
            "version": self.version,
            "year": year,
            "date": self.released,
            "url": self.url,
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@software{{{'_'.join([*words, year])},", *lines, "}"])


def read(file: Path = FILE) -> Citation:
    """Read a CITATION.cff.

    Raises:
        InputError: it is not there or says too little.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)
        return Citation.model_validate(content)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be cited from: {reason}.") from error


def block() -> Markdown:
    """The BibTeX entry for a page; both renderers put a button to copy it beside it."""
    return Markdown(f"```bibtex\n{read().bibtex}\n```")
