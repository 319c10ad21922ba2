"""Redaction of free text: people of the roster, numbers and addresses give way to a word in brackets.

One pass of one regular expression for what has a shape, one for words, which are looked up in sets; the time grows with
the text, not with the roster.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence

import pandas as pd

NAME, NUMBER, PHONE, EMAIL, LINK, EMPLOYEE = "[namn]", "[personnummer]", "[tel]", "[e-post]", "[länk]", "[anst.nr]"

# Names that are ordinary nouns or adjectives: a capital letter makes them names.
_COMMON = frozenset(
    """
    björn sten stig lind berg ek holm dal lund strand ström sjö kvist gran alm skog vik hall bror siv liv alva saga tuva
    vide ros rosa lilja viola iris snö frost frid ask rönn hjort örn falk svan åker äng mark måne sol rask modig stark
    glad trygg stolt sund lilla ung palm blad gren rot vall hed hammar lager ståhl stål sand sandberg bergman vind
    norden norr öst väst söder bäck å ö holmen björk al en varg räv fält kilde kjell sköld dolk krok boman lo fröjd nöjd
    rose grace faith grant frank rich penny summer autumn violet ivy lily daisy amber ruby pearl crystal sandy gene dale
    glen brook stone hill wood woods king young short small brown black white green grey gray cook baker smith fisher
    hunter mason miller carpenter taylor walker page price rice bell chase major bishop pope park parks lane street
    banks rivers fields brooks wells waters field ford art pat bill jack drew miles
    """.split()  # noqa: SIM905
)
# Words that often begin a sentence: only in its middle does a capital letter make them names.
_STARTERS = frozenset(
    """
    bo my han min hen din so do an in on long dag vår stor ny kind will may june april mark love hope joy best day dean
    case self person son man gran le to he she we us it no or at as be by go up van am är att det den de som och men för
    var vad hur när nu sen då ja nej lång gott god bra tack mer mest alla allt ingen ett vi ni du jag hon
    """.split()  # noqa: SIM905
)
_PARTICLES = frozenset("von af av de der den van del di da dos du la le zu el al bin ibn ter ten".split())  # noqa: SIM905
_LETTERS = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "æ": "ae", "ß": "ss", "þ": "th", "ð": "d"})

_SHAPES = re.compile(
    r"""
    (?P<email>[\w.+%-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<link>(?:https?://|www\.)[^\s<>"]+|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.(?:se|com|nu|org|net|eu|io|no|dk|fi)(?![\w])(?:/[^\s<>"]*)?)
  | (?P<number>(?<![\w+])(?:(?:18|19|20)?\d{2}[ -]?\d{2}[ -]?\d{2}[ ]?[-+–]?[ ]?\d{4})(?!\w))
  | (?P<phone>(?<![\w+])(?:\(?(?:\+|00)\d{1,3}\)?|\(?0)(?:[ \-–/()]{0,2}\d){6,12}(?!\w))
    """,
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip
_PHONE = re.compile(r"0\d{6,10}|00\d{8,14}")
_WORDS = re.compile(r"\w+(?:['’´\-]\w+)*")
_SENTENCE_END = re.compile(r"[.!?:;…\n\r•\"”»(–—/]\s*$|^\s*$")
_GENITIVE = re.compile(r"(?:['’´]s|['’´]|s)$")


def luhn(digits: str) -> bool:
    """Whether ten digits end in the check digit of the Swedish personal identity number (SKV 704)."""
    total = 0
    for k, char in enumerate(digits):
        value = int(char) * (2 - k % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_personal_number(text: str) -> bool:
    """Whether the text is a personnummer or samordningsnummer (day + 60), check digit included."""
    digits = re.sub(r"\D", "", text)[-10:]
    if len(digits) != 10:
        return False
    month, day = int(digits[2:4]), int(digits[4:6])
    day -= 60 if day > 60 else 0
    try:
        dt.date(2000, month, day)  # a leap year: the century is not known
    except ValueError:
        return False
    # A date with separator and four digits is a mistyped number rather than anything else.
    return luhn(digits) or bool(re.search(r"\d[-+–]\d{4}$", text.replace(" ", "")))


def fold(text: str) -> str:
    """Lower case without accents: how people type names on another keyboard."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c))


class Redactor:
    """Redacts texts against a roster (columns first_name, last_name, email, employee_number where known)."""

    def __init__(self, roster: pd.DataFrame) -> None:
        self._names: set[str] = set()
        self._numbers: set[str] = set()
        for column in ("first_name", "last_name"):
            if column in roster:
                self._add_names(roster[column].dropna().unique())
        if "employee_number" in roster:
            self._numbers = {str(n).strip().casefold() for n in roster["employee_number"].dropna() if len(str(n)) >= 4}

    def _add_names(self, names: Iterable[str]) -> None:
        for name in names:
            for word in _WORDS.findall(unicodedata.normalize("NFC", str(name)).casefold()):
                for part in {word, *re.split(r"[-'’´]", word)}:
                    if len(part) < 2 or part in _PARTICLES:
                        continue
                    self._names.add(part)
                    plain = fold(part)
                    if len(plain) >= 3:
                        self._names.add(plain)

    def redact(self, texts: Sequence[str | None]) -> list[str | None]:
        """Each text with people, numbers and addresses replaced; None and empty stay None."""
        done: dict[str, str] = {}
        out: list[str | None] = []
        for text in texts:
            if not isinstance(text, str) or not text.strip():
                out.append(None)
                continue
            if text not in done:
                done[text] = self.redact_one(text)
            out.append(done[text])
        return out

    def redact_one(self, text: str) -> str:
        """One text, redacted."""
        text = unicodedata.normalize("NFC", text)
        return self._redact_words(_SHAPES.sub(_shape, text))

    def _redact_words(self, text: str) -> str:
        tokens = list(_WORDS.finditer(text))
        marks = [self._mark(t.group()) for t in tokens]
        if not any(marks):
            return text
        decided = [self._decide(text, tokens, marks, k) for k in range(len(tokens))]
        pieces: list[str] = []
        at = 0
        k = 0
        while k < len(tokens):
            if not decided[k]:
                k += 1
                continue
            first, kind = k, decided[k]
            # Particles before a name and further names behind it belong to one person.
            while kind == NAME and first and _is_particle(tokens[first - 1]) and _joined(text, tokens, first - 1):
                if tokens[first - 1].start() < at:
                    break
                first -= 1
            last = k
            while kind == NAME:
                step = last + 1
                while step < len(tokens) and _is_particle(tokens[step]) and _joined(text, tokens, step - 1):
                    step += 1
                if step < len(tokens) and decided[step] == NAME and _joined(text, tokens, step - 1):
                    last = step
                else:
                    break
            pieces += [text[at : tokens[first].start()], kind]
            at = tokens[last].end()
            k = last + 1
        return "".join(pieces) + text[at:]

    def _mark(self, token: str) -> str:
        """What a word may be: an employee number, a name, a common word that is a name too, or nothing."""
        plain = token.casefold()
        if plain in self._numbers:
            return EMPLOYEE
        forms = [plain]
        if len(bare := _GENITIVE.sub("", plain)) >= 2 and bare != plain:
            forms.append(bare)
        if "-" in plain or "'" in plain or "’" in plain:
            # Half of a double name, or a name within a compound.
            parts = [part for part in re.split(r"[-'’´]", plain) if len(part) >= 2]
            forms += parts + [_GENITIVE.sub("", part) for part in parts]
        mark = ""
        for form in dict.fromkeys(forms):
            if form in self._names or (len(form) >= 3 and not form.isascii() and fold(form) in self._names):
                # What is left of a short word without its s ("this", "has") is seldom a name.
                is_doubtful = form in _STARTERS or (form != plain and len(form) <= 3)
                if not is_doubtful and form not in _COMMON and len(form) > 3:
                    return NAME
                mark = "starter" if is_doubtful and mark != "common" else "common"
            elif form in self._numbers:
                return EMPLOYEE
        return mark

    def _decide(self, text: str, tokens: list[re.Match[str]], marks: list[str], k: int) -> str:
        mark = marks[k]
        if mark in ("", NAME, EMPLOYEE):
            return mark
        if not tokens[k].group()[0].isupper():
            return ""
        if mark == "common":
            return NAME
        # At the beginning of a sentence a name shows only by the name beside it.
        if k + 1 < len(tokens) and marks[k + 1] and tokens[k + 1].group()[0].isupper() and _joined(text, tokens, k):
            return NAME
        if k == 0:
            return ""
        before = text[tokens[k - 1].end() : tokens[k].start()]
        return NAME if before.isspace() and "\n" not in before else ("" if _SENTENCE_END.search(before) else NAME)


def _is_particle(token: re.Match[str]) -> bool:
    return token.group().casefold() in _PARTICLES


def _joined(text: str, tokens: list[re.Match[str]], k: int) -> bool:
    """Whether only blanks or a hyphen part a word from the next one."""
    return text[tokens[k].end() : tokens[k + 1].start()].strip(" \t-") == ""


def _shape(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match.group()
    if kind == "email":
        return EMAIL
    if kind == "link":
        return LINK
    if kind == "number":
        if is_personal_number(text):
            return NUMBER
        return PHONE if _PHONE.fullmatch(re.sub(r"\D", "", text)) else text
    return PHONE
