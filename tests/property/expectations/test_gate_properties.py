"""Whatever dirt comes in: nothing is lost, what is accepted keeps the contract, and what is clean is accepted."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from expectations import GateError, gate, reading, relations
from expectations.rules import LISTS
from tests.unit.expectations.frames import append, organisation, person

ORGANISATION = organisation(30)
EVERYONE = {person(i) for i in range(30)}
NAMES = sorted(ORGANISATION)
BASIS = ("hris.employee", "hris.organisation", "survey.response")
JUNK = st.one_of(
    st.none(), st.text(max_size=12),
    st.sampled_from([
        "", " ", "2024-02-30", "9999-12-31", "0001-01-01", "Ja", "0,8", "-1", "nan", "1e9", "٣", "2024-07-01", "|",
        "leadership|law", "?unreadable", "?impossible_date", person(3), person(77), "U1", "9" * 20, "01",
    ]),
    st.integers(-(10**20), 10**20), st.floats(), st.booleans(), st.dates(),
)  # fmt: skip


@st.composite
def dirty_extracts(draw):
    """One dataset with some cells overwritten and some lines repeated, beside the clean rest."""
    name = draw(st.sampled_from(NAMES))
    found = ORGANISATION[name]
    columns = [c.name for c in found.dataset.loaded_columns]
    lines = found.frame["line"].tolist()
    frame = found.frame.astype(object).astype({"line": "int64"})
    for _ in range(draw(st.integers(0, 5))):
        row, column = draw(st.integers(0, len(lines) - 1)), draw(st.sampled_from(columns))
        frame.at[row, column] = draw(JUNK)
    found = replace(found, frame=frame)
    for _ in range(draw(st.integers(0, 2))):
        found = append(found, draw(st.sampled_from(lines)))
    return {**ORGANISATION, name: found}, name


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
@given(dirty_extracts())
def test_nothing_is_lost_and_what_is_accepted_keeps_the_contract(drawn):
    extracts, name = drawn
    found = extracts[name]
    try:
        # Only the HRIS and the dataset itself: the others would cost time alone.
        asked = {k: v for k, v in extracts.items() if k in (*BASIS, name)}
        gated = {f"{g.extract.dataset.source}.{g.extract.dataset.name}": g for g in gate(list(asked.values()))}
    except GateError as error:
        assert all(fault.rule == "too_many_rejected" for fault in error.faults)
        return
    item = gated[name]
    assert item.n_received == len(item.accepted) + len(item.rejected) + item.n_repeats
    assert not set(item.accepted["line"]) & set(item.rejected["line"]) and item.rejected["line"].is_unique
    # What was not touched is clean, and is accepted.
    original = ORGANISATION[name].frame
    before, after = original.to_numpy(object).tolist(), found.frame.to_numpy(object).tolist()
    same = [line for line, a, b in zip(original["line"], before, after, strict=False) if repr(a) == repr(b)]
    dropped = set(same) - set(item.accepted["line"])
    excused = item.rejected["rule"].isin(["duplicate_key", "manager_cycle", "superior_cycle"]).any() or item.n_repeats
    if not excused and name not in BASIS:
        assert not set(item.rejected["line"]) & set(same)
    assert excused or dropped <= set(item.rejected["line"])
    keeps_contract(item)


def keeps_contract(item) -> None:
    frame, dataset = item.accepted, item.extract.dataset
    assert list(frame.columns) == [*(c.name for c in dataset.loaded_columns), "line"]
    keys = frame[list(dataset.key)].dropna()
    assert not keys.duplicated().any()
    for column in dataset.loaded_columns:
        values = frame[column.name]
        assert not column.required or values.notna().all()
        filled = values.dropna()
        if column.codes and reading.reading_of(column) is None:
            assert set(filled) <= set(column.codes.values())
        if column.low is not None:
            assert (filled >= column.low).all()
        if column.high is not None:
            assert (filled <= column.high).all()
        if column.name in LISTS:
            assert {member for text in filled for member in text.split("|")} <= set(LISTS[column.name])
        if column.role == "person" and column.type == "text" and dataset.name != "employee":
            assert set(filled) <= EVERYONE | set(item.extract.frame.get("person_id", []))
    for end, start in (("end_date", "effective_date"), ("end_date", "start_date"), ("due_on", "agreed_on")):
        if {end, start} <= set(frame.columns):
            both = frame[[end, start]].dropna()
            assert (both[end] >= both[start]).all()


@settings(deadline=None)
@given(st.one_of(JUNK, st.text(alphabet="0123456789-,.+ ", max_size=12)))
def test_reading_never_raises_and_agrees_with_itself(value):
    column = reading.clean(pd.Series([value], dtype=object))
    for kind in ("date", "year", "integer", "number", "boolean"):
        assert reading.read(column, kind).notna()[0] == reading.reads_as(column, kind)[0]


def on_cycle(arrows: list[tuple[int, int]], arrow: tuple[int, int]) -> bool:
    """By walking: whether one comes back to the arrow's tail from its head."""
    reached, todo = set(), [arrow[1]]
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += [head for tail, head in arrows if tail == here]
    return arrow[0] in reached


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_cycles_agree_with_walking_the_graph(arrows):
    tail = pd.Series([f"p{a}" for a, _ in arrows], dtype=object)
    head = pd.Series([f"p{b}" for _, b in arrows], dtype=object)
    assert relations.in_cycle(tail, head).tolist() == [on_cycle(arrows, arrow) for arrow in arrows]
