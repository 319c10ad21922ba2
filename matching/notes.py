"""What there is to say on each mentee's pair, written down with the proposal: why it, and why not the first choice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from matching.applicants import Applicants
from matching.explanation import story
from matching.instance import Ints
from matching.problem import Problem
from matching.proposal import NOTES
from matching.remedies import remedies
from matching.texts import LANGUAGES
from matching.why_not import why_not

MOST_HELPED = 40


def write(call: Applicants, mentor_of: Ints, optimum: Ints) -> pd.DataFrame | None:
    """proposal.NOTES for every matched mentee; None for rounds too large to solve again for everybody.

    Where `mentor_of` was drawn and is not the `optimum`, nothing is said of the first choice: the lot decided.
    """
    problem = call.problem
    if not problem.can_be_solved_again:
        return None
    absent = {
        person: [rule.code for rule in out]
        for person, out in zip(call.mentors["person_id"], call.turned_away_mentors, strict=True) if out
    }  # fmt: skip
    is_best = np.array_equal(mentor_of, optimum)
    rows = []
    for i in np.flatnonzero(mentor_of >= 0).tolist():
        choice = why_not(problem, mentor_of, i, absent=absent) if is_best else None
        texts = [story(problem, mentor_of, i, language, choice) for language in LANGUAGES]
        rows.append((problem.mentees["person_id"].iloc[i], *texts))
    return pd.DataFrame(rows, columns=list(NOTES), dtype=object)


def add_remedies(entries: list[dict[str, Any]], problem: Problem, mentor_of: Ints) -> None:
    """Let the reasons of unmatched mentees (`unmatched.by_problem`) go on with the cheapest change that would help.

    For the first MOST_HELPED of them, by application; each remedy has been tried out by solving the changed problem.
    """
    if not problem.can_be_solved_again:
        return
    row_of = {person: i for i, person in enumerate(problem.mentees["person_id"])}
    for entry in [e for e in entries if e["role"] == "mentee"][:MOST_HELPED]:
        found = remedies(problem, mentor_of, row_of[entry["person_id"]])
        for language in LANGUAGES if found else ():
            entry[f"reason_{language}"] += f" {found[0].text(language)}"
