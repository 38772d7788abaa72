"""The offline renderer: the project's Quarto pages as a website, on a machine without Quarto.

A page passes through `page` (its cells run), `markdown` (references and citations are resolved)
and `shell` (the site is built around it); `render` is the whole way.
"""

from analysis.site.renderer.render import render_project

__all__ = ["render_project"]
