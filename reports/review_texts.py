"""Headings of the review workbook: English messages are the gettext ids."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("sv", "en")
METRICS = {
    "applicants": "Mentees who applied",
    "eligible": "Mentees who may be matched",
    "matched": "Mentees with a mentor",
    "match_share": "Share of eligible mentees with a mentor",
    "mean_score": "Mean score of the pairs (0 to 1)",
    "worst_score": "Least score of a pair (0 to 1)",
    "total_score": "Sum of the scores",
    "mentor_applicants": "Mentors who applied",
    "mentors_available": "Mentors who may be matched",
    "mentors_used": "Mentors with a mentee",
    "capacity": "Places with mentors",
    "capacity_used_share": "Share of places used",
    "preferred_share": "Share of mentees with a wish who got a mentor they asked for",
}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: expected one of {', '.join(LANGUAGES)}")
    if language == "en":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    path = Path(__file__).resolve().parent / "locale" / language / "LC_MESSAGES" / "review.po"
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def text(message: str, language: str) -> str:
    """A heading in a language."""
    return _catalogue(language).gettext(message)
