"""Sources: pull HRIS, surveys, applications and logs; load what the gates accepted.

Names are bound on first use, since the contracts alone must be cheap to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sources.errors import LoadError, SourceError
    from sources.extraction import Extract, extract
    from sources.loading import load
    from sources.summary import reconcile

__all__ = ["Extract", "LoadError", "SourceError", "extract", "load", "reconcile"]

_HOME = {
    "Extract": "extraction", "extract": "extraction", "LoadError": "errors", "SourceError": "errors",
    "load": "loading", "reconcile": "summary",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'sources' has no attribute {name!r}")
    value = getattr(import_module(f"sources.{_HOME[name]}"), name)
    globals()[name] = value
    return value
