"""Build the site around finished pages: navigation, themes and search come from smalldocs.

smalldocs is used by its command line alone, on a folder prepared for it, so that it stays
replaceable; what it would fetch from other servers is pointed at the site's own copies.
"""

import html
import os
import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from analysis.errors import InputError
from analysis.site.renderer.project import Project, mapping, strings

_OUTPUT = "_site"
_KATEX_CDN = re.compile(r"https://cdn\.jsdelivr\.net/npm/katex@[^/]+/dist")
_FONT_IMPORT = re.compile(r"@import\s+url\([\"']?https?://[^)]*\)\s*;?")
# Done before the shell runs, or meant for Quarto's own layout and Sass.
_NOT_FOR_SHELL = ("canonical-url", "html-math-method", "respect-user-color-scheme", "grid")
# The shell marks the dark theme by a script, so without scripts it has to show the light one.
_DARK = re.compile(r'media="([^"]*)\(prefers-color-scheme: dark\)"')
_ICON = re.compile(r"\.bi-([\w-]+)::before\s*\{[^}]*\}")
_DARK_BY_SCRIPT = r'media="\1(prefers-color-scheme: dark) and (scripting: enabled)"'


def build_shell(project: Project, stage: Path, resources: Collection[Path]) -> Path:
    """Build the site from `stage`, which holds the finished pages and the `resources`.

    Returns the folder of the site, inside `stage`. Raises InputError for whatever smalldocs warns
    of, broken links above all.
    """
    (stage / "_quarto.yml").write_text(
        yaml.safe_dump(shell_config(project, resources), allow_unicode=True, sort_keys=False),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "smalldocs.cli", "render", "--quiet", "--strict", str(stage)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"smalldocs ended with {done.returncode}"]
        raise InputError(f"{project.root}: {said[0].removeprefix('warning: ')}.")
    site = stage / _OUTPUT
    _use_own_copies(project, site)
    _name_addresses(project, site)
    _redirect_root(project, site)
    return site


def shell_config(project: Project, resources: Collection[Path]) -> dict[str, Any]:
    """Return the project's configuration with only what the shell has left to do."""
    html = {key: value for key, value in project.html.items() if key not in _NOT_FOR_SHELL}
    html["lang"] = project.config.get("lang", "en")
    if "theme" in html:
        html["theme"] = _compiled_themes(html["theme"])
    return {
        "project": {
            "type": "website",
            "output-dir": _OUTPUT,
            "render": [page.as_posix() for page in project.pages],
            "resources": [f"/{address.as_posix()}" for address in resources],
        },
        "website": dict(mapping(project.config.get("website"))),
        "format": {"html": html},
    }


def _compiled_themes(theme: object) -> object:
    """Leave out Sass files: the shell's themes are compiled already."""
    if isinstance(theme, Mapping):
        return {mode: _compiled_themes(names) for mode, names in theme.items()}
    return [name for name in strings(theme) if not name.endswith(".scss")]


def _use_own_copies(project: Project, site: Path) -> None:
    for page in sorted(site.rglob("*.html")):
        katex = Path(os.path.relpath(site / project.katex, page.parent)).as_posix()
        _rewrite(page, _KATEX_CDN, katex)
        _rewrite(page, _DARK, _DARK_BY_SCRIPT)
    for style in sorted((site / "site_libs").rglob("*.css")):
        _rewrite(style, _FONT_IMPORT, "")
    _keep_used_icons(site)


def _keep_used_icons(site: Path) -> None:
    """Leave only the icons that pages show in the style sheet that every page loads for them."""
    names = {
        name
        for page in site.rglob("*.html")
        for name in re.findall(r"\bbi-([\w-]+)", page.read_text(encoding="utf-8"))
    }
    style = site / "site_libs" / "bootstrap-icons" / "bootstrap-icons.min.css"
    text = style.read_text(encoding="utf-8")
    kept = _ICON.sub(lambda rule: rule[0] if rule[1] in names else "", text)
    style.write_text(kept, encoding="utf-8")


def _name_addresses(project: Project, site: Path) -> None:
    """Write what Quarto writes of the site's own address: canonical links and where the map is."""
    address = mapping(project.config.get("website")).get("site-url")
    if not address:
        return
    address = str(address).rstrip("/")
    (site / "robots.txt").write_text(f"Sitemap: {address}/sitemap.xml\n", encoding="utf-8")
    if project.html.get("canonical-url") is not True:
        return
    for page in project.pages:
        link = html.escape(f"{address}/{quote(page.with_suffix('.html').as_posix())}")
        tag = f'<link rel="canonical" href="{link}"></head>'
        _rewrite(site / page.with_suffix(".html"), re.compile("</head>"), tag)


def _rewrite(file: Path, pattern: re.Pattern[str], replacement: str) -> None:
    text = file.read_text(encoding="utf-8")
    changed = pattern.sub(replacement, text)
    if changed != text:
        file.write_text(changed, encoding="utf-8")


def _redirect_root(project: Project, site: Path) -> None:
    """Let the site's root lead to its first page, as Quarto does when no page is there."""
    root = site / "index.html"
    if root.exists():
        return
    front = project.pages[0].with_suffix(".html").as_posix()
    root.write_text(
        "<!DOCTYPE html>\n"
        f'<html lang="{project.config.get("lang", "en")}">\n'
        f'<head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={front}">\n'
        f'<title>Redirect</title></head>\n<body><a href="{front}">{front}</a></body>\n</html>\n',
        encoding="utf-8",
    )
