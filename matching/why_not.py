"""Why a mentee did not get the mentor they would rather have: the computed reason, and what it would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import phrases
from matching.problem import Problem
from matching.rules import FORBIDDEN, PAIR_RULES, PERSONAL_RULES
from matching.texts import mark, text
from matching.whatif import Change, resolved

WISH = mark("The mentee's first choice was mentor no. {mentor}.")
BEST = mark("Of the mentors allowed, no. {mentor} would have fitted this mentee best.")
CLOSEST = mark("By the profiles alone, mentor no. {mentor} would have fitted this mentee best.")
HAS_WISH = mark("The mentee has got their first choice.")
HAS_BEST = mark("No other mentor fits this mentee better.")
NOT_APPLIED = mark("The mentee's first choice has not applied as a mentor in this round.")
ABSENT = mark("The mentee's first choice does not take part as a mentor in this round: {reasons}")
NOT_ALLOWED = mark("The rules do not allow the pair: {reasons}")
ELSEWHERE = mark("The programme office has decided on another mentor for this mentee.")
ALL_DECIDED_ONE = mark("The programme office has given the mentor's only place to {mentees}.")
ALL_DECIDED = mark("The programme office has given all {n} places of the mentor to {mentees}.")
FREE = mark("The mentor has a free place.")
TAKEN_ONE = mark("The mentor's only place went to {mentees}.")
TAKEN = mark("The mentor's {n} places went to {mentees}.")
NO_COST = mark("The choice would be possible at no cost: all in all, the pairs would be just as good.")
PRICE = mark("If this mentee had mentor no. {mentor}: {what}.")
FEWER_ONE = mark("one mentee fewer would have a mentor")
FEWER = mark("{n} mentees fewer would have a mentor")
FEWER_NAMED = mark("{mentees} would be without a mentor")
INSTEAD = mark("{mentees} would be without a mentor instead")
EQUALS = mark("Otherwise the pairs would be just as good; among equals, the earlier application goes first.")
WORST = mark("the pair that fits least well would get {after} points of 100 instead of {before}")
BALANCE = mark("the mentees would be spread less evenly over the mentors")
TOTAL_SLIGHTLY = mark("all pairs together would fit slightly worse ({share} per cent)")
TOTAL_CLEARLY = mark("all pairs together would fit clearly worse ({share} per cent)")
LEXIMIN = mark("someone among those who fit least well would fit even less well")
RANKS = mark("fewer mentees would have one of the mentors that fit them best")
_CLEARLY = 0.02  # of the total

_MESSAGES = {rule.code: rule.message for rule in (*PAIR_RULES, FORBIDDEN, *PERSONAL_RULES["mentor"])}


@dataclass(frozen=True)
class WhyNot:
    """The reason. `status`: granted, not_applied, absent, forbidden, locked_elsewhere, locked_full, no_cost or costs.

    `mentee`, `mentor`: application numbers (`mentor` None: not among this round's available mentors). `is_wish`: the
    mentee named the mentor first; otherwise the mentor has the mentee's highest score. `rules`: codes of the rules that
    stand in the way. `holders`: application numbers of the mentor's mentees. `is_full`: no free place. `change`: what
    the pair would change, from solving again with the pair locked. `without`: application numbers of the mentees who
    would lose their mentor; `is_matched`: this mentee has a mentor now.
    """

    mentee: int
    mentor: int | None
    is_wish: bool
    is_matched: bool
    status: str
    rules: tuple[str, ...] = ()
    holders: tuple[int, ...] = ()
    is_full: bool = False
    change: Change | None = None
    without: tuple[int, ...] = ()

    def text(self, language: str) -> str:
        """A few plain sentences. `language`: sv or en."""
        if self.status == "granted":
            return text(HAS_WISH if self.is_wish else HAS_BEST, language)
        if self.status == "not_applied":
            return text(NOT_APPLIED, language)
        if self.status == "absent":
            return text(ABSENT, language, reasons=_reasons(self.rules, language))
        opening = WISH if self.is_wish else CLOSEST if self.status == "forbidden" else BEST
        return " ".join([text(opening, language, mentor=self.mentor), *self._sentences(language)])

    def _sentences(self, language: str) -> list[str]:
        held = {"mentees": phrases.mentees(self.holders, language)}
        if self.status == "forbidden":
            return [text(NOT_ALLOWED, language, reasons=_reasons(self.rules, language))]
        if self.status == "locked_elsewhere":
            return [text(ELSEWHERE, language)]
        if self.status == "locked_full":
            return [phrases.counted(ALL_DECIDED_ONE, ALL_DECIDED, len(self.holders), language, **held)]
        places = phrases.counted(TAKEN_ONE, TAKEN, len(self.holders), language, **held)
        return [places if self.is_full else text(FREE, language), *self._cost(language)]

    def _cost(self, language: str) -> list[str]:
        change = self.change
        if change is None or (self.status == "no_cost" and not self.without):
            return [text(NO_COST, language)]
        who = {"mentees": phrases.mentees(self.without, language)}
        if change.matched < 0:
            n = -change.matched
            is_plain = len(self.without) == n
            clauses = [text(FEWER_NAMED, language, **who) if is_plain
                       else phrases.counted(FEWER_ONE, FEWER, n, language)]  # fmt: skip
        else:
            clauses = [text(INSTEAD, language, **who)] if self.without else []
            clauses += [] if self.status == "no_cost" else [_lost(change, language)]
        said = [text(PRICE, language, mentor=self.mentor, what=phrases.listing(clauses, language))]
        return [*said, text(EQUALS, language)] if self.status == "no_cost" else said


def why_not(
    problem: Problem, mentor_of: NDArray[np.int64], i: int, *, absent: Mapping[str, Sequence[str]] | None = None
) -> WhyNot | None:
    """Why mentee `i` did not get their first choice or, without choices, the mentor of their highest score.

    `mentor_of`: the optimum, as `engine.solve` gives it. `absent`: for mentors (pseudonyms) who have applied but are
    not in `problem`, the codes of the personal rules that turn them away. The mentor of the highest score is sought
    among the allowed ones, or among all where none is allowed. Solves once more at most. None: no mentor to ask about.
    """
    choices = problem.mentees["preferred_mentors"].iloc[i]
    number = int(problem.mentees["application_id"].iloc[i])
    now = int(mentor_of[i])
    given = {"mentee": number, "is_wish": bool(choices), "is_matched": now >= 0}
    j = _wanted(problem, i, now)
    if j is None:
        if not choices:
            return None
        codes = tuple((absent or {}).get(choices[0], ()))
        return WhyNot(mentor=None, status="absent" if codes else "not_applied", rules=codes, **given)
    held = np.flatnonzero(mentor_of == j)
    given |= {
        "mentor": int(problem.mentors["application_id"].iloc[j]),
        "holders": _numbers(problem, held),
        "is_full": len(held) >= problem.capacity[j],
    }
    if now == j:
        return WhyNot(status="granted", **given)
    if problem.forbidden[i, j]:
        return WhyNot(status="forbidden", rules=tuple(problem.broken(i, j)), **given)
    if any(a == i for a, _ in problem.locked):
        return WhyNot(status="locked_elsewhere", **given)
    if sum(b == j for _, b in problem.locked) >= problem.capacity[j]:
        return WhyNot(status="locked_full", **given)
    change, _ = resolved(problem, mentor_of, locked=(*problem.locked, (i, j)))
    return WhyNot(status="costs" if change.level else "no_cost", change=change,
                  without=_numbers(problem, np.array(change.left_out, dtype=np.int64)), **given)  # fmt: skip


def _wanted(problem: Problem, i: int, now: int) -> int | None:
    choices = problem.mentees["preferred_mentors"].iloc[i]
    if choices:
        at = np.flatnonzero((problem.mentors["person_id"] == choices[0]).to_numpy())
        return int(at[0]) if at.size else None
    if problem.score.shape[1] == 0:
        return None
    allowed = problem.forbidden[i] == 0
    among = np.flatnonzero(allowed if allowed.any() else np.ones(len(allowed), bool))
    best = among[problem.score[i, among] == problem.score[i, among].max()]
    return now if now in best else int(best[0])


def _numbers(problem: Problem, rows: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(n) for n in problem.mentees["application_id"].to_numpy()[rows])


def _reasons(codes: Sequence[str], language: str) -> str:
    """Rules' messages as one sentence after a colon."""
    found = [text(_MESSAGES[code], language).rstrip(".") if code in _MESSAGES else code for code in codes]
    return "; ".join(m[:1].lower() + m[1:] for m in found) + "."


def _lost(change: Change, language: str) -> str:
    if change.level == "worst_off" and change.worst_after is not None and change.worst_before is not None:
        after, before = phrases.shares(language, change.worst_after, change.worst_before)
        return text(WORST, language, after=after, before=before)
    if change.level == "total":
        share = -change.total_share
        message = TOTAL_CLEARLY if share >= _CLEARLY else TOTAL_SLIGHTLY
        return text(message, language, share=phrases.per_cent(share, language))
    return text({"balance": BALANCE, "leximin": LEXIMIN}.get(change.level, RANKS), language)
