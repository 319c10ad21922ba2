"""Who is left without a pair, and why: every applicant without a pair appears here, none is silently dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.problem import Problem
from matching.profiles import Role
from matching.rules import FORBIDDEN, PAIR_RULES, PERSONAL_RULES, PersonalRule
from matching.shortage import shortage
from matching.texts import LANGUAGES, mark, text

COLUMNS = ("person_id", "role", "reason_code", "rules", "reason_en", "reason_sv")

REASONS: dict[str, str] = {
    "no_free_mentor": mark("There are suitable mentors, but their places went to other mentees."),
    "no_allowed_mentor": mark(
        "The rules allow none of the {n} available mentors. What stands in the way (number of mentors): {rules}"
    ),
    "no_mentor_available": mark("No mentor is available in this round."),
    "no_mentee_assigned": mark("There are suitable mentees, but each is placed with another mentor or with none."),
    "no_allowed_mentee": mark(
        "The rules allow none of the {n} mentees. What stands in the way (number of mentees): {rules}"
    ),
    "no_mentee_available": mark("No mentee takes part in the matching of this round."),
}
NOT_DRAWN = mark("There were more mentees than places, and the draw gave this mentee no place.")
_MESSAGES = {rule.code: rule.message for rule in (*PAIR_RULES, FORBIDDEN)}
_MOST = 3  # rules named in a reason


def by_person(person_id: str, role: Role, rules: list[PersonalRule]) -> dict[str, Any]:
    """An applicant who does not meet demands on the person; the first is the reason's code, all are named."""
    texts = {f"reason_{language}": " ".join(text(rule.message, language) for rule in rules) for language in LANGUAGES}
    return {"person_id": person_id, "role": role, "reason_code": rules[0].code,
            "rules": "|".join(rule.code for rule in rules), **texts}  # fmt: skip


def by_lot(person_id: str) -> dict[str, Any]:
    """A mentee whom the draw of places has offered none."""
    texts = {f"reason_{language}": text(NOT_DRAWN, language) for language in LANGUAGES}
    return {"person_id": person_id, "role": "mentee", "reason_code": "not_drawn", "rules": "", **texts}


def by_problem(problem: Problem, mentor_of: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Everybody in the problem whom the optimum `mentor_of` leaves over: mentees, then mentors, one entry each.

    A mentee's reason goes on with what leaves them out: the rules that would have to be lifted, or who shares the
    places. Nothing is solved for it; `matching.remedies` tries out what would help.
    """
    lonely = np.flatnonzero(mentor_of < 0)
    idle = np.flatnonzero(np.bincount(mentor_of[mentor_of >= 0], minlength=len(problem.capacity)) == 0)
    codes = problem.rule_codes
    out = by_pairs(problem.mentees["person_id"], "mentee", lonely, problem.forbidden, codes)
    for entry, i in zip(out, lonely.tolist(), strict=True):
        found = shortage(problem, mentor_of, i)
        if found.kind != "nobody":
            entry |= {f"reason_{x}": f"{entry[f'reason_{x}']} {found.text(x)}" for x in LANGUAGES}
    return out + by_pairs(problem.mentors["person_id"], "mentor", idle, problem.forbidden.T, codes)


def by_pairs(
    person_ids: pd.Series, role: Role, rows: np.ndarray, forbidden: NDArray[np.uint16], rule_codes: Sequence[str]
) -> list[dict[str, Any]]:
    """Applicants (`rows`) whom the matching left over. `forbidden`: as in Problem, this role's people in rows."""
    other = "mentor" if role == "mentee" else "mentee"
    n_others = forbidden.shape[1]
    if n_others == 0:
        return [_entry(person_ids[row], role, f"no_{other}_available", {}) for row in rows]
    out = []
    for row in rows:
        if not forbidden[row].all():
            code = "no_free_mentor" if role == "mentee" else "no_mentee_assigned"
            out.append(_entry(person_ids[row], role, code, {}))
            continue
        counts = {code: int((forbidden[row] >> bit & 1).sum()) for bit, code in enumerate(rule_codes)}
        most = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))[:_MOST]
        out.append(_entry(person_ids[row], role, f"no_allowed_{other}", {c: counts[c] for c in most}, n_others))
    return out


def _entry(person_id: str, role: Role, code: str, counts: dict[str, int], n: int = 0) -> dict[str, Any]:
    texts = {}
    for language in LANGUAGES:
        named = "; ".join(f"{text(_MESSAGES[rule], language).rstrip('.')} ({count})" for rule, count in counts.items())
        texts[f"reason_{language}"] = text(REASONS[code], language, n=n, rules=named + ".")
    return {"person_id": person_id, "role": role, "reason_code": code, "rules": "|".join(counts), **texts}


def reason_codes() -> set[str]:
    """Every reason code that an entry may carry."""
    return set(REASONS) | {"not_drawn"} | {rule.code for rules in PERSONAL_RULES.values() for rule in rules}
