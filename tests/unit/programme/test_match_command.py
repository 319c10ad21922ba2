"""`adept match`: aggregates of a matching with other settings; nobody is shown, nothing is written."""

from __future__ import annotations

import hashlib
import math
import re
from pathlib import Path

import pandas as pd
import pytest

import matching
from matching.scenarios import compare
from programme.loading import load_programme
from programme.warehouse import Warehouse
from reports.review import read_review, workbook
from tests.unit.matching.people import crowd
from tests.unit.programme.test_cli import SAMPLE, adept
from tests.unit.reports.test_review import decide

PEOPLE = crowd(80, 35)


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """Settings of an installation whose warehouse has the profiles of cohort 2024."""
    folder = tmp_path_factory.mktemp("installation")
    with Warehouse(f"duckdb://{folder}/warehouse.duckdb") as warehouse:
        warehouse.create_schemas()
        for role, frame in zip(("mentee", "mentor"), PEOPLE, strict=True):
            warehouse._connection.register("given", frame.astype({"level": "float64"}))
            warehouse.execute(f"CREATE TABLE marts.mart_{role}_profile AS SELECT * FROM given")
    (folder / "work").mkdir()
    return folder, {
        "ADEPT_PROGRAMME_FILE": str(SAMPLE), "ADEPT_WAREHOUSE": f"duckdb://{folder}/warehouse.duckdb",
        "ADEPT_VAULT": f"duckdb://{folder}/vault.duckdb", "ADEPT_VAULT_KEY": "k" * 32,
        "ADEPT_INBOX": str(folder), "ADEPT_WORK": str(folder / "work"), "ADEPT_PUBLISH": str(folder),
    }  # fmt: skip


def contents(folder: Path):
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def row(output: str, title: str) -> list[str]:
    """The cells after the figure's name and group."""
    line = next(line for line in output.splitlines() if re.search(rf"\b{title} +│ all ", line))
    return [cell.strip() for cell in line.strip("│ ").split("│")][2:]


def test_it_shows_the_figures_of_both_settings(installation):
    changes = {"weights.goals": 0.9, "rules.max_level_gap": 3}
    options = [x for path, value in changes.items() for x in ("--what-if", f"{path}={value}")]
    done = adept("match", "--cohort", "2024", *options, "--compare", **installation[1])
    assert done.exit_code == 0, done.output
    programme = load_programme(SAMPLE)
    found = compare(*PEOPLE, programme, "2024", programme.matching.seed, changes).set_index(["metric", "group"])
    for title, metric in (("Mentees with a mentor", "matched"), ("Mentees without a mentor", "unmatched")):
        expected = found.loc[metric, ""]
        assert [int(x) for x in row(done.output, title)] == [expected["base"], expected["scenario"],
                                                             expected["difference"]]  # fmt: skip
    assert row(done.output, "Score of the worst pair")[1] == f"{found.loc[('worst_score', ''), 'scenario']:.3f}"
    assert row(done.output, "Mentees with another mentor")[0] == "-"
    assert "weights.goals = 0.9, rules.max_level_gap = 3" in done.output
    assert found.loc[("matched", ""), "difference"] != 0


def test_without_compare_it_shows_one_side(installation):
    plain = adept("match", "--cohort", "2024", **installation[1])
    tried = adept("match", "--cohort", "2024", "--what-if", "matching.rules.max_level_gap=3", **installation[1])
    assert len(row(plain.output, "Mentees with a mentor")) == len(row(tried.output, "Mentees with a mentor")) == 1
    assert row(plain.output, "Mentees with a mentor") != row(tried.output, "Mentees with a mentor")
    assert "another mentor" not in plain.output


def test_it_shows_nobody_and_writes_nothing(installation):
    folder, settings = installation
    before = contents(folder)
    done = adept("match", "--cohort", "2024", "--what-if", "weights.goals=0.4", "--compare", **settings)
    assert done.exit_code == 0 and contents(folder) == before
    assert not re.search(r"p[0-9a-f]{20}", done.output)


@pytest.mark.parametrize(
    ("arguments", "code", "texts"),
    [
        (("--cohort", "2099"), 2, ("no cohort '2099'; known: 2024",)),
        (("--cohort", "2024", "--what-if", "weights.gaols=1"), 1, ("Did you mean weights.goals?", "rules.common_lan")),
        (("--cohort", "2024", "--what-if", "weights.goals=-1"), 1, ("weights.goals: expected greater than or equal",)),
        (("--cohort", "2024", "--what-if", "weights.goals"), 2, ("expected path=value",)),
        (("--cohort", "2024", "--what-if", "objective=[total"), 2, ("expected a value as in",)),
        (("--cohort", "2024", "--what-if", "seed=1", "--what-if", "seed=2"), 2, ("seed is given twice",)),
        (("--cohort", "2025"), 1, ("has no profiles of cohort 2025", "run the DAG cohort_matching")),
    ],
    ids=["cohort", "path", "value", "no value", "no YAML", "twice", "no profiles"],
)  # fmt: skip
def test_what_is_wrong_is_named_with_the_remedy(installation, arguments, code, texts):
    done = adept("match", *arguments, **installation[1])
    assert done.exit_code == code, done.output
    flat = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.output).split())
    for text in texts:
        assert text in flat
    assert "Traceback" not in done.output


def test_an_installation_without_profiles_says_how_to_get_them(installation, tmp_path):
    with Warehouse(f"duckdb://{tmp_path}/empty.duckdb") as warehouse:
        warehouse.create_schemas()
    settings = installation[1] | {"ADEPT_WAREHOUSE": f"duckdb://{tmp_path}/empty.duckdb"}
    done = adept("match", "--cohort", "2024", **settings)
    assert done.exit_code == 1 and "has no table marts.mart_mentee_profile; run the DAG" in done.output
    assert "ADEPT_WAREHOUSE: not set" in adept("match", "--cohort", "2024").output


def test_decisions_in_returned_workbooks_count(installation, tmp_path):
    programme = load_programme(SAMPLE)
    proposal = matching.match(*PEOPLE, programme, "2024", programme.matching.seed, details=False)
    everybody = pd.concat([frame["person_id"] for frame in PEOPLE], ignore_index=True)
    names = pd.DataFrame({"person_id": everybody, "first_name": "Person", "last_name": everybody.index.map(str)})
    forbid = [{"row": row, "decision": "Forbid", "reason": "they know each other"} for row in range(2, 12)]
    data = decide(workbook(proposal, names, "en"), *forbid)
    returned = tmp_path / "work" / "review" / "returned"
    returned.mkdir(parents=True)
    (returned / "decided.xlsx").write_bytes(data)
    settings = installation[1] | {"ADEPT_WORK": str(tmp_path / "work")}
    shown = row(adept("match", "--cohort", "2024", **settings).output, "Total score")
    again = matching.match(*PEOPLE, programme, "2024", programme.matching.seed, overrides=read_review(data),
                           details=False)  # fmt: skip
    assert shown == [f"{math.fsum(again.pairs['score']):.3f}"] != [f"{math.fsum(proposal.pairs['score']):.3f}"]
    (returned / "broken.xlsx").write_bytes(data[:100])
    done = adept("match", "--cohort", "2024", **settings)
    assert done.exit_code == 1 and "No matching." in done.output and "Traceback" not in done.output
