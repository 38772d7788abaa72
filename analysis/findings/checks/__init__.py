"""One small function a claim: from the evidence to figures, a verdict and the words' values.

Every module of this folder is read; `@check` enters a function under the claim's id.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
