"""Writes docs/data_dictionary.md from the descriptions of the published models.

`python -m dbt_project.dictionary` writes the file; a test fails while it is out of date.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

MODELS = Path(__file__).resolve().parent / "models"
TARGET = Path(__file__).resolve().parent.parent / "docs" / "data_dictionary.md"
_HEAD = """# Data dictionary

The tables of schema `published`: what reports, analysts and BI tools read. Written by `python -m dbt_project.dictionary`
from `dbt_project/models/published/`; do not edit. A column is never removed, renamed or retyped within a version.
"""
# What a column means in one table beyond its shared description.
_NOTES = {
    ("workforce", "n"): (
        "In the rows of four quarters (metrics that end with `_4q`) it is the number of person-quarters at risk, not of "
        "people: somebody employed all year counts four times."
    ),
}


def doc_blocks() -> dict[str, str]:
    """The shared descriptions of models/docs.md by name."""
    text = (MODELS / "docs.md").read_text(encoding="utf-8")
    return {name: body.strip() for name, body in re.findall(r"{% docs (\w+) %}(.*?){% enddocs %}", text, re.DOTALL)}


def published_models() -> list[dict[str, Any]]:
    """The models of _published.yml with doc blocks filled in."""
    blocks = doc_blocks()

    def fill(match: re.Match[str]) -> str:
        return blocks[match[1]]

    models = yaml.safe_load((MODELS / "published" / "_published.yml").read_text(encoding="utf-8"))["models"]
    for model in models:
        for column in model["columns"]:
            description = re.sub(r"{{ doc\('(\w+)'\) }}", fill, column["description"])
            note = _NOTES.get((model["name"], column["name"]), "")
            column["description"] = f"{description} {note}".strip()
    return models


def key_of(model: dict[str, Any]) -> list[str]:
    """The columns of the model's primary-key test."""
    for test in model["data_tests"]:
        if "primary_key" in test:
            return test["primary_key"]["arguments"]["columns"]
    raise KeyError(f"{model['name']} has no primary_key test")


def render() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD]
    for model in published_models():
        key = ", ".join(f"`{name}`" for name in key_of(model))
        rows = [
            f"| `{c['name']}` | {c['data_type']} | {c['description'].replace('|', chr(92) + '|')} |" for c in model["columns"]
        ]
        parts.append(
            f"\n## published.{model['name']} (version {model['latest_version']})\n\n{model['description']} Key: {key}.\n\n"
            "| Column | Type | Meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return "".join(parts)


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
