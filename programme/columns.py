"""Columns between pandas and the two engines, so that a frame reads and writes alike on both.

Reading: text and dates as object with None for missing, timestamps as datetime64[us] in UTC without zone, whole numbers
as int64 (float64 where some are missing), decimals as float64 unless they are whole.
Writing: every column is converted to the table's own type first; a value that does not fit is an error on both engines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# PostgreSQL's numbers of built-in types (pg_type.dat); they never change.
_POSTGRES_TYPES = {
    16: pa.bool_(), 20: pa.int64(), 21: pa.int64(), 23: pa.int64(), 700: pa.float64(), 701: pa.float64(),
    1082: pa.date32(), 1114: pa.timestamp("us"), 1184: pa.timestamp("us", tz="UTC"), 1700: pa.decimal128(38, 10),
}  # fmt: skip


class ColumnError(ValueError):
    """A column that does not fit its table; the message names both and quotes no value."""


def postgres_type(oid: int) -> pa.DataType:
    """The Arrow type of a PostgreSQL type; what is not known is text."""
    return _POSTGRES_TYPES.get(oid, pa.string())


def plain(value: Any) -> Any:
    """A parameter that both drivers take: no numpy scalars, no NaN, times in UTC without zone."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    return value


def to_arrow(frame: pd.DataFrame, types: Sequence[pa.DataType], table: str) -> pa.Table:
    """The frame with each column in its table's type (`types` in the frame's order)."""
    arrays = []
    for name, target in zip(frame.columns, types, strict=True):
        try:
            arrays.append(_convert(frame[name], target))
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            # Arrow's messages quote the value, which may be a person's.
            raise ColumnError(f"{table}.{name}: {frame[name].dtype} values do not fit its type {target}") from None
    return pa.table(arrays, names=list(frame.columns))


def _convert(column: pd.Series, target: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(target):
        # Both engines round the written number alike; they round binary fractions differently.
        target = pa.string()
    if pa.types.is_timestamp(target):
        target = pa.timestamp("us")
    try:
        array = pa.Array.from_pandas(column)
    except (pa.ArrowException, TypeError):
        if not pa.types.is_string(target):
            return pa.Array.from_pandas(column, type=target)
        array = pa.array([None if pd.isna(v) else str(v) for v in column], pa.string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_floating(array.type):
        # Arrow-backed columns keep NaN beside missing; the databases' columns must not.
        array = pc.if_else(pc.is_nan(array), None, array)
        if pa.types.is_string(target) and _is_whole(array):
            array = array.cast(pa.int64())
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp("us", tz=array.type.tz), safe=False)
        if array.type.tz:
            array = array.cast(pa.timestamp("us"))
    if pa.types.is_string(array.type) and pa.types.is_timestamp(target):
        array = pa.Array.from_pandas(pd.to_datetime(pd.Series(array.to_pylist()), utc=True, format="ISO8601"))
        array = array.cast(pa.timestamp("us", tz="UTC"), safe=False).cast(pa.timestamp("us"))
    return array.cast(target)


def _is_whole(array: pa.Array) -> bool:
    whole = pc.all(pc.equal(pc.floor(array), array)).as_py()
    return array.null_count > 0 and whole is True


def copy_text(table: pa.Table) -> str:
    r"""The table in PostgreSQL's COPY text form: tabs between, `\N` for missing, so that empty text stays apart."""
    columns = []
    for column in table.columns:
        text = column.cast(pa.string())
        if pa.types.is_string(column.type):
            for raw, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
                text = pc.replace_substring(text, raw, escaped)
        columns.append(pc.fill_null(text, "\\N"))
    rows = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, "\t")
    return "\n".join(rows.to_pylist()) + "\n"


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """A result of DuckDB as a frame."""
    return _frame(table.column_names, [_from_arrow_column(c) for c in table.columns])


def from_rows(rows: Sequence[tuple], names: Sequence[str], types: Sequence[pa.DataType]) -> pd.DataFrame:
    """A result of PostgreSQL as a frame."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return _frame(names, [_from_values(v, t) for v, t in zip(values, types, strict=True)])


def _frame(names: Sequence[str], columns: Sequence[pd.Series]) -> pd.DataFrame:
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    frame.columns = list(names)
    return frame


def _from_arrow_column(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        kind = pa.int64() if pa.types.is_integer(kind) and not column.null_count else pa.float64()
        return pd.Series(column.cast(kind, safe=False).to_numpy())
    if pa.types.is_timestamp(kind):
        naive = column.cast(pa.timestamp("us", tz=kind.tz)).cast(pa.timestamp("us"))
        return pd.Series(naive.to_numpy()).astype("datetime64[us]")
    if pa.types.is_boolean(kind) and not column.null_count:
        return pd.Series(column.to_numpy())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_date(kind):
        return _shared_objects(column)
    return _from_values(column.to_pylist(), kind)


def _shared_objects(column: pa.ChunkedArray) -> pd.Series:
    """Objects of which equal ones are the same: panels repeat few values over millions of rows."""
    coded = column.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    values = np.empty(len(coded.dictionary) + 1, dtype=object)
    values[:-1] = coded.dictionary.to_pylist()
    codes = coded.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
    return pd.Series(values[codes], dtype=object)


def _from_values(values: Sequence[Any], kind: pa.DataType) -> pd.Series:
    has_missing = any(v is None for v in values)
    if pa.types.is_decimal(kind):
        whole = all(v is None or (v.as_tuple().exponent == 0 and abs(v) < 2**63) for v in values)
        numbers: list[Any] = [_number(v, whole and not has_missing) for v in values]
        return pd.Series(numbers, dtype="int64" if whole and not has_missing and numbers else "float64")
    if pa.types.is_integer(kind):
        return pd.Series(list(values), dtype="float64" if has_missing else "int64")
    if pa.types.is_floating(kind):
        return pd.Series(list(values), dtype="float64")
    if pa.types.is_boolean(kind):
        return pd.Series(list(values), dtype=object if has_missing else bool)
    if pa.types.is_timestamp(kind):
        return pd.Series([plain(v) for v in values], dtype="datetime64[us]")
    return pd.Series(list(values), dtype=object)


def _number(value: Decimal | None, whole: bool) -> float | int | None:
    if value is None:
        return None
    return int(value) if whole else float(value)
