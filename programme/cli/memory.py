"""Peak memory of this command and all processes that it started."""

from __future__ import annotations

import time

import psutil


class PeakMemory:
    """Sampled sum of proportional or, where the system does not give it, resident set sizes."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._peak = 0
        self._next = 0.0

    def sample(self) -> None:
        """Take a sample, at most one every two seconds."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 2
        total = 0
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                info = process.memory_full_info()
                total += getattr(info, "pss", info.rss)
            except psutil.Error:
                continue
        self._peak = max(self._peak, total)

    @property
    def peak_gb(self) -> float:
        """The greatest sum seen, in GB (10^9 bytes)."""
        return self._peak / 1e9
