"""The books: every received row is loaded, quarantined or an exact repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sources.errors import LoadError

if TYPE_CHECKING:
    from programme.warehouse import Warehouse

AUDIT_COLUMNS = ("source", "dataset", "delivery", "batch_id", "known_at", "file_hash", "n_received", "n_loaded",
                 "n_quarantined", "n_repeats", "period")  # fmt: skip


def reconcile(audit: pd.DataFrame) -> None:
    """LoadError naming the first dataset and period whose rows (columns of audit.batch) do not add up."""
    for row in audit.itertuples(index=False):
        if row.n_received != row.n_loaded + row.n_quarantined + row.n_repeats:
            raise LoadError(
                f"{row.source}.{row.dataset}, {row.period}: received {row.n_received}, but loaded {row.n_loaded} + "
                f"quarantined {row.n_quarantined} + repeats {row.n_repeats}; the gate has lost or doubled rows"
            )


def reconcile_warehouse(warehouse: Warehouse) -> pd.DataFrame:
    """Check audit.batch against the tables themselves; returns audit.batch.

    Counts the raw rows and the quarantined rows of every batch, with those that retention and erasure have removed
    (audit.removal); LoadError where they differ from the books.
    """
    names = ", ".join(AUDIT_COLUMNS)
    audit = warehouse.query(f"SELECT {names} FROM audit.batch ORDER BY source, dataset, known_at, delivery")
    reconcile(audit)
    bad = warehouse.query("SELECT batch_id, count(*) AS n FROM quarantine.rejected_row GROUP BY batch_id")
    quarantined = dict(zip(bad["batch_id"], bad["n"], strict=True))
    gone = _removed(warehouse)
    for (source, name), rows in audit.groupby(["source", "dataset"]):
        found = warehouse.query(f"SELECT batch_id, count(*) AS n FROM raw_{source}.{name} GROUP BY batch_id")
        loaded = dict(zip(found["batch_id"], found["n"], strict=True))
        for row in rows.itertuples(index=False):
            for kind, table, books, there in (
                ("loaded", f"raw_{source}.{name}", row.n_loaded, loaded.get(row.batch_id, 0)),
                ("quarantined", "quarantine.rejected_row", row.n_quarantined, quarantined.get(row.batch_id, 0)),
            ):
                there += gone.get((table, row.batch_id), 0)
                if books != there:
                    where = f"{source}.{name}, {row.period}, batch {row.batch_id}"
                    raise LoadError(f"{where}: {books} {kind} by the books, found {there}")
    return audit


def _removed(warehouse: Warehouse) -> dict[tuple[str, str], int]:
    """How many rows of each table's batches were removed since they were loaded."""
    if not warehouse.has_table("audit", "removal"):
        return {}
    rows = warehouse.query(
        "SELECT table_name, batch_id, CAST(sum(n_rows) AS bigint) AS n FROM audit.removal "
        "WHERE batch_id IS NOT NULL GROUP BY 1, 2"
    )
    return {(r.table_name, r.batch_id): int(r.n) for r in rows.itertuples()}
