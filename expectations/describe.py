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


_TYPES = {"text": "text", "integer": "whole number", "number": "number", "date": "day", "boolean": "yes or no",
          "codes": "list of codes"}  # fmt: skip


def _codes(text: str) -> str:
    return text.replace("|", "\\|")


def _columns(dataset: Dataset) -> list[str]:
    """The columns as the file writes them; the fields of surveys have no headings to rename."""
    if not dataset.file:
        names = ", ".join(f"`{c.name}`" for c in dataset.columns)
        return [f"Columns, filled from the saved answers of the survey server: {names}.", ""]
    lines = ["| column | heading | type | may be empty | note |", "|---|---|---|---|---|"]
    for column in dataset.columns:
        role = {"vault": "goes to the vault alone", "birth_date": "cut down to the year",
                "comment": "free text, redacted", "person": "an employee number"}.get(column.role, "")  # fmt: skip
        codes = f"one of {', '.join(column.codes)}" if column.codes else ""
        notes = "; ".join(t.rstrip(".") for t in (role, codes, column.description) if t)
        empty = "yes" if not column.required or column.role == "vault" else ""
        lines.append(f"| `{column.name}` | {column.heading} | {_TYPES[column.type]} | {empty} | {_codes(notes)} |")
    return [*lines, ""]


def _encodings() -> str:
    other = ", ".join(f"`{d.file}`" for d in DATASETS if d.file and not d.encoding.startswith("utf-8"))
    return f"UTF-8, with or without a byte order mark, but Windows-1252 for {other}"


def _file(dataset: Dataset) -> str:
    if not dataset.file:
        return "From the survey server."
    encoding = "UTF-8" if dataset.encoding.startswith("utf-8") else "Windows-1252"
    return f"File `<inbox>/<folder of the source>/<quarter>/{dataset.file}`, {encoding}."


def _table(dataset: Dataset) -> list[str]:
    lines = [
        f"## {dataset.source}.{dataset.name}",
        "",
        " ".join(part for part in (
            dataset.description,
            _file(dataset),
            f"Lane {dataset.lane}; key {' + '.join(f'`{k}`' for k in dataset.key)};",
            _DELIVERIES[dataset.delivery],
        ) if part),
        "",
        *_columns(dataset),
        "| rule | looks at | demand | what a rejected row is told |",
        "|---|---|---|---|",
    ]  # fmt: skip
    for check in checks(dataset):
        reason = check.reason.replace("|", "\\|")
        lines.append(f"| {check.rule} | {_looks_at(check)} | {_KINDS[check.kind]} | {reason} |")
    return [*lines, ""]


_DELIVERY = f"""\
## How files are delivered

Each source has a folder below the inbox (`sources`, `folder` in programme.yaml), and in it a folder for each quarter:
`<inbox>/<folder>/2026Q3/`. A dataset without rows is a file with its headings alone; a missing file stops its source.

**File drops** (kind `file_drop`) are CSV files with the names given below. The first line holds the headings, fields
are separated by semicolons, a field with semicolons or line breaks stands in quotation marks, a quotation mark in it
is written twice, and the last line ends with a line break.
Encoding: {_encodings()}.
Days are written 2026-09-30, numbers with a decimal comma (0,8) and without blanks between thousands; lists are written
with `|` between codes (`leadership|network`). Columns may stand in any order; capitals in headings do not count.
Columns that the contract does not know are dropped, as are those never read (religion, health, union membership).

Headings can be renamed in programme.yaml, by dataset and column; the empty text says that there is no such column:

```yaml
sources:
  - name: hris
    kind: file_drop
    folder: hris
    headings:
      employee: {{sex: Juridiskt kön, original_hire_date: ""}}
```

**LimeSurvey** (kind `limesurvey_files`) is the answers of its RemoteControl 2 calls (seen at 6.4.2), each saved as it
came, with `id`, `result` and `error`. A survey counts in a quarter if `list_surveys.json` names it and programme.yaml
says under `surveys` whom it asks.

| file in the quarter's folder | answer of |
|---|---|
| `list_surveys.json` | `list_surveys` |
| `<survey id>/list_questions.json` | `list_questions` |
| `<survey id>/question_properties_<code>.json` | `get_question_properties`: the answers' points; may be left out |
| `<survey id>/survey_properties.json` | `get_survey_properties`; may be left out |
| `<survey id>/list_participants.json`, or `list_participants_<n>.json` | `list_participants`, whole or by pages |
| `<survey id>/export_responses.json` | `export_responses` as `json`: heading type `code`, response type `short`, all |

Participants of an anonymous survey are not read.

**Horilla** (kind `horilla_files`, for the source `hris`, seen at 1.5.0) is the bodies of its REST interface:

| file in the quarter's folder | holds |
|---|---|
| `employees_all_detail.json`, or `employee_<id>.json` each | the employees' detail records |
| `work_information_all.json`, or `work_information_<id>.json` each | their work information |
| `list_employees_page<n>.body` (or `.json`) | the paged list, to check that nobody is missing; may be left out |

Horilla gives employees, employments, units and terminations, and knows no leaves, levels or pay bands: what it cannot
tell stays empty (sources/horilla.py).
"""


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
    lines += _DELIVERY.split("\n")
    for dataset in DATASETS:
        lines += _table(dataset)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(describe(), end="")
