"""Render a Quarto website project without Quarto."""

import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.site.renderer.hooks import run_hooks
from analysis.site.renderer.markdown import resolve_markdown
from analysis.site.renderer.page import run_page
from analysis.site.renderer.project import read_project
from analysis.site.renderer.shell import build_shell

PAGES_AT_ONCE = 2


def render_project(
    root: Path,
    stage: Path,
    environment: Mapping[str, str],
    further_resources: Mapping[Path, Path],
    progress: Callable[[str], None],
) -> Path:
    """Render the project below `root` inside the empty folder `stage`; return the site's folder.

    `environment` reaches every cell and hook. `further_resources` maps addresses in the site to
    files that are published beside the project's own resources, and before these.
    Raises InputError that names the page, and its cell, that could not be rendered.
    """
    project = read_project(root)
    run_hooks(project.pre_render, project.root, stage, environment)
    project = read_project(root)  # a hook may have written pages or resources

    def finish(page: Path) -> str:
        done = run_page(project, page, environment)
        folder = (project.root / page).parent
        body = resolve_markdown(done.body, str(page), folder, project.bibliographies)
        progress(f"rendered {page}")
        return f"{done.front}\n\n{body}"

    # Most of a page's time goes into starting its kernel and importing pandas, one core's work.
    with ThreadPoolExecutor(PAGES_AT_ONCE) as pool:
        try:
            texts = list(pool.map(finish, project.pages))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for page, text in zip(project.pages, texts, strict=True):
        _place(stage / page).write_text(text, encoding="utf-8")
        written = (project.root / page).stat().st_mtime_ns
        os.utime(stage / page, ns=(written, written))  # what the site's map says of the page
    resources = {path: project.root / path for path in project.resources} | dict(further_resources)
    for address, file in resources.items():
        shutil.copyfile(file, _place(stage / address))
    site = build_shell(project, stage, resources.keys())
    run_hooks(project.post_render, project.root, site, environment)
    return site


def _place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
