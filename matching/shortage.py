"""Why a mentee is left without a mentor: the rules that shut everybody out, or the mentees who share too few places.

The second is a violation of Hall's condition (Hall, Journal of the London Mathematical Society 1935): mentees whose
allowed mentors have fewer places together than the mentees are. Nothing is solved here; `matching.remedies` tries out
what would help.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import phrases
from matching.problem import Problem
from matching.texts import mark, text

NOBODY = mark("No mentor is available in this round.")
ONE_RULE = mark("{mentors} would be allowed with a single exception: from {rules}.")
ONE_RULE_EACH = mark("{mentors} would each be allowed with a single exception: from {rules}.")
MORE_RULES = mark("{mentors} would need {n} exceptions at once: from {rules}.")
MORE_RULES_EACH = mark("{mentors} would each need {n} exceptions: from {rules}.")
NEVER = mark("No exception from the rules would make a mentor possible.")
SHARE_ONE_PLACE = mark("This mentee and {others} compete for one place with {mentors}; {no_other}.")
SHARE_PLACES = mark("This mentee and {others} compete for {n} places with {mentors}; {no_other}.")
NO_OTHER = mark("the rules allow them no other mentor")
NO_OTHERS = mark("the rules allow them no other mentors")
OTHERS = mark("{n} others ({numbers})")
OTHERS_MANY = mark("{n} others")
LOCKED_ONE = mark("One more place there has been given away by decision of the programme office.")
LOCKED_MORE = mark("{n} more places there have been given away by decision of the programme office.")
ONLY = mark("The rules allow this mentee only {mentors}, {and_yet}.")
ALL_LOCKED = (mark("and the programme office has given the only place there to {mentees}"),
              mark("and the programme office has given both places there to {mentees}"),
              mark("and the programme office has given all {n} places there to {mentees}"))  # fmt: skip
FULL = mark("The rules allow this mentee only {mentors}, without any place.")
WHO = mark("Who goes without depends on how well the pairs fit; in a tie, the earlier application goes first.")
NOT_WORTH = mark("A place could be found, but the objective of the matching puts other pairs first.")
# No exception from these is ever suggested: the second may keep people apart for their safety.
NEVER_LIFTED = frozenset({"himself", "conflict"})


@dataclass(frozen=True)
class Shortage:
    """What leaves a mentee out. `kind`: nobody, rules, places or objective.

    rules: `lifts` has every smallest set of rules (codes) whose lifting for this mentee would allow a mentor, each with
    the mentors (application numbers, those with a free place first, then by score) that it would allow.
    places: `mentees` (application numbers, this one first) are allowed no other mentors than `mentors`, who have
    `places` places for them, one fewer than the mentees are; `n_locked` more are given away by locks, to `holders`.
    No smaller set with this mentee and mentees who have a mentor is short of places.
    """

    kind: str
    lifts: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = ()
    mentees: tuple[int, ...] = ()
    mentors: tuple[int, ...] = ()
    places: int = 0
    n_locked: int = 0
    holders: tuple[int, ...] = ()

    def text(self, language: str) -> str:
        """A few plain sentences. `language`: sv or en."""
        if self.kind == "nobody":
            return text(NOBODY, language)
        if self.kind == "objective":
            return text(NOT_WORTH, language)
        return self._lifts(language) if self.kind == "rules" else self._places(language)

    def _lifts(self, language: str) -> str:
        out = []
        for codes, numbers in self.lifts:
            names = phrases.listing([phrases.rule(code, language) for code in codes], language)
            one, each = (ONE_RULE, ONE_RULE_EACH) if len(codes) == 1 else (MORE_RULES, MORE_RULES_EACH)
            said = text(one if len(numbers) == 1 else each, language, n=phrases.number(len(codes), language),
                        mentors=phrases.mentors(numbers, language), rules=names)  # fmt: skip
            out.append(phrases.upper(said))
        return " ".join(out) or text(NEVER, language)

    def _places(self, language: str) -> str:
        whom = phrases.mentors(self.mentors, language)
        others = self.mentees[1:]
        if not others:
            if not self.n_locked:
                return text(FULL, language, mentors=whom)
            given = phrases.places(ALL_LOCKED, self.n_locked, language, mentees=phrases.mentees(self.holders, language))
            return text(ONLY, language, mentors=whom, and_yet=given)
        several = OTHERS if len(others) <= phrases.MOST else OTHERS_MANY
        numbers = phrases.mentees(others, language)
        with_whom = phrases.counted("{numbers}", several, len(others), language, numbers=numbers)
        no_other = text(NO_OTHER if len(self.mentors) == 1 else NO_OTHERS, language)
        out = [phrases.counted(SHARE_ONE_PLACE, SHARE_PLACES, self.places, language, others=with_whom, mentors=whom,
                               no_other=no_other)]  # fmt: skip
        if self.n_locked:
            out.append(phrases.upper(phrases.counted(LOCKED_ONE, LOCKED_MORE, self.n_locked, language)))
        return " ".join([*out, text(WHO, language)])


def shortage(problem: Problem, mentor_of: NDArray[np.int64], i: int) -> Shortage:
    """What leaves mentee `i` out; ValueError if the mentee has a mentor. `mentor_of`: as `engine.solve` gives it."""
    if mentor_of[i] >= 0:
        raise ValueError(f"mentee {i}: expected one without a mentor; ask why_not about a matched one")
    if problem.score.shape[1] == 0:
        return Shortage("nobody")
    if problem.forbidden[i].all():
        return Shortage("rules", lifts=_lifts(problem, mentor_of, i))
    members, among = witness(problem, mentor_of, i)
    held = np.bincount([j for _, j in problem.locked], minlength=len(problem.capacity))
    places = int((problem.capacity - held)[among].sum())
    if places >= len(members):
        return Shortage("objective")
    mentees, mentors = (f["application_id"].to_numpy() for f in (problem.mentees, problem.mentors))
    others = members[members != i]
    return Shortage("places", mentees=(int(mentees[i]), *(int(n) for n in mentees[others])),
                    mentors=tuple(int(n) for n in mentors[among]), places=places,
                    n_locked=int(held[among].sum()),
                    holders=tuple(int(mentees[a]) for a, j in problem.locked if j in among))  # fmt: skip


def witness(problem: Problem, mentor_of: NDArray[np.int64], i: int) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Mentees whom an exchange of places could reach from unmatched mentee `i` (itself among them), and all mentors
    whom the rules allow to any of them; indices.

    If as many are matched as can be, these mentors' places not locked are one fewer than the mentees.
    """
    is_free = np.ones(len(mentor_of), bool)
    is_free[[a for a, _ in problem.locked]] = False
    mentee_in, mentor_in = np.zeros(len(mentor_of), bool), np.zeros(len(problem.capacity), bool)
    mentee_in[i] = True
    new = np.array([i])
    while new.size:
        mentor_in |= (problem.forbidden[new] == 0).any(axis=0)
        reached = is_free & (mentor_of >= 0) & ~mentee_in
        reached[reached] = mentor_in[mentor_of[reached]]
        new = np.flatnonzero(reached)
        mentee_in[new] = True
    return np.flatnonzero(mentee_in), np.flatnonzero(mentor_in)


def _lifts(
    problem: Problem, mentor_of: NDArray[np.int64], i: int
) -> tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]:
    row, codes = problem.forbidden[i], problem.rule_codes
    never = np.uint16(sum(1 << bit for bit, code in enumerate(codes) if code in NEVER_LIFTED))
    possible = np.flatnonzero((row & never) == 0)
    if not possible.size:
        return ()
    size = np.bitwise_count(row[possible])
    free = problem.capacity > np.bincount(mentor_of[mentor_of >= 0], minlength=len(problem.capacity))
    numbers = problem.mentors["application_id"].to_numpy()
    found: dict[tuple[str, ...], list[int]] = {}
    fewest = possible[size == size.min()]
    for j in sorted(fewest.tolist(), key=lambda j: (not free[j], -int(problem.score[i, j]), j)):
        found.setdefault(tuple(problem.broken(i, j)), []).append(int(numbers[j]))
    return tuple((rules, tuple(allowed)) for rules, allowed in found.items())
