"""One small function for each claim: from the evidence to figures, a verdict and its words.

Every module of this folder is imported; `@check` enters its functions in `CHECKS`.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from analysis.findings.draft import CHECKS

__all__ = ["CHECKS"]

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
