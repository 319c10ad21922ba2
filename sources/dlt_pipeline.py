"""dlt, kept quiet and small: one pipeline run that appends Arrow tables to the `raw_<source>` schemas.

dlt would look for settings in Airflow's variables (an API call for each of a thousand lookups), in the home folder and
in the destination, and report each run to its makers. All of that is off; whatever it needs is given here.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from programme.warehouse import Warehouse
from sources.contracts import Dataset

_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",  # dlt's own log would show rows on failure
    "PROVIDERS__ENABLE_AIRFLOW_SECRETS": "false",
    "PROVIDERS__ENABLE_GOOGLE_SECRETS": "false",
    "RESTORE_FROM_DESTINATION": "false",
    "LOAD__WORKERS": "1",
    "LOAD__RAISE_ON_MAX_RETRIES": "1",
    "NORMALIZE__WORKERS": "1",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "false",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_ID": "false",
}
_TYPES = {pa.string(): "text", pa.int64(): "bigint", pa.float64(): "double", pa.date32(): "date", pa.bool_(): "bool"}
# New tables come from our contracts alone; a column or type beyond them is an error, never dropped in silence.
_CONTRACT = {"tables": "evolve", "columns": "freeze", "data_type": "freeze"}


@contextlib.contextmanager
def _settings(folder: Path) -> Iterator[None]:
    """dlt reads its settings from the environment; put back afterwards, for other users of dlt in this process."""
    wanted = {**_SETTINGS, "DLT_DATA_DIR": str(folder / "home"), "DLT_LOCAL_DIR": str(folder / "home")}
    old = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def columns_of(schema: pa.Schema) -> dict[str, dict[str, Any]]:
    """dlt's column hints of an Arrow schema."""
    hints: dict[str, dict[str, Any]] = {}
    for column in schema:
        if pa.types.is_timestamp(column.type):
            hints[column.name] = {"data_type": "timestamp", "timezone": False, "precision": 6}
        else:
            hints[column.name] = {"data_type": _TYPES[column.type]}
        hints[column.name]["nullable"] = True
    return hints


def append(warehouse: Warehouse, tables: dict[str, tuple[Dataset, pa.Table]], folder: Path) -> None:
    """Append each table to `raw_<source>.<name>`, which is made where it is missing. `folder` is dlt's to use."""
    with _settings(folder):
        import dlt
        from dlt.common.schema import Schema
        from dlt.extract import DltSource

        logging.getLogger("dlt").setLevel(logging.CRITICAL)
        pipeline = dlt.pipeline(
            "adept",
            destination=_destination(dlt, warehouse),
            dataset_name="raw",
            pipelines_dir=str(folder / "pipelines"),
        )
        # Every schema but the default one gets a dataset of its own, raw_<schema>; the default one stays empty.
        pipeline.config.use_single_dataset = False
        sources = [DltSource(Schema("adept"), "adept", [])]
        for name in sorted({item.source for item, _ in tables.values()}):
            resources = [
                dlt.resource([table], name=item.name, columns=columns_of(table.schema), write_disposition="append",
                             schema_contract=_CONTRACT)
                for item, table in tables.values() if item.source == name
            ]  # fmt: skip
            sources.append(DltSource(Schema(name), "adept", resources))
        info = pipeline.run(sources, loader_file_format="parquet" if warehouse.dialect == "duckdb" else "csv")
        info.raise_on_failed_jobs()
        pipeline.deactivate()


def _destination(dlt: Any, warehouse: Warehouse) -> Any:
    if warehouse.dialect == "duckdb":
        # The open connection itself: DuckDB's file has one writer, and opening it again for each job costs time.
        return dlt.destinations.duckdb(warehouse._connection)
    return dlt.destinations.postgres(warehouse.url)
