"""Why a pair: what is special, components that nobody knew of, and every text in both languages."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import numpy as np
import pytest
from babel.messages.pofile import read_po

import matching
from matching import explanation, phrases
from matching.explanation import explain, special
from matching.rules import FORBIDDEN, PAIR_RULES, PERSONAL_RULES
from matching.solving import solve
from matching.why_not import TURNED_AWAY, why_not
from tests.unit.matching.explanation_cases import make

ROOT = Path(matching.__file__).parent


def test_a_component_without_sentences_of_its_own_is_said_by_its_label():
    parts, weights = {"mentoring_style": 0.5, "skills": 1.0, "time_zone": 0.0}, {"mentoring_style": 1, "time_zone": 1}
    english = explain(parts, weights, "en")
    assert english == "For mentoring style, the pair gets 50% of what is possible. Against it: nothing for time zone."
    swedish = explain(parts, weights, "sv", labels={"mentoring_style": "mentorsstil", "time_zone": "tidszon"})
    assert swedish == "För mentorsstil når paret 50\u00a0% av det högsta möjliga. Emot det: inget för tidszon."
    assert "{" not in explain({"{x}": 0.5}, {"{x}": 1}, "en")


def test_the_only_allowed_and_the_best_mentor_are_pointed_out():
    problem = make([[50, None], [60, 70]])
    mentor_of = solve(problem).mentor_of
    assert "only mentor whom the rules allow" in special(problem, mentor_of, 0).text("en")
    assert "enda mentor som reglerna tillåter" in special(problem, mentor_of, 0).text("sv")
    assert "Of the 2 mentors whom the rules allow, none fits" in special(problem, mentor_of, 1).text("en")
    problem = make([[50, 80], [None, 70]])
    found = special(problem, solve(problem).mentor_of, 0)
    assert not found.is_best and found.text("en") == ""
    with pytest.raises(ValueError, match="expected one with a mentor"):
        special(problem, np.array([-1, 1]), 0)


def test_a_skill_that_few_offer_is_pointed_out_only_if_it_is_wanted():
    points = [[50] * 20]
    offers = {0: "law|finance", 1: "finance", 2: "quality"}
    problem = make([[90, *points[0][1:]]], skills={0: "law|finance|quality|strategy"}, offers=offers)
    found = special(problem, solve(problem).mentor_of, 0)
    assert found.rare == (("law", 1), ("finance", 2))
    assert "No other available mentor offers law, which" in found.text("en")
    assert "Bara 2 av 20 tillgängliga mentorer erbjuder ekonomi" in found.text("sv")
    two = make([[90, 50]], skills={0: "law"}, offers={0: "law"})
    assert special(two, solve(two).mentor_of, 0).rare == (), "of two mentors, one is not few"


def test_a_story_says_the_lock_the_special_and_the_lost_wish_but_not_the_granted_one():
    problem = make([[90, 60]], wishes={0: 101}, locked=((0, 1),))
    mentor_of = solve(problem).mentor_of
    told = explanation.story(problem, mentor_of, 0, "en", why_not(problem, mentor_of, 0))
    assert told.startswith("The mentee got mentor no. 102. The programme office has decided on this pair.")
    assert told.endswith("The programme office has decided that the mentee is to have another mentor.")
    assert told.count("The mentee got") == 1
    problem = make([[90, 60]], wishes={0: 101})
    mentor_of = solve(problem).mentor_of
    told = explanation.story(problem, mentor_of, 0, "sv", why_not(problem, mentor_of, 0))
    assert "passar ingen adepten bättre" in told and "förstahandsvalet" not in told


def test_numbers_in_sentences_follow_the_language():
    assert phrases.mentees([7, 3], "en") == "mentees no. 3 and 7"
    assert phrases.mentees([7, 3, 5], "sv") == "adept nr 3, 5 och 7"
    assert phrases.mentors(range(12), "sv") == "12 mentorer"
    assert phrases.per_cent(0.0123, "sv") == "1,2" and phrases.per_cent(0.00001, "en") == "less than 0.1"
    assert phrases.shares("sv", 0.4012, 0.4021) == ["40,1", "40,2"]


def test_every_rule_has_a_name_and_a_reason_with_a_subject():
    assert set(phrases.RULES) == {rule.code for rule in (*PAIR_RULES, FORBIDDEN)}
    assert set(TURNED_AWAY) == {rule.code for rule in PERSONAL_RULES["mentor"]}
    assert phrases.rule("unheard_of", "sv") == phrases.broken("unheard_of", "sv") == "unheard_of"


def _marked():
    """Every message that the code marks for translation."""
    for path in sorted(ROOT.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mark":
                yield path.name, node.args[0].value


def _fields(message):
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_every_marked_text_has_a_swedish_one_with_the_same_placeholders():
    with (ROOT / "locale/sv/LC_MESSAGES/matching.po").open("rb") as file:
        swedish = {m.id: m.string for m in read_po(file, locale="sv", abort_invalid=True) if m.id}
    marked = list(_marked())
    assert len(marked) > 80
    missing = [pair for pair in marked if not swedish.get(pair[1])]
    assert not missing
    assert all(_fields(message) == _fields(swedish[message]) for _, message in marked)
