"""The data contracts: which datasets come in, with which columns, and what becomes of each column.

One place for all: extraction, gates, raw tables and dbt's sources are derived from it or tested against it.
"""

from __future__ import annotations

from sources.contracts.hris import HRIS
from sources.contracts.programme_files import PROGRAMME
from sources.contracts.shape import Column, Dataset
from sources.contracts.surveys import SURVEYS

__all__ = ["DATASETS", "DENIED_HEADINGS", "RAW_TAIL", "Column", "Dataset", "dataset"]

DATASETS: tuple[Dataset, ...] = (*HRIS, *PROGRAMME, *SURVEYS)

# Fields of an HRIS that are dropped at extraction, whatever their file says (headings, lower case).
DENIED_HEADINGS = frozenset({
    "personnummer", "religion", "trossamfund", "etnicitet", "etnisk tillhörighet", "funktionsnedsättning",
    "medborgarskap", "nationalitet", "födelseland", "blodgrupp", "partitillhörighet", "politisk tillhörighet",
    "fackförbund", "facklig tillhörighet", "hälsa", "diagnos", "sexuell läggning", "national id", "ethnicity",
    "disability", "nationality", "blood type", "political affiliation", "union membership", "health",
    "country of birth", "sexual orientation",
})  # fmt: skip

# Every raw row carries these: the content hash of its batch, the moment it was known, the delivery it belongs to
# ("full" or a period's label) and its line in the file.
RAW_TAIL = ("batch_id", "known_at", "delivery", "line")


def dataset(source: str, name: str) -> Dataset:
    """The contract of one dataset; KeyError names the known ones."""
    for item in DATASETS:
        if (item.source, item.name) == (source, name):
            return item
    raise KeyError(f"no dataset {source}.{name}; known: {', '.join(f'{d.source}.{d.name}' for d in DATASETS)}")
