import pandas as pd
import pytest

from evaluation.disclosure import Policy, audit, suppress
from evaluation.disclosure.cells import TableError

T = "__total__"


def table(rows: list[list[float]], hidden: set[tuple[int, int]] = frozenset()) -> pd.DataFrame:
    """A two-way table with its margins; `hidden`: positions of cells that are hidden."""
    frame = pd.DataFrame(rows)
    frame[T] = frame.sum(axis=1)
    frame.loc[T] = frame.sum(axis=0)
    cells = [
        {"row": str(r), "column": str(c), "n": frame.loc[r, c], "is_hidden": (r, c) in hidden}
        for r in frame.index
        for c in frame.columns
    ]
    out = pd.DataFrame(cells).astype({"n": float})
    out.loc[out["is_hidden"], "n"] = float("nan")
    return out


def hidden_of(frame: pd.DataFrame) -> set[tuple[str, str]]:
    return set(map(tuple, frame.loc[frame["is_hidden"], ["row", "column"]].to_numpy()))


def test_one_small_cell_takes_three_more_with_it():
    given = table([[3, 40, 50], [30, 60, 70], [20, 80, 90]])
    done = suppress({"t": given}, Policy())
    assert len(hidden_of(done.tables["t"])) == 4
    assert done.log["reason"].tolist().count("too_few") == 1
    assert done.tables["t"].loc[done.tables["t"]["is_hidden"], "n"].isna().all()
    assert audit(done.tables, Policy()).passed
    assert given["is_hidden"].sum() == 0  # what was handed in is as it was


def test_audit_finds_a_cell_left_alone_in_its_row():
    found = audit({"t": table([[3, 40], [30, 60]], {(0, 0)})}, Policy())
    assert not found.passed
    assert found.intervals[["low", "high"]].iloc[0].tolist() == [3, 3]
    assert "t over" in found.failures["tables"].iloc[0]


def test_audit_solves_what_two_hidden_cells_in_each_line_leave_recoverable():
    # Each row and column hides two cells or none; the block of the first two rows fixes the difference of the columns.
    rows = [[1, 2, 50, 60], [4, 3, 50, 60], [50, 60, 6, 7], [50, 60, 8, 2]]
    hidden = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)}
    found = audit({"t": table(rows, hidden)}, Policy())
    assert not found.passed and len(found.failures) == 8  # sums of 3 and 7 bound every cell
    assert audit(suppress({"t": table(rows)}, Policy()).tables, Policy()).passed


def test_linked_tables_are_weighed_together():
    by_sex = pd.DataFrame({"sex": ["f", "m", T], "n": [30.0, 70.0, 100.0], "is_hidden": False})
    both = pd.DataFrame(
        [("f", "a", 25), ("f", "b", 5), ("f", T, 30), ("m", "a", 40), ("m", "b", 30), ("m", T, 70), (T, "a", 65),
         (T, "b", 35), (T, T, 100)], columns=["sex", "team", "n"]).assign(is_hidden=False)  # fmt: skip
    done = suppress({"both": both, "by_sex": by_sex}, Policy())
    joint = done.tables["both"].merge(done.tables["by_sex"].assign(team=T), on=["sex", "team"])
    assert (joint["is_hidden_x"] == joint["is_hidden_y"]).all()
    assert audit(done.tables, Policy()).passed
    # The same cell shown in the other table gives it away.
    leak = {"both": done.tables["both"].assign(is_hidden=lambda f: f["is_hidden"] | (f["team"] == T)), "by_sex": by_sex}
    leak["both"].loc[leak["both"]["is_hidden"], "n"] = float("nan")
    leak["both"].loc[8, ["n", "is_hidden"]] = [100.0, False]
    assert not audit(leak, Policy()).passed


def test_three_quarters_of_a_hierarchy():
    rows = [("A", "a1", 4), ("A", "a2", 30), ("A", "a3", 25), ("B", "b1", 40), ("B", "b2", 50)]
    tops = [("A", T, 59), ("B", T, 90), (T, T, 149)]
    frame = pd.DataFrame([*rows, *tops], columns=["department", "team", "n"]).assign(is_hidden=False)
    done = suppress({"h": frame}, Policy())
    assert audit(done.tables, Policy()).passed
    assert not done.tables["h"]["is_hidden"].iloc[[3, 4, 5, 6, 7]].any()  # other departments keep their figures


def test_a_figure_shown_in_an_earlier_edition_protects_nothing():
    frame = pd.DataFrame({"g": ["a", "b", "c", T], "n": [4.0, 20.0, 30.0, 54.0], "is_hidden": False})
    before = frame.assign(is_hidden=[True, True, False, False])
    before.loc[before["is_hidden"], "n"] = float("nan")
    after = frame.assign(is_hidden=[True, False, True, False])
    after.loc[after["is_hidden"], "n"] = float("nan")
    assert audit({"t": after}, Policy()).passed
    assert not audit({"t": after}, Policy(), [{"t": before}]).passed
    done = suppress({"t": frame}, Policy(), [{"t": before}])
    assert done.tables["t"]["is_hidden"].tolist() == before["is_hidden"].tolist()
    assert audit(done.tables, Policy(), [{"t": before}]).passed


def test_noughts_are_hidden_unless_the_policy_says_they_are_safe():
    frame = pd.DataFrame({"g": ["a", "b"], "n": [0.0, 20.0], "is_hidden": False})
    assert suppress({"t": frame}, Policy()).tables["t"]["is_hidden"].tolist() == [True, False]
    assert not suppress({"t": frame}, Policy(zero_is_safe=True)).tables["t"]["is_hidden"].any()


def test_a_hidden_cell_outside_any_sum_tells_only_the_rule():
    frame = pd.DataFrame({"g": ["a"], "n": [float("nan")], "is_hidden": True})
    found = audit({"t": frame}, Policy(threshold=10))
    assert found.passed and found.intervals[["low", "high"]].iloc[0].tolist() == [0, 9]


def test_unreadable_tables_name_what_is_wrong():
    twice = pd.DataFrame({"g": ["a", "a"], "n": [1.0, 2.0], "is_hidden": False})
    with pytest.raises(TableError, match="twice"):
        suppress({"t": twice}, Policy())
    with pytest.raises(TableError, match="lacks n"):
        suppress({"t": pd.DataFrame({"g": ["a"], "is_hidden": [False]})}, Policy())
