"""Publishing an edition: all of its files or none, and never another content under the same name unnoticed."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from programme.period import Period
from reports.manifest import canonical_json

MANIFEST = "manifest.json"
_EDITION = re.compile(r"preliminary|final|corrected-[1-9]\d*")


class PublishError(RuntimeError):
    """An edition that cannot be published; the message names the files and the remedy."""


def publish(folder: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any], replace: bool = False) -> Path:
    """Write `<folder>/<period>/<edition>/` with `files` (relative path to content) and manifest.json; its path.

    Atomic: everything is written and synced beside the target, then renamed. The same content again changes nothing.
    Another content under the same edition raises PublishError, unless `replace` is given and the inputs differ too:
    the same inputs never give two truths. A run killed at any point leaves the old edition or the new one, or, between
    the two renames of a replacement, the old one under another name, which the next call puts back first.
    """
    period, edition = Period.parse(str(manifest["period"])).label, str(manifest["edition"])
    if not _EDITION.fullmatch(edition):
        raise PublishError(f"edition {edition!r}: expected preliminary, final or corrected-<number>")
    content = {**{_relative(name): data for name, data in files.items()}, MANIFEST: canonical_json(manifest)}
    target = Path(folder) / period / edition
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = (target.with_name(f".{edition}.{end}") for end in ("writing", "replaced"))
    if old.exists() and not target.exists():
        old.rename(target)
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    if target.exists():
        differing = _differing(target, content)
        if not differing:
            return target
        _may_replace(target, manifest, differing, replace)
    _write(fresh, content)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    _sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)
    return target


def _relative(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in name or name == MANIFEST:
        raise PublishError(f"file {name!r}: expected a relative path inside the edition, other than {MANIFEST}")
    return path.as_posix()


def _differing(target: Path, content: Mapping[str, bytes]) -> list[str]:
    """Files that are missing, superfluous or of other content, each with what is wrong."""
    there = {p.relative_to(target).as_posix(): p for p in sorted(target.rglob("*")) if p.is_file()}
    found = [f"{name} (missing)" for name in sorted(content.keys() - there.keys())]
    found += [f"{name} (not part of this run)" for name in sorted(there.keys() - content.keys())]
    found += [
        f"{name} (content)"
        for name in sorted(content.keys() & there.keys())
        if there[name].read_bytes() != content[name]
    ]
    return found


def _may_replace(target: Path, manifest: Mapping[str, Any], differing: list[str], replace: bool) -> None:
    try:
        published = json.loads((target / MANIFEST).read_bytes())
    except (OSError, ValueError):
        published = {}
    causes = [
        key
        for key in ("inputs_hash", "config_hash", "code_hash", "known_at")
        if published.get(key) != manifest.get(key)
    ]
    if replace and "inputs_hash" in causes:
        return
    because = f"changed since: {', '.join(causes)}" if causes else "though inputs, configuration and code are the same"
    remedy = "publish it as edition corrected-1 (or the next number)"
    if replace:
        remedy += "; replacing needs other inputs"
    raise PublishError(
        f"{target.parent.name}/{target.name} is published already and differs in {len(differing)} file(s): "
        f"{', '.join(differing[:12])}{', ...' if len(differing) > 12 else ''}; {because}. "
        f"An edition stays as it is: {remedy}"
    )


def _write(folder: Path, content: Mapping[str, bytes]) -> None:
    for name, data in sorted(content.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        _sync(path)


def _sync(folder: Path) -> None:
    """Make a folder's names durable, not only its files' contents."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
