"""The manifest of an edition: fingerprints of all that it was made from and of all that it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from programme.run_context import RunContext, stable_hash
from reports.parquet import parquet_bytes
from reports.reading import hidden_rows


def manifest(
    context: RunContext, tables: Mapping[str, pd.DataFrame], files: Mapping[str, bytes], inputs: Mapping[str, str]
) -> dict[str, Any]:
    """What `manifest.json` says; no run_id and no time of day but `known_at`, so that a rerun writes the same.

    `tables`: published frames by name; `files`: relative path to content; `inputs`: a name for each batch that counted
    (such as `hris/employee/2026Q3`) and its content hash.
    """
    return {
        "manifest_version": 1,
        "programme": context.programme,
        "period": context.period.label,
        "edition": context.edition,
        "as_of": context.as_of.isoformat(),
        "known_at": context.known_at_text,
        "code_hash": context.code_hash,
        "config_hash": context.config_hash,
        "inputs_hash": stable_hash(dict(inputs)),
        "inputs": dict(inputs),
        "tables": {
            name: {
                "columns": [str(c) for c in frame.columns],
                "n_rows": len(frame),
                "n_hidden": int(hidden_rows(frame).sum()) if len(frame) else 0,
                "sha256": sha256(parquet_bytes(frame)),
            }
            for name, frame in tables.items()
        },
        "files": {name: {"bytes": len(content), "sha256": sha256(content)} for name, content in files.items()},
    }


def canonical_json(data: Any) -> bytes:
    """JSON with sorted keys, two blanks of indent and a final newline, UTF-8."""
    return (json.dumps(data, sort_keys=True, ensure_ascii=False, indent=2) + "\n").encode()


def sha256(content: bytes) -> str:
    """SHA-256 of bytes, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()
