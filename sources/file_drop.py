"""File drops: CSV with semicolons, as Swedish HR systems and spreadsheets write it."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from programme.period import Period
from sources.contracts import DATASETS, DENIED_HEADINGS, Column, Dataset
from sources.errors import SourceError
from sources.extraction import Extract, make_rejects, relaxed, text_frame
from sources.identity import Identities

if TYPE_CHECKING:
    from programme.config import Source
    from programme.vault import Vault

_BOM = b"\xef\xbb\xbf"


def read_drops(source: Source, period: Period, folder: Path, vault: Vault) -> list[Extract]:
    """Read every dataset of the source from its folder of the period."""
    identities = Identities(vault, period)
    items = [item for item in DATASETS if item.source == source.name and item.file]
    return [read_drop(source, item, period, folder / item.file, identities) for item in items]


def read_drop(source: Source, item: Dataset, period: Period, path: Path, identities: Identities) -> Extract:
    """Read one file drop; SourceError where the file as a whole cannot be trusted."""
    if not path.is_file():
        raise SourceError(
            source.name, path.name, "missing_file", f"there is no such file for {period.label}",
            "Deliver it; a dataset without rows is a file with its headings alone.",
        )  # fmt: skip
    data = path.read_bytes()
    file_hash = hashlib.sha256(data).hexdigest()
    text = decode(source.name, item, path.name, data)
    headings, rows, lines = split(source.name, path.name, text)
    wanted, optional, notes = place(source, item, path.name, headings)
    width = len(headings)
    ragged = [k for k, row in enumerate(rows) if len(row) != width]
    rejects = [
        (lines[k], path.name, "wrong_number_of_fields", f"{len(rows[k])} fields, the headings name {width}")
        for k in ragged
    ]
    if ragged:
        raw = [(lines[k], "wrong_number_of_fields", ";".join(rows[k])) for k in ragged]
        identities.seal(item, path.name, file_hash, raw)
        lines = [line for line, row in zip(lines, rows, strict=True) if len(row) == width]
        rows = [row for row in rows if len(row) == width]
    n = len(rows)
    by_position: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * width
    # A cell that holds nothing but blanks is an empty one.
    columns = {
        name: [value.strip() or None for value in by_position[at]] if at is not None else [None] * n
        for name, at in wanted.items()
    }
    kept = identities.replace(item, columns)
    return Extract(
        dataset=relaxed(item, optional),
        period=period,
        files=((path.name, file_hash),),
        frame=text_frame(item, kept, lines, path.name),
        n_received=n + len(rejects),
        rejected=make_rejects(rejects),
        optional=optional,
        notes=notes,
    )


def decode(source: str, item: Dataset, file: str, data: bytes) -> str:
    """Bytes to text by the contract's encoding, strictly; SourceError names byte and line of the first fault."""
    if not data.removeprefix(_BOM).strip():
        raise SourceError(
            source, file, "empty_file", "the file is empty",
            "Export it again; a dataset without rows still has its headings.",
        )  # fmt: skip
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _encoding(source, item, file, data, 0, "it is UTF-16")
    if item.encoding == "cp1252" and not data.isascii():
        # Windows-1252 reads nearly any bytes, so UTF-8 would pass as gibberish.
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            first = next(k for k, byte in enumerate(data) if byte > 127)
            raise _encoding(source, item, file, data, first, "it is UTF-8")
    try:
        text = data.decode(item.encoding)
    except UnicodeDecodeError as error:
        # With a byte order mark the decoder counts from behind it.
        shift = len(_BOM) if item.encoding == "utf-8-sig" and data.startswith(_BOM) else 0
        at = error.start + (shift if len(error.object) < len(data) else 0)
        raise _encoding(source, item, file, data, at, f"byte 0x{data[at]:02x} fits no character") from None
    if "\0" in text:
        at = data.index(b"\0")
        raise _encoding(source, item, file, data, at, "a zero byte")
    if not text.endswith(("\n", "\r")):
        raise SourceError(
            source, file, "half_written_file", "the last line does not end with a line break, so it may be cut off",
            "Deliver the whole file; write it under another name and rename it when it is complete.",
            line=text.count("\n") + 1,
        )  # fmt: skip
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _encoding(source: str, item: Dataset, file: str, data: bytes, at: int, what: str) -> SourceError:
    name = "UTF-8" if item.encoding.startswith("utf-8") else "Windows-1252"
    return SourceError(
        source, file, "unreadable_encoding", f"byte {at}: {what}, expected {name}",
        f"Export the file as {name}.", line=data.count(b"\n", 0, at) + 1,
    )  # fmt: skip


def split(source: str, file: str, text: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Headings, rows and the physical line on which each row begins; blank lines are no rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    begins = 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) or "field limit" in str(error):
            raise SourceError(
                source, file, "half_written_file", "a quoted field that begins in this row is never closed",
                "Deliver the whole file; in fields, write a quotation mark twice.", line=begins,
            ) from None  # fmt: skip
        raise SourceError(
            source, file, "broken_quotes", "a quotation mark inside a quoted field is not doubled",
            "Export the file with a CSV writer; in fields, write a quotation mark twice.", line=begins,
        ) from None  # fmt: skip
    return [heading.strip() for heading in rows[0]] if rows else [], rows[1:], lines[1:]


def place(
    source: Source, item: Dataset, file: str, headings: list[str]
) -> tuple[dict[str, int | None], tuple[str, ...], tuple[str, ...]]:
    """Where each column of the contract stands, which ones the source lacks, and notes on columns left out.

    programme.yaml renames headings; a heading renamed to the empty text says that the source has no such column.
    """
    renamed = source.headings.get(item.name, {})
    _check_header(source.name, item, file, headings, renamed)
    position: dict[str, int] = {}
    for at, heading in enumerate(headings):
        if heading.casefold() in position:
            first, name = position[heading.casefold()] + 1, _told(item, renamed, [heading])
            raise SourceError(source.name, file, "duplicate_heading",
                              f"columns {first} and {at + 1} have the same heading ({name})",
                              "Leave one of them out of the export.", line=1)  # fmt: skip
        position[heading.casefold()] = at
    wanted: dict[str, int | None] = {}
    lacking: list[Column] = []
    missing: list[str] = []
    for column in item.columns:
        heading = renamed.get(column.name, column.heading).strip()
        if heading.casefold() in DENIED_HEADINGS:
            raise SourceError(
                source.name, file, "denied_column",
                f"{column.name} is to be read from {heading!r}, which is never read",
                "Remove that renaming from programme.yaml.",
            )  # fmt: skip
        if not heading:
            lacking.append(column)
            wanted[column.name] = None
        elif heading.casefold() in position:
            wanted[column.name] = position[heading.casefold()]
        else:
            missing.append(heading)
    if missing:
        # A file with few known headings may begin with a row: then nothing but what the contract knows is named.
        near = missing if 2 * len(missing) <= len(wanted) + len(missing) else []
        told = _told(item, renamed, [h for h in headings if h.casefold() not in DENIED_HEADINGS], near)
        raise SourceError(
            source.name, file, "missing_column", f"no column {', '.join(map(repr, missing))}; found: {told}",
            f"Add it to the export, or name its heading in programme.yaml, sources, headings, {item.name}.", line=1,
        )  # fmt: skip
    keys = [c.name for c in lacking if c.name in item.key or c.role == "person"]
    if keys:
        raise SourceError(
            source.name, file, "missing_column", f"programme.yaml says there is no {', '.join(keys)}",
            "Keys and employee numbers cannot be left out.",
        )  # fmt: skip
    taken = {at for at in wanted.values() if at is not None}
    left = [(at, heading) for at, heading in enumerate(headings) if at not in taken]
    denied = [heading for _, heading in left if heading.casefold() in DENIED_HEADINGS]
    # Headings that no list knows are told by their place: what stands there is the sender's, and may be anything.
    others = [str(at + 1) for at, heading in left if heading.casefold() not in DENIED_HEADINGS]
    notes = []
    if denied:
        notes.append(f"{file}: {_columns(len(denied))} dropped, never read: {', '.join(denied)}")
    if others:
        notes.append(f"{file}: {_columns(len(others))} dropped, not in the contract: number {', '.join(others)}")
    return wanted, tuple(c.name for c in lacking), tuple(notes)


def _columns(n: int) -> str:
    return f"{n} column{'s' * (n > 1)}"


def _known_headings(item: Dataset, renamed: dict[str, str]) -> set[str]:
    """Headings of the contract and those that programme.yaml puts in their place, case-folded."""
    return {h.strip().casefold() for h in [*(c.heading for c in item.columns), *renamed.values()] if h.strip()}


def _check_header(source: str, item: Dataset, file: str, headings: list[str], renamed: dict[str, str]) -> None:
    """SourceError where the first line looks like a row; nothing of it is quoted."""
    if not headings:
        raise SourceError(source, file, "empty_file", "there is not even a line of headings",
                          "Export the file again; a dataset without rows has its headings alone.")  # fmt: skip
    if not _known_headings(item, renamed) & {h.casefold() for h in headings}:
        raise SourceError(
            source, file, "missing_header", "the first line holds no known heading; is the header row missing?",
            f"Export the file with its headings: {', '.join(c.heading for c in item.columns)}.", line=1,
        )  # fmt: skip


def _told(item: Dataset, renamed: dict[str, str], headings: list[str], near: Sequence[str] = ()) -> str:
    """Headings as a message may name them: known ones, and those close to one in `near`; of all others the number."""
    known = _known_headings(item, renamed) | DENIED_HEADINGS
    wished = [h.casefold() for h in near]
    named = [
        h for h in headings if h.casefold() in known or difflib.get_close_matches(h.casefold(), wished, 1, cutoff=0.75)
    ]
    n = len(headings) - len(named)
    other = f"{n} {'other ' * bool(named)}heading{'s' * (n > 1)}"
    return ", ".join([*named, other] if n else named) or "none"
