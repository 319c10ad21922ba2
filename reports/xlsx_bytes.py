"""Workbooks whose bytes depend on their content alone, and whose cells cannot run as formulas."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_MODIFIED = re.compile(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*(<)")
_MOMENT = b"2000-01-01T00:00:00Z"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CELL_LIMIT = 32_767


def safe(text: object) -> str:
    """A text for a cell: never a formula (a leading sign gets an apostrophe), no control characters, not too long."""
    cleaned = _CONTROL.sub("", "" if text is None else str(text))
    # Spreadsheets strip blanks before they look for a formula's sign.
    guarded = "'" + cleaned if cleaned.lstrip().startswith(_DANGEROUS) or cleaned.startswith(_DANGEROUS) else cleaned
    return guarded[:_CELL_LIMIT]


def to_bytes(workbook: Workbook) -> bytes:
    """The workbook as XLSX with every time stamp fixed, so that equal content gives equal bytes."""
    raw, out = io.BytesIO(), io.BytesIO()
    try:
        workbook.save(raw)
    except IllegalCharacterError as error:
        raise ValueError(
            f"a cell holds a character that XLSX cannot store: {error}; pass texts through safe()"
        ) from None
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _MOMENT + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return out.getvalue()
