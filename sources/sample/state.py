"""The simulated world between two quarters, and its bytes."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from sources.sample.tables import Table

_VERSION = 1


@dataclass
class State:
    """All that the next quarter depends on. `period` is the last quarter simulated, "" before the first."""

    fingerprint: str
    period: str = ""
    tables: dict[str, Table] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> State:
        """A deep copy, so that advancing twice from one state gives equal results."""
        tables = {name: {k: v.copy() for k, v in table.items()} for name, table in self.tables.items()}
        return State(self.fingerprint, self.period, tables, json.loads(json.dumps(self.notes)))

    def to_bytes(self) -> bytes:
        """A zip of .npy columns with fixed times: equal states give equal bytes, and reading runs no code."""
        buffer = io.BytesIO()
        head = {"version": _VERSION, "fingerprint": self.fingerprint, "period": self.period, "notes": self.notes,
                "tables": {name: list(table) for name, table in self.tables.items()}}  # fmt: skip
        with zipfile.ZipFile(buffer, "w") as archive:
            _put(archive, "state.json", json.dumps(head, sort_keys=False, ensure_ascii=False).encode())
            for name, table in self.tables.items():
                for column, values in table.items():
                    part = io.BytesIO()
                    np.save(part, values, allow_pickle=False)
                    _put(archive, f"{name}/{column}.npy", part.getvalue())
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse of `to_bytes`; another version raises ValueError."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            head = json.loads(archive.read("state.json"))
            if head.get("version") != _VERSION:
                raise ValueError(
                    f"sample state: version {head.get('version')}, expected {_VERSION}; make the sample anew"
                )
            tables = {
                name: {c: np.load(io.BytesIO(archive.read(f"{name}/{c}.npy")), allow_pickle=False) for c in columns}
                for name, columns in head["tables"].items()
            }
        return cls(head["fingerprint"], head["period"], tables, head["notes"])


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    archive.writestr(info, data, compresslevel=1)
