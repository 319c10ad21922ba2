"""Numbers, lists, names of skills and of rules as they stand in sentences, in Swedish and English."""

from __future__ import annotations

from collections.abc import Iterable

from matching.rules import FORBIDDEN, PAIR_RULES
from matching.texts import mark, text

MENTEE, MENTEES = mark("mentee no. {numbers}"), mark("mentees no. {numbers}")
MENTOR, MENTORS = mark("mentor no. {numbers}"), mark("mentors no. {numbers}")
AND = mark("{first} and {last}")
MANY_MENTEES, MANY_MENTORS = mark("{n} mentees"), mark("{n} mentors")
TINY = mark("less than 0.1")
GOT, NO_MENTOR = mark("The mentee got mentor no. {mentor}."), mark("The mentee has no mentor.")
WORDS = (mark("two"), mark("three"), mark("four"), mark("five"), mark("six"), mark("seven"), mark("eight"),
         mark("nine"), mark("ten"))  # fmt: skip
MOST = 5  # numbers listed in a sentence; more are only counted

# Labels of the codes of goals and skills; a code without one is shown as it is, without underscores.
LABELS = (
    mark("strategy"), mark("finance"), mark("negotiation"), mark("presentation"), mark("project management"),
    mark("people management"), mark("data analysis"), mark("procurement"), mark("law"), mark("software"),
    mark("communication"), mark("quality"),
)  # fmt: skip

# Names of the rules on pairs, to speak of exceptions from them.
RULES = {
    "himself": mark("the rule that nobody is their own mentor"),
    "not_own_manager": mark("the rule on the management chain"),
    "not_same_manager": mark("the rule on the same manager"),
    "not_same_team": mark("the rule on the same unit"),
    "common_language": mark("the rule on a common language"),
    "meeting_mode": mark("the rule on the form of meeting"),
    "same_location": mark("the rule on the place of work"),
    "level_gap": mark("the rule on the difference in level"),
    "max_time_zone_gap": mark("the rule on time zones"),
    "not_known_to_each_other": mark("the rule on earlier acquaintance"),
    "earlier_failed": mark("the rule on earlier pairs that ended early"),
    "conflict": mark("the decision that they may not meet"),
    "forbidden_pair": mark("the programme office's decision on this pair"),
}
_BROKEN = {rule.code: rule.message for rule in (*PAIR_RULES, FORBIDDEN)}


def number(n: int, language: str) -> str:
    """A number in a sentence: in words from two to ten, otherwise in figures."""
    return text(WORDS[n - 2], language) if 2 <= n <= len(WORDS) + 1 else str(n)


def upper(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def rule(code: str, language: str) -> str:
    """The name of a rule on pairs, or its code if it has none: `the rule on a common language`."""
    return text(RULES[code], language) if code in RULES else code


def broken(code: str, language: str) -> str:
    """What a pair that breaks the rule is like, without capital and full stop: `they have no language in common`."""
    said = text(_BROKEN[code], language).rstrip(".") if code in _BROKEN else code
    return said[:1].lower() + said[1:]


def counted(one: str, many: str, n: int, language: str, **values: object) -> str:
    """The message for one or for several; both have `n`. Swedish and English count alike."""
    return text(one if n == 1 else many, language, n=number(n, language), **values)


def places(messages: tuple[str, str, str], n: int, language: str, **values: object) -> str:
    """The message for one place, for both of two or for all `n` of more."""
    return text(messages[min(max(n, 1), 3) - 1], language, n=number(n, language), **values)


def listing(items: Iterable[object], language: str) -> str:
    """`a, b and c`."""
    words = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    return text(AND, language, first=", ".join(words[:-1]), last=words[-1])


def mentees(numbers: Iterable[int], language: str) -> str:
    """Mentees by application number: `mentees no. 3 and 7`; many: `12 mentees`."""
    found = sorted(int(n) for n in numbers)
    several = MENTEES if len(found) <= MOST else MANY_MENTEES
    return counted(MENTEE, several, len(found), language, numbers=listing(found, language))


def mentors(numbers: Iterable[int], language: str) -> str:
    """Mentors by application number: `mentors no. 3 and 7`; many: `12 mentors`."""
    found = sorted(int(n) for n in numbers)
    several = MENTORS if len(found) <= MOST else MANY_MENTORS
    return counted(MENTOR, several, len(found), language, numbers=listing(found, language))


def decimal(value: float, digits: int, language: str) -> str:
    """A number with the language's decimal sign."""
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if language == "sv" else written


def shares(language: str, *values: float, most: int = 4) -> list[str]:
    """Values in 0..1 as points of 100, with as many decimals as tell different values apart."""
    for digits in range(most + 1):
        written = [decimal(100 * value, digits, language) for value in values]
        if len(set(written)) == len(set(values)):
            break
    return written


def per_cent(share: float, language: str) -> str:
    """A share above 0 in per cent with one decimal; a smaller one as `less than 0.1`."""
    return decimal(100 * share, 1, language) if share >= 0.001 else text(TINY, language)


def label(code: str, language: str) -> str:
    """The name of a skill or component in the language."""
    return text(code.replace("_", " ").replace("{", "").replace("}", ""), language)
