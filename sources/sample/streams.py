"""Named random streams: one generator a factor and key, so that no factor's draws depend on another's."""

from __future__ import annotations

import hashlib

import numpy as np

# Every stream there is; `altered={"stream.<name>": <int>}` reseeds one and leaves the others as they were.
STREAMS = (
    "names",
    "structure",
    "traits",
    "careers",
    "leaves",
    "attrition",
    "hires",
    "application",
    "meetings",
    "group_meetings",
    "kickoff",
    "milestones",
    "follow_up",
    "training",
    "leadership",
    "surveys",
    "response",
    "comments",
    "anonymous",
    "dirt",
)


class Streams:
    """Generators seeded by SHA-256 of seed, stream and key.

    Callers draw arrays over all persons ever hired (in the order of their index) and then pick: who takes part never
    shifts anyone else's draws.
    """

    def __init__(self, seed: int, reseeded: dict[str, int] | None = None) -> None:
        self.seed = seed
        self.reseeded = dict(reseeded or {})

    def rng(self, stream: str, *key: object) -> np.random.Generator:
        """A fresh generator; equal arguments give equal draws."""
        if stream not in STREAMS:
            raise ValueError(f"stream {stream!r}: expected one of {', '.join(STREAMS)}")
        parts = [str(self.seed), stream, str(self.reseeded.get(stream, 0)), *map(str, key)]
        digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
