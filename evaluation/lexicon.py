"""The dictionary by which comments are coded: word beginnings per theme and language, small enough to be read.

A stem ends in `*` where any ending may follow (Swedish joins words: `mentorsam*` finds mentorsamtal, mentorsamtalen).
Whoever disagrees with a code can see why it was given and change the list.
"""

from __future__ import annotations

import re
from functools import cache

STEMS: dict[str, dict[str, tuple[str, ...]]] = {
    "time": {
        "sv": ("tid", "tiden", "tidsbrist*", "stress*", "kalend*", "hinn*", "hann", "boka*", "inställ*",
               "schema*", "arbetsbelastning*"),
        "en": ("time", "busy", "schedul*", "calendar*", "workload", "cancel*", "postpon*", "rush*"),
    },
    "relationship": {
        "sv": ("förtroende*", "tillit*", "lyssna*", "relation*", "öppen*", "öppn*", "stöd*", "kemi*", "personkemi*"),
        "en": ("trust*", "listen*", "relation*", "open", "openly", "openness", "support*", "rapport", "chemistry"),
    },
    "career": {
        "sv": ("karriär*", "befordr*", "chefsroll*", "ledarskap*", "utveckl*", "nästa steg", "yrkes*"),
        "en": ("career*", "promot*", "leadership", "develop*", "next step*", "advance*", "professional*"),
    },
    "network": {
        "sv": ("nätverk*", "kontakt*", "kolleg*", "träff", "träffar", "träffarna", "grupp*"),
        "en": ("network*", "contact*", "colleague*", "group*", "meet-up*", "connections"),
    },
    "matching": {
        "sv": ("matchn*", "matcha*", "passa*", "rätt mentor", "fel mentor", "samma intresse*", "gemensam*"),
        "en": ("match*", "fit", "fits", "right mentor", "wrong mentor", "in common", "same interest*"),
    },
    "structure": {
        "sv": ("mål", "målen", "plan", "planen", "struktur*", "agenda*", "milstolp*", "otydlig*", "tydlig*",
               "riktlinj*", "förvänt*"),
        "en": ("goal*", "plan", "plans", "structur*", "agenda*", "milestone*", "unclear", "clear*",
               "guideline*", "expect*"),
    },
    "inclusion": {
        "sv": ("inkluder*", "mångfald*", "diskrim*", "trygg*", "otrygg*", "respekt*", "utanför", "välkom*", "fördom*"),
        "en": ("inclu*", "divers*", "discriminat*", "safe", "safety", "unsafe", "respect*", "excluded",
               "welcom*", "bias*", "prejudice*"),
    },
    "training": {
        "sv": ("utbildning*", "kurs*", "öva*", "övning*", "samtalsteknik*", "lära", "lärde", "lärorik*"),
        "en": ("training*", "course*", "exercise*", "workshop*", "learn*", "skill*"),
    },
    "manager": {
        "sv": ("chef", "chefen", "chefer", "cheferna", "min chef*", "ledning*"),
        "en": ("manager*", "boss*", "management", "supervisor*"),
    },
}  # fmt: skip
OTHER = "other"


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for theme, stems in STEMS.items():
        # A comment in a language without a list is tried with both.
        words = stems[language] if language in ("sv", "en") else (*stems["sv"], *stems["en"])
        forms = [re.escape(w.removesuffix("*")) + (r"\w*" if w.endswith("*") else "") for w in words]
        found.append((theme, re.compile(r"(?<!\w)(?:" + "|".join(forms) + r")(?!\w)")))
    return tuple(found)


def themes_of(comment: str, language: str) -> tuple[str, ...]:
    """Themes that a comment touches, in the dictionary's order; ("other",) if none, () if there is no word in it."""
    text = comment.casefold()
    if not re.search(r"\w", text):
        return ()
    return tuple(theme for theme, pattern in _patterns(language) if pattern.search(text)) or (OTHER,)
