"""What the renderer needs to know of a Quarto website project: its `_quarto.yml`, read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import InputError

_NEVER_PUBLISHED = (".git", ".venv", "node_modules", "__pycache__")


@dataclass(frozen=True)
class Project:
    """A Quarto website project. Paths in `pages` and `resources` are relative to `root`."""

    root: Path
    config: Mapping[str, Any]
    pages: tuple[Path, ...]
    resources: tuple[Path, ...]
    bibliographies: tuple[Path, ...]
    pre_render: tuple[str, ...]
    post_render: tuple[str, ...]
    katex: str
    """Folder of the vendored KaTeX, relative to `root`, without a trailing slash."""

    @property
    def html(self) -> Mapping[str, Any]:
        """The options under `format: html:`, which hold for every page."""
        return mapping(mapping(self.config.get("format")).get("html"))


def read_project(root: Path) -> Project:
    """Read the `_quarto.yml` of the website below `root`.

    Raises InputError when it is missing, no YAML, names a page that is not there, or asks for
    what would need a server elsewhere (mathematics without a vendored KaTeX).
    """
    root = root.resolve()
    file = root / "_quarto.yml"
    if not file.is_file():
        raise InputError(f"{file} is not there: give the folder of a Quarto website project.")
    config = mapping(parse_yaml(file.read_text(encoding="utf-8"), str(file)))
    project = mapping(config.get("project"))
    math = mapping(mapping(mapping(config.get("format")).get("html")).get("html-math-method"))
    if math.get("method") != "katex" or not isinstance(math.get("url"), str):
        raise InputError(
            f"{file}: set format.html.html-math-method to katex with the url of a vendored copy, "
            "so that no page asks another server for it."
        )
    return Project(
        root=root,
        config=config,
        pages=tuple(_pages(root, strings(project.get("render")))),
        resources=tuple(_matches(root, strings(project.get("resources")))),
        bibliographies=tuple(root / name for name in strings(config.get("bibliography"))),
        pre_render=tuple(strings(project.get("pre-render"))),
        post_render=tuple(strings(project.get("post-render"))),
        katex=math["url"].rstrip("/"),
    )


def parse_yaml(text: str, where: str) -> object:
    """Parse YAML; `where` names the text in the InputError for a syntax error."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{where} holds no valid YAML: {problem}.") from error


def mapping(value: object) -> Mapping[str, Any]:
    """Return a YAML value that should be a mapping; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """Return a YAML value that may be absent, one string or a list, as a list of strings."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _pages(root: Path, patterns: list[str]) -> Iterator[Path]:
    """Yield every page once, in the order of the render list: the first is the front page."""
    if not patterns:
        raise InputError(f"{root / '_quarto.yml'}: name the pages under project.render.")
    seen = set()
    for pattern in patterns:
        found = sorted(root.glob(pattern.lstrip("/")))
        if not found:
            raise InputError(f"{root / '_quarto.yml'}: project.render names {pattern}, no page.")
        for page in found:
            if page not in seen and not page.name.startswith("_"):
                seen.add(page)
                yield page.relative_to(root)


def _matches(root: Path, patterns: list[str]) -> Iterator[Path]:
    """Yield the files that the resource patterns match, in order of their names.

    A pattern counts from the project's folder, as Quarto reads one with a leading slash.
    """
    for pattern in patterns:
        inside = pattern.lstrip("/")
        for path in sorted(root.glob(inside + "/*" if inside.endswith("**") else inside)):
            relative = path.relative_to(root)
            if path.is_file() and not set(relative.parts) & set(_NEVER_PUBLISHED):
                yield relative
