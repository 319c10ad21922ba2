"""Whatever a CSV writer puts into a file drop comes out again, cell by cell, on its own line."""

from __future__ import annotations

import csv
import io
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from sources.contracts import Column, Dataset
from sources.file_drop import decode, split

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from(";\"'\n\r|, å"), max_size=20
)
_ITEM = Dataset("hris", "x", "x.csv", "hris", "full", ("a",), (Column("a", "A"),))


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(_TEXT, min_size=n, max_size=n), min_size=1, max_size=8)))
def test_round_trip(rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([f"H{k}" for k in range(len(rows[0]))])
    starts = []
    for row in rows:
        starts.append(len(io.StringIO(out.getvalue(), newline="").readlines()) + 1)
        writer.writerow(row)
    data = b"\xef\xbb\xbf" + out.getvalue().encode()
    headings, found, lines = split("hris", "x.csv", decode("hris", _ITEM, "x.csv", data))
    assert headings == [f"H{k}" for k in range(len(rows[0]))]
    assert found == [[unicodedata.normalize("NFC", cell) for cell in row] for row in rows]
    assert lines == starts
