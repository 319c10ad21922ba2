"""Why this pair, in words, for a reader who is no programmer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching import phrases
from matching.problem import Problem
from matching.texts import mark, text

if TYPE_CHECKING:
    from matching.why_not import WhyNot

LOCKED = mark("The programme office has decided on this pair.")
FIRST_CHOICE = mark("The mentor is the mentee's first choice.")
LATER_CHOICE = mark("The mentor is one of those whom the mentee asked for.")
NOTHING = mark("Nothing in the two profiles speaks for this pair in particular.")
BUT = mark("Against it: {points}")
OTHER = mark("For {label}, the pair gets {share} of what is possible.")
OTHER_NOTHING = mark("nothing for {label}")
ONLY_ALLOWED = mark("This is the only mentor whom the rules allow this mentee.")
BEST_OF_ALL = mark("Of the {n} mentors whom the rules allow, none fits this mentee better.")
ONLY_OFFER = mark("No other available mentor offers {skills}, which the mentee wants to develop.")
FEW_OFFER = mark("Only {n} of {all} available mentors offer {skills}, which the mentee wants to develop.")

# For each component: thresholds from above, each with what is said from there on.
POSITIVE: dict[str, tuple[tuple[float, str], ...]] = {
    "skills": ((0.999, mark("The mentor offers every skill that the mentee wants to develop.")),
               (1e-9, mark("The mentor offers {share} of the skills that the mentee wants to develop."))),
    "goals": ((0.999, mark("The mentor can support all of the mentee's goals.")),
              (1e-9, mark("The mentor can support {share} of the mentee's goals."))),
    "interests": ((0.499, mark("They have most of their personal interests in common.")),
                  (1e-9, mark("They have some personal interests in common."))),
    "preference": ((0.999, FIRST_CHOICE), (1e-9, LATER_CHOICE)),
    "experience": ((0.666, mark("The mentor's level is a suitable step above the mentee's.")),),
    "distance": ((0.999, mark("They work in different divisions, so each widens the other's network.")),
                 (0.499, mark("They work in different units of the same division."))),
}  # fmt: skip
NEGATIVE: dict[str, str] = {
    "skills": mark("the mentor offers none of the skills wanted"),
    "goals": mark("the mentor has named none of the mentee's goals"),
    "interests": mark("no personal interest in common"),
    "experience": mark("an unusual distance in level"),
}


_FEW = 0.1  # of the mentors; a skill that so few offer, or only one, is rare


@dataclass(frozen=True)
class Special:
    """What sets a pair apart. `n_allowed`: mentors whom the rules allow the mentee. `is_best`: none of these has a
    higher score. `rare`: skills that the mentee wants and the mentor offers, with how many mentors offer each, where
    these are few. `n_mentors`: available mentors.
    """

    n_allowed: int
    is_best: bool
    rare: tuple[tuple[str, int], ...]
    n_mentors: int

    def text(self, language: str) -> str:
        """Sentences, or "" if nothing is special. `language`: sv or en."""
        said = []
        if self.n_allowed == 1:
            said.append(text(ONLY_ALLOWED, language))
        elif self.is_best:
            said.append(text(BEST_OF_ALL, language, n=self.n_allowed))
        for count in sorted({n for _, n in self.rare}):
            skills = phrases.listing([phrases.label(s, language) for s, n in self.rare if n == count], language)
            message = ONLY_OFFER if count == 1 else FEW_OFFER
            said.append(text(message, language, skills=skills, n=count, all=self.n_mentors))
        return " ".join(said)


def special(problem: Problem, mentor_of: NDArray[np.int64], i: int) -> Special:
    """What sets the pair of matched mentee `i` apart."""
    j, allowed = int(mentor_of[i]), problem.forbidden[i] == 0
    if j < 0:
        raise ValueError(f"mentee {i}: expected one with a mentor; ask why_not or shortage about the others")
    n = len(problem.mentors)
    offered = problem.mentors["skills_offered"]
    both = [s for s in problem.mentees["skills_wanted"].iloc[i] if s in offered.iloc[j]]
    offers = [(s, sum(s in skills for skills in offered)) for s in both]
    rare = tuple((s, k) for s, k in offers if n > 2 and k <= max(1, n * _FEW))
    return Special(int(allowed.sum()), bool(problem.score[i, j] >= problem.score[i, allowed].max()), rare, n)


def story(
    problem: Problem, mentor_of: NDArray[np.int64], i: int, language: str, choice: WhyNot | None = None,
    labels: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """All there is to say on the pair of matched mentee `i`: whom they got, why, what is special, what of the wish.

    `choice`: from `why_not.why_not`, left out if the mentee has what they would rather have, which is said already.
    """
    j = int(mentor_of[i])
    values = {c: float(v[0]) for c, v in problem.components(np.array([i]), np.array([j])).items()}
    said = [
        text(phrases.GOT, language, mentor=int(problem.mentors["application_id"].iloc[j])),
        explain(values, problem.weights, language, is_locked=(i, j) in problem.locked, labels=labels),
        special(problem, mentor_of, i).text(language),
        choice.text(language, alone=False) if choice and choice.status != "granted" else "",
    ]
    return " ".join(filter(None, said))


def explain(
    components: Mapping[str, float],
    weights: Mapping[str, float],
    language: str,
    *,
    is_locked: bool = False,
    labels: Mapping[str, str] | None = None,
) -> str:
    """A few sentences on one pair, what counted most first. `language`: sv or en.

    `labels`: names in that language of components that have no sentences of their own; without one, its identifier.
    """
    said = [text(LOCKED, language)] if is_locked else []
    against = []
    for name in sorted(components, key=lambda c: (-weights.get(c, 0) * components[c], c)):
        value = components[name]
        if weights.get(name, 0) <= 0:
            continue
        steps = POSITIVE.get(name, ((1e-9, OTHER),))
        label = (labels or {}).get(name) or phrases.label(name, language)
        found = next((message for least, message in steps if value >= least), None)
        if found:
            said.append(text(found, language, share=_share(value, language), label=label))
        elif value <= 0 and (name in NEGATIVE or name not in POSITIVE):
            against.append(text(NEGATIVE.get(name, OTHER_NOTHING), language, label=label))
    if not said:
        said.append(text(NOTHING, language))
    if against:
        said.append(text(BUT, language, points=", ".join(against) + "."))
    return " ".join(said)


def _share(value: float, language: str) -> str:
    return f"{value * 100:.0f}%" if language == "en" else f"{value * 100:.0f}\u00a0%"
