"""What the gate answers: for each extract its accepted, rejected and repeated rows, and what was checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pandas as pd

from expectations.rules import reading_of

if TYPE_CHECKING:
    from sources.extraction import Extract

REJECTED_COLUMNS = ("line", "file", "rule", "reason")


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning, or a critical fault, about a dataset as a whole. `message` holds counts, never values."""

    dataset: str
    rule: str
    count: int
    message: str

    def __str__(self) -> str:
        return f"{self.dataset}: {self.rule} ({self.count}): {self.message}"


@dataclass(frozen=True, slots=True)
class Gated:
    """One extract behind the gate.

    `accepted`: the loaded columns in their final types, then `line`: text, codes and lists object (None is empty),
    date datetime64[us], integer Int64, number Float64, boolean boolean. `rejected`: line, file, rule, reason, one row
    a line. `n_repeats`: lines equal in all columns to an earlier one. `validation`: what Great Expectations counted
    (suites.VALIDATION_COLUMNS), without values. n_received == len(accepted) + len(rejected) + n_repeats.
    """

    extract: Extract
    accepted: pd.DataFrame
    rejected: pd.DataFrame
    n_repeats: int
    warnings: tuple[Notice, ...] = ()
    validation: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def n_received(self) -> int:
        """Rows received, those that could not even be split included."""
        return self.extract.n_received

    def write(self, folder: Path) -> None:
        """Write into a folder of its own, readable by its owner alone; `read` is the inverse."""
        folder = Path(folder)
        self.extract.write(folder / "extract")
        folder.chmod(0o700)
        self.accepted.to_parquet(folder / "accepted.parquet", index=False)
        self.rejected.to_parquet(folder / "rejected.parquet", index=False)
        self.validation.to_parquet(folder / "validation.parquet", index=False)
        head = {"n_repeats": self.n_repeats, "warnings": [asdict(w) for w in self.warnings]}
        (folder / "gated.json").write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what `write` wrote."""
        from sources.extraction import Extract

        folder = Path(folder)
        extract = Extract.read(folder / "extract")
        head = json.loads((folder / "gated.json").read_text(encoding="utf-8"))
        accepted = pd.read_parquet(folder / "accepted.parquet")
        for column in extract.dataset.loaded_columns:
            if reading_of(column) is None:
                accepted[column.name] = _as_object(accepted[column.name])
        rejected = pd.read_parquet(folder / "rejected.parquet")
        for name in REJECTED_COLUMNS[1:]:
            rejected[name] = _as_object(rejected[name])
        return cls(
            extract=extract,
            accepted=accepted,
            rejected=rejected,
            n_repeats=head["n_repeats"],
            warnings=tuple(Notice(**w) for w in head["warnings"]),
            validation=pd.read_parquet(folder / "validation.parquet"),
        )


def _as_object(series: pd.Series) -> pd.Series:
    return pd.Series(series.to_numpy(dtype=object, na_value=None), index=series.index, dtype=object)


class GateError(RuntimeError):
    """Data that as a whole cannot be trusted. Names dataset, rule, count and remedy; tells nothing of any person.

    `faults`: all of them. `passed`: the gated extracts of the sources without a fault, which may still be loaded.
    `checked`: every gated extract, for the audit.
    """

    def __init__(self, faults: Sequence[Notice], passed: Sequence[Gated] = (), checked: Sequence[Gated] = ()) -> None:
        self.faults = tuple(faults)
        self.passed = list(passed)
        self.checked = list(checked)
        super().__init__("; ".join(map(str, self.faults)))


def validation_results(gated: Sequence[Gated]) -> pd.DataFrame:
    """All expectations of a gate call and their counts, a row each; for the audit."""
    return pd.concat([item.validation for item in gated], ignore_index=True) if gated else pd.DataFrame()


def all_notices(gated: Sequence[Gated], faults: Sequence[Notice] = ()) -> pd.DataFrame:
    """The warnings of a gate call and its critical faults, a row each (dataset, warning); for the audit."""
    told = [notice for item in gated for notice in item.warnings]
    rows = [(n.dataset, f"{n.rule} ({n.count}): {n.message}") for n in told]
    rows += [(n.dataset, f"critical: {n.rule} ({n.count}): {n.message}") for n in faults]
    return pd.DataFrame(rows, columns=["dataset", "warning"])
