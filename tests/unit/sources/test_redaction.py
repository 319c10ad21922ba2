"""Redaction of comments in both languages."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from sources.redaction import Redactor, is_personal_number, luhn

ROSTER = pd.DataFrame(
    {
        "first_name": ["Anna", "Lars-Erik", "Björn", "My", "Åsa", "Łukasz", "Bo", "Anders", "Will", "Thị"],
        "last_name": [
            "Svensson",
            "af Klint",
            "Ek",
            "O'Neill",
            "Åkesson",
            "Wiśniewski",
            "Ek",
            "von Essen",
            "Grace",
            "Li",
        ],
        "employee_number": ["E01001", "E01002", "10023", "4", None, "E9", "E10", "E11", "E12", "E13"],
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Annas möte med anna svensson var bra", "[namn] möte med [namn] var bra"),
        ("Lars-Erik af Klints råd. Erik också!", "[namn] råd. [namn] också!"),
        ("Vi såg en björn i skogen med Björn", "Vi såg en björn i skogen med [namn]"),
        ("My mentor is great. I think My helped", "My mentor is great. I think [namn] helped"),
        ("Will you ask Will? He will.", "Will you ask [namn]? He will."),
        ("This is for this. Tack Thị Li och Lis plan", "This is for this. Tack [namn] och [namn] plan"),
        ("Tack Asa och Lukasz Wisniewski", "Tack [namn] och [namn]"),
        ("Bo Ek kom. Bo i Malmö. Vi såg Bo.", "[namn] kom. Bo i Malmö. Vi såg [namn]."),
        ("von Essen talade med O'Neill", "[namn] talade med [namn]"),
        ("Anna’s mentor, Annas-mötet, ANNA SVENSSON", "[namn] mentor, [namn], [namn]"),
        ("Ring 0701-23 00 27 eller +46 (0)70 123 00 27, 08-123 456 78", "Ring [tel] eller [tel], [tel]"),
        ("Mejla a.b@ex-ample.se, se https://intra.se/x?y=1 och www.x.com", "Mejla [e-post], se [länk] och [länk]"),
        ("Nummer E01001 och e01002, även 10023", "Nummer [anst.nr] och [anst.nr], även [anst.nr]"),
        ("Vi ses 2026-09-30 kl 08.00-09.30, order 1234567890", "Vi ses 2026-09-30 kl 08.00-09.30, order 1234567890"),
        ("5 möten à 2,5 h under 2026Q3", "5 möten à 2,5 h under 2026Q3"),
    ],
)
def test_texts(text, expected):
    assert Redactor(ROSTER).redact([text, None, " "]) == [expected, None, None]


@pytest.mark.parametrize(
    "text",
    [
        "811218-9876",
        "19811218-9876",
        "8112189876",
        "19811218 9876",
        "811218+9876",
        "1981-12-18-9876",
        "701063-2391",
        "19701063-2391",
        "811218 - 9876",
    ],
)
def test_personal_and_coordination_numbers_in_usual_spellings(text):
    assert is_personal_number(text)
    assert Redactor(ROSTER).redact_one(f"Mitt nummer är {text}.") == "Mitt nummer är [personnummer]."


def test_luhn():
    assert luhn("8112189876") and not luhn("8112189875")


def test_thousands_of_comments_and_names_take_seconds_at_most():
    names = [f"Namn{i}" for i in range(10_000)]
    redactor = Redactor(pd.DataFrame({"first_name": names, "last_name": [f"{n}son" for n in names]}))
    texts = [f"Mötet med Namn{i} gav mycket, vi talade om framtiden och fick tid till samtal {i}." for i in range(5000)]
    start = time.perf_counter()
    found = redactor.redact(texts)
    assert time.perf_counter() - start < 10
    assert all("Namn" not in t and "[namn]" in t for t in found)
