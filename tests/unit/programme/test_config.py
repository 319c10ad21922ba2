"""programme.yaml: a wrong file never starts a run, and says all that is wrong, where, and what to do."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from programme.cli.schema import schema_text
from programme.config import PROTECTED_GROUNDS, Programme
from programme.loading import ProgrammeFileError, config_hash, load_programme, programme_as_of

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "sources" / "sample" / "programme.yaml"
TEXT = SAMPLE.read_text(encoding="utf-8")


def faults(tmp_path, *swaps, text=TEXT):
    """The faults of the sample file after replacing texts, as (line, field, text)."""
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = tmp_path / "programme.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProgrammeFileError) as caught:
        load_programme(path)
    assert str(path) in str(caught.value)
    return [(f.line, f.field, f"{f.expected} {f.remedy}") for f in caught.value.faults]


def line_of(text, within=TEXT):
    return within[: within.index(text)].count("\n") + 1


def test_sample_is_right_and_as_agreed():
    programme = load_programme(SAMPLE)
    assert (programme.name, programme.organisation) == ("adept-sample", "Nordviken AB")
    assert [(c.name, c.match_period, c.match_on) for c in programme.cohorts] == [
        ("2024", "2024Q3", dt.date(2024, 10, 20)), ("2025", "2025Q3", dt.date(2025, 10, 20)),
    ]  # fmt: skip
    assert programme.matching.approvers == ("programkontoret", "bitr_programkontoret")
    assert [o.name for o in programme.analysis.outcomes if o.rank == "primary"] == ["retention"]
    assert len(programme.goals) >= 6
    assert {s: k for source in programme.sources for s, k in source.surveys.items()} == {
        "410101": "mentee", "410102": "mentor", "410103": "employee", "410104": "anonymous",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("    target: 0.8\n", "    taget: 0.8\n", "goals[0].taget", "Did you mean target"),
        ("    target: 0.8\n", "", "goals[0].target", "missing Add it: the value to be reached"),
        ("    target: 0.8\n", "    target: åtta\n", "goals[0].target", "valid number"),
        ('- name: "2024"', "- name: 2024", "cohorts[0].name", 'quotes: "2024"'),
        ("match_period: 2024Q3", "match_period: 2024-Q3", "cohorts[0].match_period", "2026Q3"),
        ("match_on: 2024-10-20", "match_on: 2024-09-01", "cohorts[0]", "applications_close <= match_on"),
        ("min_cell: 10", "min_cell: 4", "privacy.min_cell", "5; found '4'"),
        ("first_period: 2024Q4", "first_period: 2022Q4", "first_period", "before history_from"),
        ("history_from: 2023-10-01", "history_from: 2023-10-02", "history_from", "first day of a quarter"),
        ("max_level_gap: 8", "max_level_gap: 1\n    min_level_gap: 2", "matching.rules.min_level_gap", "already"),
        ("min_level_gap: 0", "min_level_gap: 9", "matching.rules", "no pair could meet both"),
        ("approvers: [programkontoret, bitr_programkontoret]", "approvers: []", "matching.approvers", "at least 1"),
        ('- name: "2025"', '- name: "2024"', "cohorts", "the name 2024 is used twice"),
        ("rank: primary", "rank: secondary", "analysis.outcomes", "rank primary"),
        ("  - name: belonging", "  - name: samhörighet", "scales[2].name", "pattern"),
        (
            "  - name: wellbeing\n    title: {sv",
            "  - name: trivsel\n    title: {sv",
            "goals",
            "needs a scale named wellb",
        ),
        ("folder: hris", "folder: ../hris", "sources[0].folder", "below the inbox"),
        ('"410101": mentee', "410101: mentee", "sources[2].surveys", "quotes"),
        ("kind: file_drop", "kind: ftp", "sources[0].kind", "file_drop"),
        ("languages: [sv, en]", "languages: [sv, de]", "languages[1]", "'en'"),
    ],
)
def test_each_fault_names_field_and_remedy(tmp_path, old, new, field, says):
    found = faults(tmp_path, (old, new))
    hits = [text for _, where, text in found if where.startswith(field)]
    assert any(says in text for text in hits), found


def test_faults_come_all_at_once_with_their_lines(tmp_path):
    swaps = [("target: 0.8\n", "target: x\n"), ("match_period: 2025Q3", "match_period: soon"),
             ("min_cell: 10", "min_cell: 1"), ("organisation: Nordviken AB\n", "organisation: ''\n")]  # fmt: skip
    assert [(line, field) for line, field, _ in faults(tmp_path, *swaps)] == [
        (line_of("organisation:"), "organisation"),
        (line_of("target: 0.8"), "goals[0].target"),
        (line_of("match_period: 2025Q3"), "cohorts[1].match_period"),
        (line_of("min_cell: 10"), "privacy.min_cell"),
    ]


def test_joint_faults_come_all_at_once(tmp_path):
    found = faults(tmp_path, ("is_live: false", "is_live: true "), ("rank: primary", "rank: secondary"))
    assert [field for _, field, _ in found] == [
        "analysis.outcomes", "legal.impact_assessment_ref", "legal.legal_basis", "legal.special_category_condition",
        "legal.information_ref", "legal.union_cooperation_ref",
    ]  # fmt: skip
    assert found[1][0] == line_of("impact_assessment_ref")


def test_a_live_programme_with_everything_starts(tmp_path):
    text = TEXT.replace("is_live: false", "is_live: true ").replace(": null", ": HR 2024/17")
    path = tmp_path / "programme.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_programme(path).is_live


@pytest.mark.parametrize(
    "ground", ["ethnicity", "religion", "Funktionsnedsättning", "sexual orientation", "födelseland"]
)
def test_eligibility_on_a_protected_ground_is_refused(tmp_path, ground):
    found = faults(tmp_path, ("{field: level, at_most: 5}", f"{{field: {ground}, one_of: [x]}}"))
    assert [field for _, field, _ in found] == ["eligibility.mentee[0].field"]
    assert "open the enrolment" in found[0][2]
    assert "outreach" in found[0][2]


@pytest.mark.parametrize("field", ["sex", "age_band"])
def test_eligibility_on_sex_or_age_needs_an_assessment(tmp_path, field):
    rule = f"{{field: {field}, one_of: [x]}}"
    found = faults(tmp_path, ("{field: level, at_most: 5}", rule))
    assert "legal_assessment_ref" in found[0][2]
    path = tmp_path / "programme.yaml"
    allowed = rule.replace("}", ", legal_assessment_ref: JUR-12}")
    path.write_text(TEXT.replace("{field: level, at_most: 5}", allowed), encoding="utf-8")
    assert load_programme(path).eligibility.mentee[0].legal_assessment_ref == "JUR-12"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEXT.replace("version:", "name: twice\nversion:", 1).encode(), "written already in line 5"),
        (b"goals: [1, 2\nname: x\n", "not YAML"),
        (b"a:\tb\n\t- c\n", "not YAML"),
        (b"", "expected fields"),
        (b"- a\n- b\n", "expected fields"),
        (b"when: 2026-13-45\n", "line 1: when: '2026-13-45' is no day of the calendar"),
        (b"x: !!python/object/apply:os.getcwd []\n", "not YAML"),
        ("title: å".encode("cp1252"), "UTF-8"),
    ],
)
def test_unreadable_files_say_why(tmp_path, content, says):
    path = tmp_path / "programme.yaml"
    path.write_bytes(content)
    with pytest.raises(ProgrammeFileError, match=says):
        load_programme(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ProgrammeFileError, match="no such file") as caught:
        load_programme(tmp_path / "nowhere.yaml")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - crosses processes in Airflow


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(sorted(Programme.model_fields)),
)
def test_any_value_anywhere_is_taken_or_explained(tmp_path_factory, value, field):
    data = yaml.safe_load(TEXT)
    data[field] = value
    path = tmp_path_factory.mktemp("any") / "programme.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        load_programme(path)
    except ProgrammeFileError as error:
        assert error.faults
        assert all(f.expected and f.remedy for f in error.faults)


# -- amendments -----------------------------------------------------------------------------------------------------

AMENDED = (
    TEXT
    + """
amendments:
  - version: "2"
    effective_from: 2025-10-01
    author: Programkontoret
    reason: Tätare träffar
    changes:
      cohorts.2025.meetings_per_month: 1.5
      matching.rules.not_same_team: false
  - version: "3"
    effective_from: 2026-04-01
    author: Programkontoret
    reason: Högre mål
    changes: {goals.matched.target: 0.85}
"""
)


def test_each_day_has_the_version_that_held(tmp_path):
    path = tmp_path / "programme.yaml"
    path.write_text(AMENDED, encoding="utf-8")

    def seen(day):
        held = programme_as_of(path, day)
        return (
            held.version,
            held.cohort("2025").meetings_per_month,
            held.matching.rules.not_same_team,
            held.goals[0].target,
        )

    assert seen(dt.date(2025, 9, 30)) == ("1", 1.0, True, 0.8)
    assert seen(dt.date(2025, 10, 1)) == ("2", 1.5, False, 0.8)
    assert seen(dt.date(2026, 3, 31)) == ("2", 1.5, False, 0.8)
    assert seen(dt.date(2026, 4, 1)) == ("3", 1.5, False, 0.85)
    assert load_programme(path) == programme_as_of(path, dt.date(2030, 1, 1))


def test_an_amendment_leaves_earlier_hashes_alone(tmp_path):
    path = tmp_path / "programme.yaml"
    path.write_text(AMENDED, encoding="utf-8")
    before = config_hash(load_programme(SAMPLE))
    assert config_hash(programme_as_of(path, dt.date(2025, 9, 30))) == before
    hashes = {
        config_hash(programme_as_of(path, day)) for day in (dt.date(2025, 9, 30), dt.date(2026, 1, 1), dt.date.max)
    }
    assert len(hashes) == 3


def test_comments_do_not_change_the_hash_but_every_value_does(tmp_path):
    path = tmp_path / "programme.yaml"
    path.write_text("# a remark\n" + TEXT.replace("min_cell: 10", "min_cell:   10"), encoding="utf-8")
    assert config_hash(load_programme(path)) == config_hash(load_programme(SAMPLE))
    path.write_text(TEXT.replace("min_cell: 10", "min_cell: 11"), encoding="utf-8")
    assert config_hash(load_programme(path)) != config_hash(load_programme(SAMPLE))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("goals.matched.target: 0.85", "goals.macthed.target: 0.85", "leads to no field"),
        ("goals.matched.target: 0.85", "goals.matched.taget: 0.85", "no such field"),
        ("goals.matched.target: 0.85", "goals.matched.target: hög", "valid number"),
        ("goals.matched.target: 0.85", "name: other", "name cannot be amended"),
        ("effective_from: 2026-04-01", "effective_from: 2025-04-01", "order of effective_from"),
        ("    reason: Högre mål\n", "", "missing"),
    ],
)
def test_a_wrong_amendment_stops_even_earlier_periods(tmp_path, old, new, says):
    found = faults(tmp_path, (old, new), text=AMENDED)
    assert says in found[0][2]
    assert found[0][0] >= line_of("amendments:\n  - version", AMENDED)
    with pytest.raises(ProgrammeFileError):
        programme_as_of(tmp_path / "programme.yaml", dt.date(2024, 12, 31))


# -- the schema for editors -----------------------------------------------------------------------------------------


def test_schema_is_up_to_date():
    own = ROOT / "programme" / "programme.schema.json"
    told = "run `adept schema --output programme/programme.schema.json`"
    assert own.read_text(encoding="utf-8") == schema_text(), told


def test_every_field_is_described():
    schema = json.loads(schema_text())
    bare = [
        f"{name}.{field}"
        for name, part in {"Programme": schema, **schema["$defs"]}.items()
        for field, spec in part["properties"].items()
        if not spec.get("description", "").strip()
    ]
    assert not bare
    assert all(part.get("description") for part in schema["$defs"].values())


def test_sex_and_age_have_their_own_rule():
    assert not PROTECTED_GROUNDS & {"sex", "age_band"}
