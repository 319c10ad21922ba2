import numpy as np
import pandas as pd
import pytest

import evaluation
from evaluation import publication
from evaluation.disclosure import DisclosureError, Policy, Release
from evaluation.tables import COLUMNS, FLOATS, OWN_FIGURES
from tests.unit.evaluation.organisation import context, frames, programme


@pytest.fixture(scope="module")
def given() -> dict[str, pd.DataFrame]:
    return frames(n=1200, n_mentees=100, seed=3)


@pytest.fixture(scope="module")
def tables(given) -> dict[str, pd.DataFrame]:
    return evaluation.evaluate(given, programme(), context())


@pytest.fixture(scope="module")
def released(tables) -> Release:
    return evaluation.release(tables, programme(), ())


def as_bytes(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    return {name: frame.to_csv(index=False) for name, frame in tables.items()}


def test_tables_have_the_contract_s_columns(tables):
    assert {name: tuple(frame.columns) for name, frame in tables.items()} == COLUMNS
    assert all(not frame.duplicated([c for c in frame if frame[c].dtype == object]).any() for frame in tables.values())
    for frame in tables.values():
        for column in set(FLOATS) & set(frame.columns):
            shown = frame[column].dropna()
            assert (shown.round(6) == shown).all() and np.isfinite(shown).all()


def test_the_order_of_rows_and_columns_changes_no_byte(given, tables, released):
    rng = np.random.default_rng(0)
    shuffled = {
        name: frame.iloc[rng.permutation(len(frame))][list(rng.permutation(frame.columns))]
        for name, frame in given.items()
    }
    again = evaluation.evaluate(shuffled, programme(), context())
    assert as_bytes(again) == as_bytes(tables)
    assert as_bytes(evaluation.release(again, programme(), ()).tables) == as_bytes(released.tables)


def test_no_shown_figure_stands_on_fewer_than_the_threshold(released):
    for name, frame in released.tables.items():
        shown = frame[~frame["is_hidden"]]
        assert (shown["n"].dropna() >= 10).all(), name


def test_a_cohort_without_people_shows_noughts_and_stops_nothing(tables):
    frame = tables["cohort_metric"]
    cohort = next(c for c in frame["cohort"] if c != "__total__")
    whole = frame[(frame["cohort"] == cohort) & (frame["group_dimension"] == "__total__")]
    nobody = whole.assign(cohort="later", value=np.nan, low=np.nan, high=np.nan, n=whole["n"].mask(whole["n"] > 0, 0))
    both = tables | {"cohort_metric": pd.concat([frame, nobody], ignore_index=True)}
    done = evaluation.release(both, programme(), ())
    shown = done.tables["cohort_metric"].query("cohort == 'later' and metric == 'goals_agreed_share'")
    assert done.audit.passed and not shown["is_hidden"].any() and (shown["n"] == 0).all()


def test_hidden_rows_hold_no_figure_at_all(released):
    n_hidden = 0
    for frame in released.tables.values():
        hidden = frame[frame["is_hidden"]]
        n_hidden += len(hidden)
        columns = [c for c in (*FLOATS, "n", "n_treated", "n_control") if c in frame.columns and c not in OWN_FIGURES]
        assert hidden[columns].isna().all().all()
        assert set(hidden["hidden_reason"]) <= {"too_few", "small_profile"}
        assert (frame.loc[~frame["is_hidden"], "hidden_reason"] == "").all()
    assert n_hidden > 20
    assert released.audit.passed and {"too_few", "complementary"} <= set(released.log["reason"])


def test_ten_key_factors_each_have_a_row(released):
    frame = released.tables["key_factor"]
    total = frame[frame["cohort"] == "__total__"]
    assert total["factor"].nunique() == 10
    # All but one: training is hidden here, where one or two mentors lack it and a share would tell how many.
    assert set(total["factor"]) - set(total.loc[total["value"].notna(), "factor"]) == {"mentor_training"}


def test_no_share_of_few_people_can_be_multiplied_out(released):
    for name in ("cohort_metric", "key_factor", "goal"):
        frame = released.tables[name]
        shown = frame[(frame["unit"] == "share") & ~frame["is_hidden"] & frame["value"].notna() & frame["n"].notna()]
        label = "indicator" if name == "key_factor" else "metric"
        shown = shown[~shown[label].str.startswith("response_share")]
        yes = (shown["value"].astype(float) * shown["n"].astype(float)).round()
        few = yes.where(yes <= shown["n"].astype(float) - yes, shown["n"].astype(float) - yes)
        assert not ((few > 0) & (few < 10)).any(), shown[(few > 0) & (few < 10)]


def test_an_outcome_before_its_reading_quarter_is_not_read():
    early = evaluation.evaluate(frames(n=600, n_mentees=60, as_of="2025Q1"), programme(), context("2025Q1"))["effect"]
    assert set(early["status"]) == {"not_yet"} and early[["value", "n"]].isna().all().all()
    protected = evaluation.release({"effect": early}, programme(), ()).tables["effect"]
    assert not protected["is_hidden"].any()


def test_missing_frames_cost_their_own_figures_only():
    empty = evaluation.evaluate({}, programme(), context())
    assert set(empty) == set(COLUMNS)
    total = empty["key_factor"]
    assert total["factor"].nunique() == 10 and len(empty["goal"]) == 9 and empty["goal"]["value"].isna().all()
    evaluation.release(empty, programme(), ())


def test_publication_stops_when_the_audit_finds_a_way_in(tables, monkeypatch):
    def careless(sheets, policy: Policy, history=()):
        from evaluation.disclosure.suppress import suppress

        done = suppress(sheets, Policy(threshold=policy.threshold, min_width=0), history)
        return done

    monkeypatch.setattr(publication, "suppress", careless)
    with pytest.raises(DisclosureError, match=r"publication stops: .* hidden cells .* given away by"):
        evaluation.release(tables, programme(), ())


def test_profile_small_shows_facts_and_pooled_answers_but_no_groups_and_no_effects():
    small = programme(privacy={"profile": "small"})
    given = frames(n=500, n_mentees=15, seed=5)
    done = evaluation.release(evaluation.evaluate(given, small, context()), small, ())
    assert done.tables["effect"]["is_hidden"].all()
    assert set(done.tables["effect"]["hidden_reason"]) == {"small_profile"}
    metrics = done.tables["cohort_metric"]
    assert metrics.loc[metrics["group_dimension"] != "__total__", "is_hidden"].all()
    assert not metrics.loc[metrics["group_dimension"] == "__total__", "is_hidden"].any()
    factors = done.tables["key_factor"]
    assert factors.loc[~factors["is_hidden"] & factors["value"].notna(), "factor"].nunique() >= 8
    assert done.audit.passed


QUARTERS = ["2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"]


@pytest.mark.parametrize("labels", [QUARTERS[2:5], pytest.param(QUARTERS, marks=pytest.mark.prove)])
def test_quarters_in_a_row_pass_the_audit_with_all_before_them(labels):
    history = []
    for label in labels:
        given = frames(n=500, n_mentees=60, seed=6, as_of=label)
        done = evaluation.release(evaluation.evaluate(given, programme(), context(label)), programme(), history)
        assert done.audit.passed
        history.append(done.tables)


def test_a_second_edition_does_not_give_away_what_the_first_hid(tables, released):
    final = {name: frame.assign(edition="corrected-1") for name, frame in tables.items()}
    again = evaluation.release(final, programme(), [released.tables])
    small = released.log[released.log["reason"] == "too_few"]
    assert again.audit.passed
    assert all(again.tables[row.table].loc[row.row, "is_hidden"] for row in small.itertuples())
