"""Why a mentee did not get the mentor they would rather have: the computed reason, and what it would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import phrases
from matching.instance import SCALE
from matching.problem import Problem
from matching.texts import mark, text
from matching.whatif import Change, chosen, resolved

WISH = mark("The mentee's first choice was mentor no. {mentor}.")
BEST = mark("Of the mentors whom the rules allow, no. {mentor} would have fitted this mentee best.")
ONLY = mark("The rules allow this mentee only mentor no. {mentor}.")
CLOSEST = mark("By the profiles alone, mentor no. {mentor} would have fitted this mentee best.")
HAS_WISH = mark("The mentee got mentor no. {mentor}, who was the first choice.")
HAS_BEST = mark("No other mentor fits this mentee better.")
NOT_APPLIED = mark("The person whom the mentee most wanted as mentor has not applied as a mentor in this round.")
ABSENT = mark(
    "The person whom the mentee most wanted as mentor does not take part as a mentor in this round. Reason: {reasons}."
)
NOT_ALLOWED = mark("The rules do not allow that pair: {reasons}.")
ELSEWHERE = mark("The programme office has decided that the mentee is to have another mentor.")
DECIDED = (mark("The programme office has given that mentor's only place to {mentees}."),
           mark("The programme office has given both places with that mentor to {mentees}."),
           mark("The programme office has given all {n} places with that mentor to {mentees}."))  # fmt: skip
FREE = mark("The mentor still has a free place.")
LEFT_OPEN = mark("The mentor still has a free place, but it was left open so that mentees are spread more evenly.")
TAKEN = (mark("That mentor's only place went to {mentees}."), mark("Both places with that mentor went to {mentees}."),
         mark("All {n} places with that mentor went to {mentees}."))  # fmt: skip
TIE = mark("It was a tie: neither the rules nor the scores decided who got the place.")
TIE_FREE = mark("It was a tie: neither the rules nor the scores decided which mentor it was to be.")
SWAP_FREE = mark("A change would make nothing worse: all in all, the pairs would be just as good.")
SWAP = mark("A swap would make nothing worse: all in all, the pairs would be just as good.")
BY_HAND = mark("You may change this by hand.")
PRICE = mark("If this mentee were given mentor no. {mentor}, {what}.")
ALSO = mark("Besides, {what}.")
FEWER_ONE = mark("one mentee fewer would have a mentor")
FEWER = mark("{n} mentees fewer would have a mentor")
FEWER_NAMED = mark("{mentees} would be without a mentor")
INSTEAD = mark("{mentees} would be without a mentor instead")
EQUALS = mark("It was a tie: otherwise the pairs would be just as good.")
EARLIER = mark("{mentees} applied earlier and so went first.")
EARLIER_FIRST = mark("In a tie, the earlier application goes first.")
WORST = mark("the pair that fits least well would get {after} points of 100 instead of {before}")
BALANCE = mark("the mentees would be spread less evenly over the mentors")
TOTAL_SLIGHTLY = mark("the overall fit, summed over all pairs, would be slightly lower ({share} per cent)")
TOTAL_CLEARLY = mark("the overall fit, summed over all pairs, would be {share} per cent lower")
LEXIMIN = mark("one of the weakest pairs would become weaker still (from {before} to {after} points of 100)")
RANKS = mark("fewer mentees would have one of the mentors that fit them best")
_CLEARLY = 0.02  # of the total

# Why somebody does not take part as a mentor; the rules' own messages have no subject.
TURNED_AWAY = {
    "no_consent": mark("this person has not consented to take part"),
    "late_application": mark("this person applied after the last day of applications"),
    "not_eligible": mark("this person does not meet the programme's conditions for taking part"),
    "willingness": mark("this person does not want to take part in this round"),
    "not_interviewed": mark("this person's mentor interview is not approved"),
    "not_trained": mark("this person has not completed the required mentor training"),
    "experience_years": mark(
        "this person has been employed for fewer years than mentors must have, or it is unknown for how long"
    ),
    "no_capacity": mark("this person has no place for a mentee"),
}


@dataclass(frozen=True)
class WhyNot:
    """The reason. `status`: granted, not_applied, absent, forbidden, locked_elsewhere, locked_full, no_cost or costs.

    `mentee`, `mentor`: application numbers (`mentor` None: not among this round's available mentors). `is_wish`: the
    mentee named the mentor first; otherwise the mentor has the mentee's highest score. `rules`: codes of the rules that
    stand in the way. `holders`: application numbers of the mentor's mentees. `is_full`: no free place. `change`: what
    the pair would change, from solving again with the pair locked. `without`: application numbers of the mentees who
    would lose their mentor. `got`: number of the mentor whom this mentee has now (None: nobody). `is_only`: the rules
    allow this mentee nobody else. `weaker`: before and after, of the first score to differ in ascending order, if that
    is the level that the pair would worsen.
    """

    mentee: int
    mentor: int | None
    is_wish: bool
    got: int | None
    status: str
    rules: tuple[str, ...] = ()
    holders: tuple[int, ...] = ()
    is_full: bool = False
    change: Change | None = None
    without: tuple[int, ...] = ()
    is_only: bool = False
    weaker: tuple[float, float] | None = None

    def text(self, language: str, *, alone: bool = True) -> str:
        """A few plain sentences. `language`: sv or en.

        `alone`: begin with whom the mentee got; otherwise leave out what the sentences before say, which are those of
        `explanation.story` or, of a mentee without a mentor, the reason of `unmatched`; then it may be "".
        """
        if self.status == "granted" and self.is_wish:
            return text(HAS_WISH, language, mentor=self.got)
        if not alone:
            return " ".join(self._sentences(language, is_told=self.got is None))
        got = text(phrases.NO_MENTOR if self.got is None else phrases.GOT, language, mentor=self.got)
        return " ".join([got, *self._sentences(language)])

    def _sentences(self, language: str, *, is_told: bool = False) -> list[str]:
        """`is_told`: it is known which rules and which decisions leave the mentee without a mentor."""
        if self.status == "granted":
            return [text(HAS_BEST, language)]
        if self.status == "not_applied":
            return [text(NOT_APPLIED, language)]
        if self.status == "absent":
            said = [text(TURNED_AWAY[code], language) if code in TURNED_AWAY else code for code in self.rules]
            return [text(ABSENT, language, reasons="; ".join(said))]
        if is_told and not self.is_wish and self._is_told():
            return []
        closest = CLOSEST if self.status == "forbidden" else ONLY if self.is_only else BEST
        return [text(WISH if self.is_wish else closest, language, mentor=self.mentor), *self._why(language)]

    def _is_told(self) -> bool:
        return self.status == "forbidden" or (self.status == "locked_full" and self.is_only)

    def _why(self, language: str) -> list[str]:
        held = {"mentees": phrases.mentees(self.holders, language)}
        if self.status == "forbidden":
            return [text(NOT_ALLOWED, language, reasons="; ".join(phrases.broken(c, language) for c in self.rules))]
        if self.status == "locked_elsewhere":
            return [text(ELSEWHERE, language)]
        if self.status == "locked_full":
            return [phrases.places(DECIDED, len(self.holders), language, **held)]
        if self.is_full:
            return [phrases.places(TAKEN, len(self.holders), language, **held), *self._cost(language)]
        if self.change and self.change.level == "balance" and not self.without:
            return [text(LEFT_OPEN, language)]
        return [text(FREE, language), *self._cost(language)]

    def _cost(self, language: str) -> list[str]:
        change, is_tie = self.change, self.status == "no_cost"
        if change is None or (is_tie and not self.without):
            messages = (TIE, SWAP, BY_HAND) if self.is_full else (TIE_FREE, SWAP_FREE, BY_HAND)
            return [text(message, language) for message in messages]
        who = {"mentees": phrases.mentees(self.without, language)}
        if change.matched < 0:
            n = -change.matched
            is_plain = len(self.without) == n
            clauses = [text(FEWER_NAMED, language, **who) if is_plain
                       else phrases.counted(FEWER_ONE, FEWER, n, language)]  # fmt: skip
        else:
            clauses = [text(INSTEAD, language, **who)] if self.without else []
            clauses += [] if is_tie else [self._lost(change, language)]
        said = [text(PRICE, language, mentor=self.mentor, what=clauses[0])]
        said += [text(ALSO, language, what=clause) for clause in clauses[1:]]
        return [*said, *self._tie(language)] if is_tie else said

    def _tie(self, language: str) -> list[str]:
        """What decided between this mentee and others who would be left without a mentor at no other cost."""
        is_later = self.got is None and len(self.without) == 1 and self.without[0] < self.mentee
        earlier = phrases.upper(text(EARLIER, language, mentees=phrases.mentees(self.without, language)))
        return [text(EQUALS, language), earlier if is_later else text(EARLIER_FIRST, language), text(BY_HAND, language)]

    def _lost(self, change: Change, language: str) -> str:
        if self.weaker is not None:
            before, after = phrases.shares(language, *self.weaker)
            return text(LEXIMIN, language, before=before, after=after)
        if change.level in ("worst_off", "leximin") and change.worst_after is not None:
            after, before = phrases.shares(language, change.worst_after, change.worst_before or 0.0)
            return text(WORST, language, after=after, before=before)
        if change.level == "total":
            share = -change.total_share
            message = TOTAL_CLEARLY if share >= _CLEARLY else TOTAL_SLIGHTLY
            return text(message, language, share=phrases.per_cent(share, language))
        return text(BALANCE if change.level == "balance" else RANKS, language)


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
    given = {"mentee": number, "is_wish": bool(choices),
             "got": int(problem.mentors["application_id"].iloc[now]) if now >= 0 else None}  # fmt: skip
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
        "is_full": bool(len(held) >= problem.capacity[j]),
        "is_only": bool(problem.forbidden[i, j] == 0 and (problem.forbidden[i] == 0).sum() == 1),
    }
    if now == j:
        return WhyNot(status="granted", **given)
    if problem.forbidden[i, j]:
        return WhyNot(status="forbidden", rules=tuple(problem.broken(i, j)), **given)
    if any(a == i for a, _ in problem.locked):
        return WhyNot(status="locked_elsewhere", **given)
    if sum(b == j for _, b in problem.locked) >= problem.capacity[j]:
        return WhyNot(status="locked_full", **given)
    change, after = resolved(problem, mentor_of, locked=(*problem.locked, (i, j)))
    return WhyNot(status="costs" if change.level else "no_cost", change=change,
                  without=_numbers(problem, np.array(change.left_out, dtype=np.int64)),
                  weaker=_weaker(problem, change, mentor_of, after), **given)  # fmt: skip


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


def _weaker(
    problem: Problem, change: Change, before: NDArray[np.int64], after: NDArray[np.int64]
) -> tuple[float, float] | None:
    """The first scores to differ, in ascending order, if the least ones are equal and these decide."""
    old, new = (np.sort(chosen(problem, mentor_of)) for mentor_of in (before, after))
    if change.level != "leximin" or len(old) != len(new) or old[0] != new[0]:
        return None
    k = int(np.flatnonzero(old != new)[0])
    return float(old[k] / SCALE), float(new[k] / SCALE)
