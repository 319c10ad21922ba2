"""Twenty mentees who are unmatched or did not get their first choice, each with the true reason, made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matching import unmatched
from matching.problem import Problem
from matching.profiles import read
from matching.solving import solve
from matching.why_not import why_not
from tests.unit.matching.people import frame, mentee, mentor, pid

DEFAULT = ("participation", "worst_off", "balance", "total")
CODES = ("himself", "not_own_manager", "not_same_manager", "not_same_team", "common_language", "meeting_mode",
         "same_location", "level_gap", "forbidden_pair")  # fmt: skip
NEVER = "level_gap"


def make(points, *, capacity=None, wishes=None, broken=None, locked=(), objective=DEFAULT, skills=None, offers=None):
    """A problem by hand. `points`: rows of mentees 1, 2, ..., columns of mentors 101, 102, ..., score of 100; None: a
    pair that the rule on levels forbids. `wishes`: mentee's row to a mentor's number. `broken`: pair to rules' codes.
    """
    n, m = len(points), len(points[0]) if points else 0
    capacity = [1] * m if capacity is None else capacity
    rows = [
        mentee(k + 1, preferred_mentors=pid(f"mentor {wishes[k]}") if k in (wishes or {}) else None,
               skills_wanted=(skills or {}).get(k, "strategy"))
        for k in range(n)
    ]  # fmt: skip
    columns = [
        mentor(101 + k, capacity=capacity[k], skills_offered=(offers or {}).get(k, "strategy")) for k in range(m)
    ]
    score = np.array([[0 if p is None else round(p * 10_000) for p in row] for row in points], np.int32)
    forbidden = np.zeros((n, m), np.uint16)
    rules = {(i, j): (NEVER,) for i, row in enumerate(points) for j, p in enumerate(row) if p is None} | (broken or {})
    for (i, j), codes in rules.items():
        forbidden[i, j] = sum(1 << CODES.index(code) for code in codes)
    return Problem(
        mentees=read(frame(rows), "mentee", "2024"), mentors=read(frame(columns, mentor), "mentor", "2024"),
        weights={"skills": 1.0}, score=score.reshape(n, m), forbidden=forbidden, rule_codes=CODES,
        capacity=np.array(capacity, dtype=np.int64), objective=objective, locked=tuple(locked),
    )  # fmt: skip


@dataclass(frozen=True)
class Case:
    """`who`: row of the mentee. `true`: the reason, for a reader's test. `en`, `sv`: words that must be in the text."""

    name: str
    true: str
    problem: Problem
    en: tuple[str, ...]
    sv: tuple[str, ...]
    who: int = 0
    absent: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """What is said about the mentee, in both languages."""
        mentor_of = solve(self.problem).mentor_of
        choice = why_not(self.problem, mentor_of, self.who, absent=self.absent)
        person = self.problem.mentees["person_id"].iloc[self.who]
        entries = {e["person_id"]: e for e in unmatched.by_problem(self.problem, mentor_of) if e["role"] == "mentee"}
        return {
            language: " ".join(filter(None, [entries.get(person, {}).get(f"reason_{language}", ""),
                                             choice.text(language, alone=person not in entries) if choice else ""]))
            for language in ("en", "sv")
        }  # fmt: skip


CASES = (
    Case("own manager", "The first choice is in the mentee's management chain.",
         make([[90, 60]], wishes={0: 101}, broken={(0, 0): ("not_own_manager",)}),
         ("got mentor no. 102", "first choice was mentor no. 101", "in the mentee's management chain"),
         ("fick mentor nr 102", "helst ha mentor nr 101", "i adeptens chefslinje")),
    Case("two rules", "Same manager and same unit as the first choice; both rules forbid the pair.",
         make([[90, 60]], wishes={0: 101}, broken={(0, 0): ("not_same_manager", "not_same_team")}),
         ("both have the same manager; both work in the same unit",),
         ("båda har samma chef; båda arbetar på samma enhet",)),
    Case("not trained", "The first choice has applied, but has not done the mentor training.",
         make([[60]], wishes={0: 109}), ("does not take part",
         "Reason: this person has not completed the required mentor training."),
         ("deltar inte", "Orsak: personen har inte gått den obligatoriska mentorsutbildningen."),
         absent={pid("mentor 109"): ("not_trained",)}),
    Case("not applied", "The first choice has not applied as a mentor.", make([[60]], wishes={0: 109}),
         ("has not applied as a mentor",), ("har inte anmält sig som mentor",)),
    Case("another would go without", "Mentee 2 can have nobody but 101; with the wish, mentee 2 would be unmatched.",
         make([[90, 60], [80, None]], wishes={0: 101}),
         ("only place went to mentee no. 2", "If this mentee were given mentor no. 101, mentee no. 2 would be without"),
         ("enda plats gick till adept nr 2", "Om adepten fick mentor nr 101 skulle adept nr 2 bli utan mentor.")),
    Case("worst pair", "With the wish, mentee 2 would get a pair of 20 points; the worst pair now has 60.",
         make([[90, 60], [70, 20]], wishes={0: 101}), ("get 20 points of 100 instead of 60",),
         ("få 20 poäng av 100 i stället för 60",)),
    Case("total, clearly", "With the wish, the pairs together would lose 10 of 120 points (8.3 per cent).",
         make([[60, 50], [70, 50]], wishes={0: 101}), ("summed over all pairs, would be 8.3 per cent lower",),
         ("passa ihop klart sämre (8,3 procent)",)),
    Case("total, slightly", "With the wish, the pairs together would lose 0.4 of 119.9 points (0.3 per cent).",
         make([[60, 59.5], [60.4, 59.5]], wishes={0: 101}), ("would be slightly lower (0.3 per cent)",),
         ("passa ihop något sämre (0,3 procent)",)),
    Case("balance", "101 has a free place, but 102 would have no mentee: the load is spread evenly.",
         make([[40, 30], [80, 70]], capacity=[2, 2], locked=((0, 0),), wishes={1: 101}), ("still has a free place",
         "left open so that mentees are spread more evenly"), ("har fortfarande en ledig plats", "jämnare"), who=1),
    Case("no cost", "All pairs are equal; the wish could be granted at no cost.",
         make([[80, 80], [80, 80]], wishes={0: 101, 1: 101}), ("It was a tie", "A swap would make nothing worse",
         "only place went to mentee no. 1"), ("vägde jämnt", "Ett byte skulle inte försämra något",
         "enda plats gick till adept nr 1"), who=1),
    Case("decided otherwise", "The programme office has locked the mentee to another mentor.",
         make([[90, 60]], wishes={0: 101}, locked=((0, 1),)),
         ("has decided that the mentee is to have another mentor",),
         ("har beslutat att adepten ska ha en annan mentor",)),
    Case("places decided", "The programme office has locked mentees 2 and 3 to both places of 101.",
         make([[90, 60], [80, 60], [80, 60]], capacity=[2, 1], wishes={0: 101}, locked=((1, 0), (2, 0))),
         ("has given both places", "mentees no. 2 and 3"), ("båda platser till adept nr 2 och 3",)),
    Case("leximin", "The worst pair (30) stays, but the second worst would fall from 60 to 40 points.",
         make([[90, 60, None], [70, 40, None], [None, None, 30]], wishes={0: 101},
              objective=("participation", "leximin")),
         ("only place went to mentee no. 2", "would become weaker still (from 60 to 40 points"),
         ("passa ihop ännu sämre (från 60 till 40 poäng",)),
    Case("no wish", "No wish; 101 would fit best (80), but the worst pair would fall from 70 to 60 points.",
         make([[80, 70], [80, 60], [80, 60]], capacity=[2, 1]),
         ("no. 101 would have fitted this mentee best", "Both places with that mentor went to mentees no. 2 and 3",
          "60 points of 100"),
         ("hade nr 101 passat adepten bäst", "båda platser gick till adept nr 2 och 3", "60 poäng av 100 i stället")),
    Case("one rule", "The rules allow nobody; for 102 only the missing common language stands in the way.",
         make([[90, 60]], broken={(0, 0): ("common_language", "level_gap"), (0, 1): ("common_language",)}),
         ("allow neither of the two", "they have no language in common (2); the difference in level",
          "Mentor no. 102 would be allowed with a single exception: from the rule on a common language."),
         ("tillåter ingen av de två", "de har inget gemensamt språk (2); nivåskillnaden",
          "Mentor nr 102 skulle vara tillåten med ett enda undantag: från regeln om gemensamt språk.")),
    Case("two rules together", "The rules allow nobody; for 101 and for 102, two rules would have to be lifted.",
         make([[90, 60]], broken={(0, 0): ("not_same_team", "level_gap"), (0, 1): ("not_same_team", "level_gap")}),
         ("Mentors no. 101 and 102 would each need two exceptions: from the rule on the same unit",),
         ("För mentor nr 101 och 102 skulle det krävas två undantag var: från regeln om samma enhet",)),
    Case("a chain", "Mentees 1, 2, 3 share the 2 places of 101 and 102; mentee 4 and 103 have no part in it.",
         make([[50, None, None], [80, 80, None], [None, 80, None], [None, None, 70]]),
         ("This mentee and two others (mentees no. 2 and 3) compete for two places with mentors no. 101 and 102",),
         ("två andra (adept nr 2 och 3) konkurrerar om två platser hos mentor nr 101 och 102",)),
    Case("earlier first", "Mentees 1 and 2 share one place and fit equally well; the earlier application goes first.",
         make([[70], [70]], wishes={1: 101}),
         ("This mentee and mentee no. 1 compete for one place", "mentee no. 1 would be without a mentor instead",
          "It was a tie", "Mentee no. 1 applied earlier and so went first"),
         ("Adepten och adept nr 1 konkurrerar om en plats", "Adept nr 1 anmälde sig tidigare"), who=1),
    Case("only place locked", "The rules allow only 101, whose place the programme office has given to mentee 2.",
         make([[70, None], [60, 60]], locked=((1, 0),)),
         ("allow this mentee only mentor no. 101", "has given the only place there to mentee no. 2"),
         ("bara mentor nr 101", "den enda platsen där har programkontoret redan gett till adept nr 2")),
    Case("no mentor", "No mentor is available; the first choice's interview is not approved.",
         make([[]], wishes={0: 101}), ("there is no mentor available", "interview is not approved"),
         ("ingen tillgänglig mentor", "mentorsintervju är inte godkänd"),
         absent={pid("mentor 101"): ("not_interviewed",)}),
)  # fmt: skip
