"""Extraction: from whatever a source delivers to one `Extract` a dataset, without a single direct identifier.

Frames hold text as delivered, so that the gate can judge it. A cell that may not be kept as it came (a birth date, a
reason of absence) is cut down here; where it could not be, it reads `?...`, which no contract allows: the gate rejects
the row.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from programme.period import Period
from sources.contracts import DATASETS, Dataset, dataset
from sources.errors import SourceError

if TYPE_CHECKING:
    from programme.config import Source
    from programme.vault import Vault

REJECTED_COLUMNS = ("line", "file", "rule", "reason")


def no_rejects() -> pd.DataFrame:
    """An empty frame of rejected rows: line, file, rule, reason."""
    texts = {name: pd.Series(dtype=object) for name in REJECTED_COLUMNS[1:]}
    return pd.DataFrame({"line": pd.Series(dtype="int64"), **texts})


@dataclass(frozen=True, slots=True)
class Extract:
    """One dataset of one delivery, as text.

    `frame`: each loaded column (object; None is empty), then `line` (int) and `file`. `rejected`: rows that are no
    rows at all (line, file, rule, reason). `files`: name and SHA-256. `optional`: columns this source cannot tell,
    in which missing values are no fault; `dataset` is relaxed accordingly. `notes`: what was left out, by name and
    count. n_received == len(frame) + len(rejected).
    """

    dataset: Dataset
    period: Period
    files: tuple[tuple[str, str], ...]
    frame: pd.DataFrame
    n_received: int
    rejected: pd.DataFrame = field(default_factory=no_rejects)
    optional: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def delivery(self) -> str:
        """`full`, or the period's label where each period adds to the others."""
        return "full" if self.dataset.delivery == "full" else self.period.label

    @property
    def file_hash(self) -> str:
        """SHA-256 over the files' hashes, in order; of one file, its own."""
        if len(self.files) == 1:
            return self.files[0][1]
        return hashlib.sha256("".join(h for _, h in self.files).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write into a folder of its own, readable by its owner alone; `read` is the inverse."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.frame.to_parquet(folder / "frame.parquet", index=False)
        self.rejected.to_parquet(folder / "rejected.parquet", index=False)
        head = {
            "source": self.dataset.source, "dataset": self.dataset.name, "period": self.period.label,
            "files": [list(f) for f in self.files], "n_received": self.n_received,
            "optional": list(self.optional), "notes": list(self.notes),
        }  # fmt: skip
        (folder / "extract.json").write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what `write` wrote."""
        folder = Path(folder)
        head = json.loads((folder / "extract.json").read_text(encoding="utf-8"))
        optional = tuple(head["optional"])
        return cls(
            dataset=relaxed(dataset(head["source"], head["dataset"]), optional),
            period=Period.parse(head["period"]),
            files=tuple((name, digest) for name, digest in head["files"]),
            frame=_as_text(pd.read_parquet(folder / "frame.parquet")),
            n_received=head["n_received"],
            rejected=_as_text(pd.read_parquet(folder / "rejected.parquet")),
            optional=optional,
            notes=tuple(head["notes"]),
        )


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Every column but `line` as object with None for empty: what a round trip through Parquet would change."""
    out = {}
    for name in frame.columns:
        column = frame[name]
        if name == "line":
            out[name] = column.astype("int64")
        else:
            values = column.to_numpy(dtype=object, na_value=None)
            out[name] = pd.Series(values, dtype=object)
    return pd.DataFrame(out, columns=list(frame.columns))


def relaxed(item: Dataset, optional: Sequence[str]) -> Dataset:
    """The dataset with the named columns not required."""
    if not optional:
        return item
    columns = tuple(replace(c, required=False) if c.name in optional else c for c in item.columns)
    return replace(item, columns=columns)


def text_frame(
    item: Dataset, columns: dict[str, list[Any]], lines: Sequence[int], file: str | list[str]
) -> pd.DataFrame:
    """A frame in the contract's order from lists of text; a column that is absent is empty."""
    n = len(lines)
    data: dict[str, pd.Series] = {}
    for column in item.loaded_columns:
        values = columns.get(column.name)
        data[column.name] = pd.Series(values if values is not None else [None] * n, dtype=object)
    data["line"] = pd.Series(list(lines), dtype="int64")
    data["file"] = pd.Series([file] * n if isinstance(file, str) else file, dtype=object)
    return pd.DataFrame(data)


def make_rejects(rows: Sequence[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Rejected rows from (line, file, rule, reason)."""
    if not rows:
        return no_rejects()
    frame = pd.DataFrame(list(rows), columns=list(REJECTED_COLUMNS))
    return frame.astype({"line": "int64", "file": object, "rule": object, "reason": object})


def renaming_faults(source: Source) -> list[tuple[tuple[str, ...], str, str, str]]:
    """Renamed headings that no dataset or column of the source has: key below the source, rule, problem, remedy."""
    known = {item.name: [c.name for c in item.columns] for item in DATASETS if item.source == source.name and item.file}
    if source.headings and (source.kind != "file_drop" or not known):
        return [(("headings",), "unknown_dataset", "only file drops have headings to rename", "Remove them.")]
    found = []
    for name, columns in source.headings.items():
        if name not in known:
            found.append((("headings", name), "unknown_dataset", f"source {source.name} has no dataset {name}",
                          _meant(name, list(known))))  # fmt: skip
            continue
        found += [
            (("headings", name, column), "unknown_column", f"dataset {name} has no column {column}",
             _meant(column, known[name]))
            for column in columns if column not in known[name]
        ]  # fmt: skip
    return found


def _meant(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."


def extract(source: Source, period: Period, inbox: Path, vault: Vault) -> list[Extract]:
    """Read everything a source delivered for a period.

    Identifiers go to the vault, pseudonyms take their place. SourceError where a file cannot be read as a whole:
    then nothing of the source is handed on, and what was loaded before stays.
    """
    for key, rule, problem, remedy in renaming_faults(source):
        where = f"programme.yaml, sources.{source.name}.{'.'.join(key)}"
        raise SourceError(source.name, where, rule, problem, remedy)
    folder = Path(inbox) / source.folder / period.label
    if not folder.is_dir():
        raise SourceError(
            source.name, f"{source.folder}/{period.label}", "missing_folder", "there is no such folder in the inbox",
            f"Deliver the files of {period.label} there, or correct `folder` of this source in programme.yaml.",
        )  # fmt: skip
    if source.kind == "file_drop":
        from sources.file_drop import read_drops as read
    elif source.kind == "limesurvey_files":
        from sources.limesurvey import read_surveys as read
    else:
        from sources.horilla import read_horilla as read
    items = without_erased_answers(read(source, period, folder, vault), vault)
    return [without_erased(item, vault) for item in items]


def without_erased_answers(items: Sequence[Extract], vault: Vault) -> list[Extract]:
    """The extracts without any response, answer or comment of people who were erased."""
    response = next((item for item in items if item.dataset.table == "raw_survey.response"), None)
    gone = vault.erased(set(response.frame["person_id"].dropna())) if response is not None else set()
    if response is None or not gone:
        return list(items)
    theirs = response.frame[response.frame["person_id"].isin(gone)]
    keys = set(zip(theirs["survey_id"], theirs["response_id"], strict=True))
    kept = []
    for item in items:
        if {"survey_id", "response_id"} <= set(item.frame.columns):
            pairs = zip(item.frame["survey_id"], item.frame["response_id"], strict=True)
            doomed = pd.Series([pair in keys for pair in pairs], index=item.frame.index, dtype=bool)
            item = _without(item, item.frame, doomed)
        kept.append(item)
    return kept


def without_erased(item: Extract, vault: Vault) -> Extract:
    """The extract without the people who were erased: their rows are rejected, nowhere sealed, mentions emptied."""
    people = [c for c in item.dataset.loaded_columns if c.role == "person"]
    named = {p for c in people for value in item.frame[c.name].dropna() for p in value.split("|")}
    gone = vault.erased(named) if named else set()
    if not gone:
        return item
    frame = item.frame.copy()
    doomed = pd.Series(False, index=frame.index)
    for column in people:
        values = frame[column.name]
        if column.required:
            doomed |= values.isin(gone)
        else:
            kept = [None if v is None else "|".join(p for p in v.split("|") if p not in gone) or None for v in values]
            frame[column.name] = pd.Series(kept, index=frame.index, dtype=object)
    return _without(item, frame, doomed)


def _without(item: Extract, frame: pd.DataFrame, doomed: pd.Series) -> Extract:
    bad = frame[doomed]
    where = zip(bad["line"], bad["file"], strict=True)
    rejects = make_rejects([(int(line), file, "erased_person", "this person was erased") for line, file in where])
    rejected = pd.concat([item.rejected, rejects], ignore_index=True) if len(item.rejected) else rejects
    return replace(item, frame=frame[~doomed].reset_index(drop=True), rejected=rejected)
