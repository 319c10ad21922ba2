"""Published tables as Parquet: the contract's types, and the same bytes for the same rows."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reports.reading import COUNTS, DATES, FLOATS, hidden_rows, mask_hidden


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A published table as Parquet: types by column name, rows in the order of their codes.

    Figures of hidden rows are written as null, whatever the frame holds there. Columns that the contract does not know
    are written as text. ValueError names a column with a value that is not of its type.
    """
    frame = mask_hidden(frame)
    if "is_hidden" in frame.columns:
        frame["is_hidden"] = hidden_rows(frame)
    arrays = [_array(name, frame[name]) for name in frame.columns]
    table = pa.Table.from_arrays(arrays, names=[str(name) for name in frame.columns])
    codes = [
        name for name, kind in zip(table.column_names, table.schema.types, strict=True) if pa.types.is_string(kind)
    ]
    if codes and table.num_rows:
        # Ties keep their order, so that only the rows decide.
        order = frame[codes].map(lambda v: "" if pd.isna(v) else str(v)).sort_values(codes, kind="stable").index
        table = table.take(pa.array(frame.index.get_indexer(order)))
    sink = pa.BufferOutputStream()
    # No pandas metadata and no page index: nothing but the rows; one row group, since tables are small.
    pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd", version="2.6", store_schema=False,
                   row_group_size=1 << 20, write_statistics=True)  # fmt: skip
    return sink.getvalue().to_pybytes()


def _array(name: str, values: pd.Series) -> pa.Array:
    try:
        if name in COUNTS:
            return pa.array([None if pd.isna(v) else int(v) for v in values], pa.int64())
        if name in FLOATS:
            return pa.array([None if pd.isna(v) else float(v) for v in values], pa.float64())
        if name in DATES:
            days = pd.to_datetime(pd.Series([None if pd.isna(v) else str(v)[:10] for v in values], dtype=object))
            return pa.array([None if pd.isna(d) else d.date() for d in days], pa.date32())
        if name == "is_hidden":
            return pa.array([bool(v) for v in values], pa.bool_())
    except (TypeError, ValueError) as error:
        raise ValueError(f"column {name}: {error}; the published contract gives its type") from error
    return pa.array([None if pd.isna(v) else str(v) for v in values], pa.string())
