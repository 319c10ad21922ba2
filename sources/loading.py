"""Loading: accepted rows into append-only `raw_<source>` tables, each batch visible only from its row in audit.batch.

Steps, in this order, so that a kill between any two leaves nothing wrong behind and a rerun completes the rest:
1. rows without a row in audit.batch are remains of a killed run: they are removed;
2. dlt appends the new batches' rows;
3. rejected rows are laid into the vault, encrypted;
4. one transaction writes quarantine.rejected_row and audit.batch.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from programme.columns import to_arrow
from programme.period import Period
from programme.warehouse import Warehouse
from sources.contracts import DATASETS, Column, Dataset
from sources.errors import LoadError
from sources.summary import AUDIT_COLUMNS, reconcile

if TYPE_CHECKING:
    from programme.vault import Vault

# The same as in dbt_project/landing.sql, so that a load needs no dbt project.
_DDL = (
    "CREATE SCHEMA IF NOT EXISTS audit",
    "CREATE SCHEMA IF NOT EXISTS quarantine",
    """CREATE TABLE IF NOT EXISTS audit.batch (source text, dataset text, delivery text, batch_id text,
       known_at timestamp, file_hash text, n_received bigint, n_loaded bigint, n_quarantined bigint, n_repeats bigint,
       period text)""",
    """CREATE TABLE IF NOT EXISTS quarantine.rejected_row (source text, dataset text, period text, file text,
       file_hash text, batch_id text, line bigint, rule text, reason text, known_at timestamp)""",
)
_ARROW = {"text": pa.string(), "codes": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(),
          "boolean": pa.bool_()}  # fmt: skip
_TAIL = (("batch_id", pa.string()), ("known_at", pa.timestamp("us")), ("delivery", pa.string()), ("line", pa.int64()))


def arrow_type(column: Column) -> pa.DataType:
    """The type a loaded column has in the warehouse."""
    return pa.int64() if column.role == "birth_date" else _ARROW[column.type]


def raw_schema(item: Dataset) -> pa.Schema:
    """The raw table's columns: the contract's, then batch_id, known_at, delivery, line."""
    return pa.schema([(c.name, arrow_type(c)) for c in item.loaded_columns] + list(_TAIL))


@dataclass(slots=True)
class _Batch:
    gated: Any
    item: Dataset
    delivery: str
    file_hash: str
    table: pa.Table
    batch_id: str = ""
    is_known: bool = False


def content_hash(item: Dataset, delivery: str, rows: pa.Table, rejected: pd.DataFrame) -> str:
    """SHA-256, 32 hex digits, over the accepted rows in their canonical bytes (Arrow's, sorted by line).

    The rejected rows' lines and rules count too, so that a corrected delivery is another batch.
    """
    digest = hashlib.sha256(f"{item.table}|{delivery}|{rows.num_rows}".encode())
    for name in rows.column_names:
        column = rows.column(name).combine_chunks()
        digest.update(f"|{name}:{column.type}|".encode())
        # A joined text with the lengths before it is the same whatever buffers Arrow keeps it in.
        values = column.cast(pa.string()).to_pylist()
        digest.update("\x1f".join("\x00" if v is None else v for v in values).encode())
    bad = [(int(r.line), r.file, r.rule) for r in rejected.itertuples(index=False)]
    digest.update(repr(sorted(bad)).encode())
    return digest.hexdigest()[:32]


def load(
    gated: Sequence[Any],
    period: Period,
    known_at: dt.datetime,
    warehouse: Warehouse,
    vault: Vault,
    work: Path | None = None,
) -> pd.DataFrame:
    """Load what the gate accepted; returns the audit rows of these datasets (columns of audit.batch).

    `known_at` in UTC. `work`: a private folder for dlt's working files, by default a temporary one; they hold
    pseudonymised rows and are removed at the end. A batch whose content is current at `known_at` is not loaded again.
    LoadError if received rows do not add up, or another content is already known at that very moment.
    """
    if known_at.tzinfo is None or known_at.utcoffset() != dt.timedelta(0):
        raise LoadError(f"known_at {known_at.isoformat()}: expected a time in UTC")
    moment = known_at.replace(tzinfo=None)
    for statement in _DDL:
        warehouse.execute(statement)
    batches = [_prepare(g, warehouse, moment) for g in gated]
    news = [b for b in batches if not b.is_known]
    audit = _audit_rows(batches, period, moment)
    reconcile(audit)
    lacking = [item for item in DATASETS if not warehouse.has_table(f"raw_{item.source}", item.name)]
    empty = [_empty(item) for item in lacking if item.table not in {b.item.table for b in news}]
    absent = {item.table for item in lacking}
    _remove_remains(warehouse, [b.item for b in news if b.item.table not in absent])
    if news or empty:
        tables = {b.item.table: (b.item, _with_tail(b, moment)) for b in news}
        tables |= {item.table: (item, table) for item, table in empty}
        _append(warehouse, tables, work)
    _seal(vault, news, period)
    with warehouse.transaction():
        for b in news:
            if len(b.gated.rejected):
                warehouse.insert("quarantine.rejected_row", _rejected_rows(b, period, moment))
        fresh = audit[audit["batch_id"].isin({b.batch_id for b in news})]
        if len(fresh):
            warehouse.insert("audit.batch", fresh)
    return audit.reset_index(drop=True)


def _prepare(gated: Any, warehouse: Warehouse, moment: dt.datetime) -> _Batch:
    extract = gated.extract
    item: Dataset = extract.dataset
    accepted = gated.accepted.sort_values("line", kind="stable").reset_index(drop=True)
    schema = raw_schema(item)
    names = [c.name for c in item.loaded_columns] + ["line"]
    rows = to_arrow(accepted[names], [schema.field(n).type for n in names], item.table)
    batch = _Batch(gated, item, extract.delivery, extract.file_hash, rows)
    batch.batch_id = content_hash(item, batch.delivery, rows, gated.rejected)
    past = warehouse.query(
        "SELECT batch_id, known_at FROM audit.batch WHERE source = ? AND dataset = ? AND delivery = ? "
        "ORDER BY known_at",
        (item.source, item.name, batch.delivery),
    )
    before = past[past["known_at"] <= moment]
    if len(before):
        current, since = before["batch_id"].iloc[-1], before["known_at"].iloc[-1]
        # The same content may come back after another one: then it is a batch of its own.
        is_read_again = since == moment and _lost_only_the_erased(batch, current, warehouse)
        if current.split("-")[0] == batch.batch_id or is_read_again:
            batch.batch_id, batch.is_known = current, True
        elif since == moment:
            raise LoadError(
                f"{item.table}, {batch.delivery}: another content is already known at {moment.isoformat()}Z; "
                "a correction needs a later known_at"
            )
    if not batch.is_known and (past["batch_id"].str.split("-").str[0] == batch.batch_id).any():
        batch.batch_id = f"{batch.batch_id}-{moment:%Y%m%dT%H%M%S}"
    return batch


def _lost_only_the_erased(batch: _Batch, current: str, warehouse: Warehouse) -> bool:
    """Whether the batch is the current one read again after an erasure: the same lines less those of erased people."""
    if not (batch.gated.rejected["rule"] == "erased_person").any():
        return False
    lines = warehouse.query(f"SELECT line FROM {batch.item.table} WHERE batch_id = ?", (current,))["line"]
    return sorted(lines) == sorted(batch.table.column("line").to_pylist())


def _with_tail(batch: _Batch, moment: dt.datetime) -> pa.Table:
    n = batch.table.num_rows
    schema = raw_schema(batch.item)
    tail = {"batch_id": batch.batch_id, "known_at": moment, "delivery": batch.delivery}
    columns = [
        pa.array([tail[name]] * n, schema.field(name).type) if name in tail else batch.table.column(name)
        for name in schema.names
    ]
    return pa.table(columns, schema=schema)


def _empty(item: Dataset) -> tuple[Dataset, pa.Table]:
    return item, raw_schema(item).empty_table()


def _remove_remains(warehouse: Warehouse, items: Sequence[Dataset]) -> None:
    for item in items:
        warehouse.execute(f"DELETE FROM {item.table} WHERE batch_id NOT IN (SELECT batch_id FROM audit.batch)")


def _append(warehouse: Warehouse, tables: dict[str, tuple[Dataset, pa.Table]], work: Path | None) -> None:
    from sources.dlt_pipeline import append

    if work is not None:
        Path(work).mkdir(parents=True, exist_ok=True, mode=0o700)
    # A folder of its own each time: what a killed run left there must not be loaded again.
    with tempfile.TemporaryDirectory(prefix="dlt-", dir=work) as folder:
        append(warehouse, tables, Path(folder))


def _seal(vault: Vault, batches: Sequence[_Batch], period: Period) -> None:
    """Lay the rejected rows into the vault, encrypted; those that could not be split lie there already."""
    rows = []
    for b in batches:
        hashes = dict(b.gated.extract.files)
        frame = b.gated.extract.frame
        rules = {(int(r.line), r.file): r.rule for r in b.gated.rejected.itertuples(index=False)}
        if not rules:
            continue
        names = [c.name for c in b.item.loaded_columns]
        person = next((c.name for c in b.item.loaded_columns if c.role == "person" and c.type == "text"), None)
        hit = [key in rules for key in zip(frame["line"].astype(int), frame["file"], strict=True)]
        for row in frame[hit].to_dict("records"):
            rows.append({
                "source": b.item.source, "dataset": b.item.name, "period": period.label, "file": row["file"],
                "file_hash": hashes.get(row["file"], b.file_hash), "line": int(row["line"]),
                "rule": rules[int(row["line"]), row["file"]], "person_id": row[person] if person else None,
                "content": {name: row[name] for name in names},
            })  # fmt: skip
    if rows:
        vault.seal(pd.DataFrame(rows))


def _audit_rows(batches: Sequence[_Batch], period: Period, moment: dt.datetime) -> pd.DataFrame:
    rows = [
        (b.item.source, b.item.name, b.delivery, b.batch_id, moment, b.file_hash, b.gated.n_received,
         b.table.num_rows, len(b.gated.rejected), b.gated.n_repeats, period.label)
        for b in batches
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))


def _rejected_rows(batch: _Batch, period: Period, moment: dt.datetime) -> pd.DataFrame:
    frame = batch.gated.rejected[["file", "line", "rule", "reason"]].copy().reset_index(drop=True)
    hashes = dict(batch.gated.extract.files)
    frame["file_hash"] = [hashes.get(f, batch.file_hash) for f in frame["file"]]
    frame["source"], frame["dataset"], frame["period"] = batch.item.source, batch.item.name, period.label
    frame["batch_id"], frame["known_at"] = batch.batch_id, moment
    return frame[["source", "dataset", "period", "file", "file_hash", "batch_id", "line", "rule", "reason", "known_at"]]
