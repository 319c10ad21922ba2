"""Whatever comes in: a result, or one that says too little data; never a crash, never a number that looks valid."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import evaluation
from evaluation.estimators import att
from evaluation.psychometrics import cronbach_alpha
from tests.unit.evaluation.organisation import context, frames, programme

wild = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, 1.0, 1e300, -1e-300])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from(["entropy", "ipw", "aipw", "overlap"]), st.integers(0, 60), st.integers(0, 3))
def test_att_never_crashes(data, method, n, k):
    y = data.draw(hnp.arrays(float, n, elements=wild | st.integers(0, 1).map(float)))
    treated = data.draw(hnp.arrays(float, n, elements=st.sampled_from([0.0, 1.0])))
    X = data.draw(hnp.arrays(float, (n, k), elements=wild))
    with np.errstate(all="ignore"):
        found = att(y, treated, X, method, min_arm=2)
    figures = [found.estimate, found.se, found.low, found.high]
    assert np.isfinite(figures).all() if found.status == "ok" else (np.isnan(figures).all() and found.reason)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2, max_side=20), elements=wild))
def test_alpha_never_crashes(items):
    with np.errstate(all="ignore"):
        found = cronbach_alpha(items)
    assert found.status in ("ok", "too_little_data")


SOUND = frames(n=250, n_mentees=45, seed=11)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.data())
def test_a_quarter_survives_damaged_frames(data):
    damaged = dict(SOUND)
    for name in data.draw(st.lists(st.sampled_from(sorted(SOUND)), min_size=1, max_size=4, unique=True)):
        frame = damaged[name]
        kind = data.draw(st.sampled_from(["gone", "empty", "column", "blank", "twice", "text"]))
        column = data.draw(st.sampled_from(list(frame.columns)))
        if kind == "gone":
            del damaged[name]
        elif kind == "empty":
            damaged[name] = frame.iloc[:0]
        elif kind == "column":
            damaged[name] = frame.drop(columns=column)
        elif kind == "blank":
            damaged[name] = frame.assign(**{column: None})
        elif kind == "twice":
            damaged[name] = pd.concat([frame, frame])
        else:
            damaged[name] = frame.assign(**{column: "§"})
    tables = evaluation.evaluate(damaged, programme(), context())
    assert evaluation.release(tables, programme(), ()).audit.passed
