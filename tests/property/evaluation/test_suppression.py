"""Whatever table comes in, no hidden count can be worked out: asked of a solver that shares none of the code."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from evaluation.disclosure import Policy, audit, suppress

T = "__total__"


def cube(counts: np.ndarray) -> pd.DataFrame:
    """A table of any number of dimensions with all its margins."""
    rows = []
    for place in itertools.product(*[[*range(size), T] for size in counts.shape]):
        n = counts[tuple(slice(None) if p == T else p for p in place)].sum()
        rows.append({**{f"d{i}": str(p) for i, p in enumerate(place)}, "n": float(n), "is_hidden": False})
    return pd.DataFrame(rows)


def narrowest(counts: np.ndarray, released: pd.DataFrame) -> float:
    """Brute force: inner cells unknown, each shown row an equation in them; least width of a hidden row."""
    dims = [c for c in released.columns if c.startswith("d")]
    inner = list(itertools.product(*[map(str, range(size)) for size in counts.shape]))

    def line(row) -> np.ndarray:
        return np.array([all(row[d] in (T, code) for d, code in zip(dims, cell, strict=True)) for cell in inner], float)

    shown = released[~released["is_hidden"]]
    A, b = np.array([line(r) for _, r in shown.iterrows()]), shown["n"].to_numpy()
    widths = [np.inf]
    for _, row in released[released["is_hidden"]].iterrows():
        aim = line(row)
        if not len(shown):
            continue
        ends = [linprog(s * aim, A_eq=A, b_eq=b, bounds=(0, None), method="highs") for s in (1, -1)]
        if all(e.status == 0 for e in ends):
            widths.append(-ends[1].fun - ends[0].fun)
    return min(widths)


def tables(*shapes: tuple[int, ...]) -> st.SearchStrategy[np.ndarray]:
    sizes = st.sampled_from(shapes)
    count = st.one_of(st.integers(0, 12), st.integers(10, 200))
    return sizes.flatmap(lambda s: st.lists(count, min_size=int(np.prod(s)), max_size=int(np.prod(s))).map(
        lambda values: np.array(values).reshape(s)))  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True)
@given(tables((3, 3), (2, 5), (4, 4), (1, 4), (6,)))
def test_no_hidden_cell_of_a_flat_table_is_recoverable(counts):
    done = suppress({"t": cube(counts)}, Policy()).tables
    assert narrowest(counts, done["t"]) >= 10 - 1e-6
    assert audit(done, Policy()).passed


@settings(max_examples=12, deadline=None, derandomize=True)
@given(tables((2, 2, 3), (2, 3, 3)))
def test_no_hidden_cell_of_a_three_way_table_is_recoverable(counts):
    done = suppress({"t": cube(counts)}, Policy()).tables
    assert narrowest(counts, done["t"]) >= 10 - 1e-6


@settings(max_examples=25, deadline=None, derandomize=True)
@given(tables((3, 3), (3, 4)), st.data())
def test_the_audit_says_what_brute_force_says(counts, data):
    frame = cube(counts)
    frame["is_hidden"] = data.draw(st.lists(st.booleans(), min_size=len(frame), max_size=len(frame)))
    frame["n"] = frame["n"].where(~frame["is_hidden"])
    assert audit({"t": frame}, Policy(knows_threshold=False)).passed == (narrowest(counts, frame) >= 10 - 1e-6)
