"""Who is left without a pair, and why: every applicant without a pair appears here, none is silently dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import phrases
from matching.problem import Problem
from matching.profiles import Role
from matching.rules import PERSONAL_RULES, PersonalRule
from matching.shortage import shortage
from matching.texts import LANGUAGES, mark, text

COLUMNS = ("person_id", "role", "reason_code", "rules", "reason_en", "reason_sv")

REASONS: dict[str, str] = {
    "no_free_mentor": phrases.NO_MENTOR,
    "no_allowed_mentor": mark(
        "The mentee has no mentor. The rules allow none of the {n} available mentors. "
        "This stands in the way (number of mentors in parentheses): {rules}"
    ),
    "no_mentor_available": mark("The mentee has no mentor, for there is no mentor available in this round."),
    "no_mentee_assigned": mark(
        "The mentor has no mentee. There are suitable mentees, but each has another mentor or none."
    ),
    "no_allowed_mentee": mark(
        "The mentor has no mentee. The rules allow none of the {n} mentees. "
        "This stands in the way (number of mentees in parentheses): {rules}"
    ),
    "no_mentee_available": mark("The mentor has no mentee, for no mentee takes part in the matching of this round."),
}
# For no_allowed_mentor and no_allowed_mentee, where there are only one or two.
ONE, TWO = {
    "mentee": mark("The mentee has no mentor. The rules do not allow the only available mentor: {rules}"),
    "mentor": mark("The mentor has no mentee. The rules do not allow the only mentee: {rules}"),
}, {
    "mentee": mark("The mentee has no mentor. The rules allow neither of the two available mentors. "
                   "This stands in the way (number of mentors in parentheses): {rules}"),
    "mentor": mark("The mentor has no mentee. The rules allow neither of the two mentees. "
                   "This stands in the way (number of mentees in parentheses): {rules}"),
}  # fmt: skip
SEVERAL = {"mentee": mark("A mentor can count more than once."), "mentor": mark("A mentee can count more than once.")}
NOT_DRAWN = mark("There were more mentees than places, and the draw gave this mentee no place.")
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
    message = {1: ONE, 2: TWO}[n][role] if n in (1, 2) else REASONS[code]
    for language in LANGUAGES:
        named = "; ".join(phrases.broken(c, language) + ("" if n == 1 else f" ({k})") for c, k in counts.items()) + "."
        several = f" {text(SEVERAL[role], language)}" if n > 1 and sum(counts.values()) > n else ""
        texts[f"reason_{language}"] = text(message, language, n=n, rules=named + several)
    return {"person_id": person_id, "role": role, "reason_code": code, "rules": "|".join(counts), **texts}


def reason_codes() -> set[str]:
    """Every reason code that an entry may carry."""
    return set(REASONS) | {"not_drawn"} | {rule.code for rules in PERSONAL_RULES.values() for rule in rules}
