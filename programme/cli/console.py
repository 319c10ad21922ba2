"""The console that commands print to."""

from __future__ import annotations

import sys

from rich.console import Console

_WIDE = 160


def console() -> Console:
    """As wide as the terminal; in a file or a pipe wide enough that no line of a log is broken."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDE)
