"""What can be checked of the dbt project without running it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt_project import dictionary

from sources.contracts import DATASETS, RAW_TAIL
from tests.dbt.project import LANDING, PROJECT, sql_type

MODELS = sorted((PROJECT / "models").rglob("*.sql"))
SQL_FILES = MODELS + sorted((PROJECT / "macros").rglob("*.sql"))
RELEASED = Path(__file__).with_name("released_contracts.yml")
_CLOCK = re.compile(r"\b(current_timestamp|current_date|now\s*\(|getdate|today\s*\(|clock_timestamp)", re.I)
_FLOAT_SUM = re.compile(r"\b(avg|stddev|variance)\s*\(", re.I)


def sql_of(path: Path) -> str:
    """The file's SQL without Jinja comments, statements and SQL comments; expressions stay."""
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"{%.*?%}", "", text, flags=re.DOTALL)
    return re.sub(r"--.*", "", text)


def properties(kind: str) -> list[dict[str, Any]]:
    """All entries of a kind (models, unit_tests, sources, exposures) in the yml files."""
    found: list[dict[str, Any]] = []
    for path in sorted((PROJECT / "models").rglob("*.yml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8")).get(kind) or []
    return found


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda p: p.name)
def test_sql_asks_no_clock_and_gives_the_same_on_both_engines(path: Path) -> None:
    text = sql_of(path)
    assert not _CLOCK.search(text), "results must not depend on the time of the run; use var('as_of')"
    assert not re.search(r"(?<!/)/(?!/)", text), "division differs between the engines; use divide()"
    assert not _FLOAT_SUM.search(text), "sum integers or decimals; Python divides"
    ordered = re.finditer(r"order by(.*?)(?=rows between|\)\s*(?:as|=)|\)\n|$)", text, re.I | re.DOTALL)
    for match in ordered:
        for term in re.split(r",(?![^{]*}})", match[1]):
            if not re.search(r"depth|month_number|main_first|1 if|one_if|\{\{ entry", term) and term.strip():
                assert re.search(r"nulls (first|last)", term, re.I), f"order by{term}: write NULLS FIRST or LAST"


def test_every_model_is_described_and_has_a_primary_key_test() -> None:
    described = {m["name"]: m for m in properties("models")}
    names = {re.sub(r"_v\d+$", "", p.stem) for p in MODELS}
    assert names == set(described)
    for model in described.values():
        assert model.get("description"), model["name"]
        assert dictionary.key_of(model), model["name"]


def test_every_model_with_logic_has_a_unit_test() -> None:
    tested = {t["model"] for t in properties("unit_tests")}
    # Pass-through models: one relation, columns as they are. Staging shares one macro, tested by dataset kind.
    plain = {"mart_pair_month", "mart_cohort_metric_base"}
    names = {p.stem for p in MODELS if p.parent.name in ("intermediate", "marts")} - plain
    assert names <= tested, f"no unit test for {sorted(names - tested)}"
    assert {"stg_hris__organisation", "stg_programme__milestone", "stg_survey__response"} <= tested


def test_sources_are_those_of_the_contracts() -> None:
    written = {s["name"]: {t["name"]: t for t in s["tables"]} for s in properties("sources")}
    kinds = {"double precision": "float8"}
    for item in DATASETS:
        columns = {c["name"]: c["data_type"] for c in written[item.source][item.name]["columns"]}
        expected = {c.name: kinds.get(sql_type(c), sql_type(c)) for c in item.loaded_columns}
        expected |= dict(zip(RAW_TAIL, ("text", "timestamp", "text", "bigint"), strict=True))
        assert columns == expected, item.table
    assert sum(len(t) for s, t in written.items() if s in {d.source for d in DATASETS}) == len(DATASETS)


def test_every_dataset_has_a_staging_model() -> None:
    names = {p.stem for p in MODELS if p.parent.name == "staging"}
    assert names == {f"stg_{d.source}__{d.name}" for d in DATASETS}


def contract(model: dict[str, Any]) -> dict[str, str]:
    """A published model's columns and types."""
    return {c["name"]: c["data_type"] for c in model["columns"]}


def test_a_released_contract_is_never_broken() -> None:
    released = yaml.safe_load(RELEASED.read_text(encoding="utf-8"))
    models = {m["name"]: m for m in properties("models") if m.get("versions")}
    for name, versions in released.items():
        assert name in models, f"published.{name} was released and is gone; deprecate it with a new version"
        current = f"v{models[name]['latest_version']}"
        for column, kind in versions.get(current, {}).items():
            now = contract(models[name]).get(column)
            assert now == kind, f"published.{name} {current}: {column} was {kind}, is {now}; make a new model version"
    missing = set(models) - set(released)
    assert not missing, f"add {sorted(missing)} to {RELEASED.name}"
    for name, model in models.items():
        newest = released[name][f"v{model['latest_version']}"]
        assert newest == contract(model), f"{name}: add its columns to the file"


def test_landing_tables_have_the_published_columns() -> None:
    tables = dict(re.findall(r"IF NOT EXISTS (\w+\.\w+) \((.*?)\);", LANDING.read_text(encoding="utf-8"), re.DOTALL))
    kinds = {"double precision": "float8"}
    for model in (m for m in properties("models") if m.get("versions")):
        schema = "matching" if model["name"] == "match_summary" else "evaluation"
        columns = [c.strip().split(" ", 1) for c in tables[f"{schema}.{model['name']}"].split(",\n")]
        found = {name: kinds.get(kind, kind) for name, kind in columns}
        if schema == "matching":
            assert found.pop("known_at") == "timestamp"
        assert found == contract(model), model["name"]


def test_published_models_end_alike_and_are_exposed() -> None:
    models = [m for m in properties("models") if m.get("versions")]
    for model in models:
        assert list(contract(model))[-6:] == ["value", "n", "is_hidden", "hidden_reason", "low", "high"]
        assert model["config"]["contract"] == {"enforced": True}
    exposed = {re.findall(r"'(\w+)'", d)[0] for e in properties("exposures") for d in e["depends_on"]}
    assert exposed == {m["name"] for m in models}


def test_the_data_dictionary_is_up_to_date() -> None:
    assert dictionary.TARGET.read_text(encoding="utf-8") == dictionary.render(), "run python -m dbt_project.dictionary"


def test_nothing_is_sent_anywhere() -> None:
    flags = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["flags"]
    assert flags["send_anonymous_usage_stats"] is False
    assert not (PROJECT / "packages.yml").exists()
