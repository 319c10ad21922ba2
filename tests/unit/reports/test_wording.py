"""The catalogues: every text in both languages, none left over, the same placeholders."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import reports
from reports.reading import COLUMNS, columns
from reports.sections.key_factors import FACTORS
from reports.wording import FAMILIES, LANGUAGES, Wording, WordingError, catalogue_path, wording
from tests.unit.reports.sample_tables import programme

ROOT = Path(reports.__file__).parent
# Keys as the code writes them: literals, and f-strings whose fixed beginning is all that can be known.
_LITERAL = re.compile(r'(?:\b_|text|counted|_\.counted)\(\s*"([a-z_]+\.[a-zA-Z0-9_.-]+)"')
_PREFIX = re.compile(r'text(?:\.counted)?\(\s*f?"([a-z_]+\.[a-z_]*)(?:\{|" ~)')


def _entries(language: str) -> dict[str, list[str]]:
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    keys = {}
    for message in catalogue:
        if message.id:
            assert not message.fuzzy, message.id
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            keys[key] = [message.string] if isinstance(message.string, str) else list(message.string)
    return keys


def _sources() -> str:
    files = [*ROOT.rglob("*.py"), *ROOT.rglob("*.j2")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(files))


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_and_every_text_is_filled_in():
    english, swedish = _entries("en"), _entries("sv")
    assert english.keys() == swedish.keys()
    for language, entries in (("en", english), ("sv", swedish)):
        empty = [key for key, texts in entries.items() if not all(t.strip() for t in texts)]
        assert not empty, f"{language}: no text for {empty}"


def test_placeholders_are_equal_in_both_languages_form_by_form():
    english, swedish = _entries("en"), _entries("sv")
    for key, texts in english.items():
        fields = [_fields(text) for text in texts]
        assert fields == [_fields(text) for text in swedish[key]], key
        # The singular may say "a month" where the plural needs the number; it may not ask for more.
        assert fields[0] <= fields[-1], key


def test_every_key_that_the_code_names_has_a_text():
    missing = {key for key in _LITERAL.findall(_sources()) if not key.endswith("_")} - _entries("en").keys()
    assert not missing


def test_no_text_is_left_over():
    code = _sources()
    used = set(_LITERAL.findall(code))
    prefixes = tuple({*_PREFIX.findall(code), *(f"{family}." for family in FAMILIES)})
    # Chapters' titles are looked up by the chapter's id, and a few keys stand in a variable or a choice.
    spare = [k for k in _entries("en") if k not in used and not k.startswith(prefixes) and f'"{k}"' not in code]
    spare = [k for k in spare if not k.endswith(".title") and f'add("{k.split(".")[1]}"' not in code]
    assert not spare


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_of_the_programme_and_the_contract_have_texts(language):
    text = wording(language)
    keys = [
        f"column.{c}"
        for t in (*COLUMNS, "match_summary")
        for c in columns(t)
        if c not in ("is_hidden", "hidden_reason")
    ]
    keys += [f"table.{name}" for name in (*COLUMNS, "match_summary")]
    for factor, indicators in FACTORS.items():
        keys += [f"factor.{factor}", f"guide.{factor}", f"meaning.{factor}.good", f"meaning.{factor}.weak"]
        keys += [f"indicator.{code}" for code in indicators]
    keys += [f"metric.{goal.metric}" for goal in programme().goals]
    for outcome in ("retention", "promotion", "internal_move", "wellbeing", "network_size", "career_satisfaction",
                    "belonging", "psychological_safety"):  # fmt: skip
        keys += [f"outcome.{outcome}", f"more.{outcome}", f"less.{outcome}"]
    assert not [key for key in keys if not text.has(key)]


def test_no_compiled_catalogue_is_kept():
    assert not list(ROOT.rglob("*.mo"))


def test_a_missing_text_names_the_key_and_an_unknown_language_the_known_ones():
    with pytest.raises(WordingError, match=r"no text 'goals\.unheard_of'"):
        wording("sv")("goals.unheard_of")
    with pytest.raises(WordingError, match="expected one of sv, en"):
        Wording("fi")


def test_plural_forms():
    assert wording("sv").counted("effects.reading", 1).startswith("Avläses efter 1 helt kvartal")
    assert wording("sv").counted("effects.reading", 4).startswith("Avläses efter 4 hela kvartal")
    assert wording("en").counted("methods.quarters", 1) == "1 quarter"


def test_an_unknown_code_reads_as_a_plain_word():
    assert wording("sv").of("indicator", "something_new") == "something new"


def test_english_words_do_not_stay_in_the_swedish_catalogue():
    same = {
        k
        for k, t in _entries("sv").items()
        if t == _entries("en")[k] and re.search("[a-z]{3}", re.sub(r"\{.*?\}", "", t[0]))
    }
    allowed = {
        "area.information",
        "column.period",
        "methods.period",
        "workbook.share",
        "workbook.total",
        "column.status",
        "group.ETH1",
        "unit.minutes",
    }
    assert same <= allowed, same - allowed
