"""The data contracts as a page for people: generated from the suites, so that it cannot say something else."""

from __future__ import annotations

from expectations.rules import Check, checks
from sources.contracts import DATASETS, Dataset

_KINDS = {
    "filled": "is filled", "reads_as": "can be read", "in_set": "is a known code", "members": "lists known codes",
    "between": "lies in its range", "dates_between": "is a plausible day", "not_before": "does not lie before",
    "unique": "is unique", "true": "holds",
}  # fmt: skip


_DELIVERIES = {"full": "each delivery replaces the one before.", "period": "each period adds to the others."}


def _looks_at(check: Check) -> str:
    return ", ".join(f"`{column}`" for column in check.columns)


def _table(dataset: Dataset) -> list[str]:
    lines = [
        f"## {dataset.source}.{dataset.name}",
        "",
        " ".join(part for part in (
            dataset.description,
            f"File `{dataset.file}`." if dataset.file else "From the survey server.",
            f"Lane {dataset.lane}; key {' + '.join(f'`{k}`' for k in dataset.key)};",
            _DELIVERIES[dataset.delivery],
        ) if part),
        "",
        "| rule | looks at | demand | what a rejected row is told |",
        "|---|---|---|---|",
    ]  # fmt: skip
    for check in checks(dataset):
        reason = check.reason.replace("|", "\\|")
        lines.append(f"| {check.rule} | {_looks_at(check)} | {_KINDS[check.kind]} | {reason} |")
    return [*lines, ""]


def describe() -> str:
    """All datasets and their rules as Markdown; the content of docs/data_contracts.md."""
    lines = [
        "# Data contracts",
        "",
        "What every incoming dataset must hold. Generated from the suites (`python -m expectations.describe > "
        "docs/data_contracts.md`); do not edit by hand.",
        "",
        "A row that breaks a rule goes to quarantine under the first rule it breaks, in the order of each table; the "
        "others go on. A line equal to an earlier one in all columns is dropped and counted as a repeat. Of several "
        "lines with one key, the first that breaks no other rule stays. `x as date` is column x as read; names with "
        "blanks are worked out from other rows (expectations/relations.py). People and units count as known "
        "if they were received, even where their own row lies in quarantine.",
        "",
        "A dataset stops its source when more than 5 rows and more than 20 % of its rows are rejected, when employees "
        "or active employees are missing altogether, or when rows of a full delivery, or the headcount, fall by more "
        "than half.",
        "",
        "A row without its fields (`wrong_number_of_fields`) is rejected at extraction, in any file drop. A last day "
        "of 9999-12-31 in a column that may be empty means that there is none.",
        "",
    ]
    for dataset in DATASETS:
        lines += _table(dataset)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(describe(), end="")
