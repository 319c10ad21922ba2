"""Texts of the report: gettext catalogues, read from their .po files at run time."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("sv", "en")
_LOCALE = Path(__file__).resolve().parent / "locale"

# Texts looked up by a code in the data: family.code. Whoever adds a code adds its text, or its bare code is shown.
FAMILIES = (
    "factor", "indicator", "meaning", "metric", "outcome", "more", "less", "design", "wording", "evidence",
    "role", "scale", "theme", "workforce", "dimension", "group", "ground", "participation", "anonymous", "area",
    "result", "edition", "quarter", "direction", "column", "table", "match", "unit", "status", "guide",
)  # fmt: skip


class WordingError(KeyError):
    """A text that a catalogue lacks."""


@cache
def catalogue_path(language: str) -> Path:
    """The .po file of a language; WordingError names the languages there are."""
    if language not in LANGUAGES:
        raise WordingError(f"report language {language!r}: expected one of {', '.join(LANGUAGES)}")
    return _LOCALE / language / "LC_MESSAGES" / "adept.po"


class Wording:
    """The texts of one language, called as `text("goals.title")` or `text("goals.due", date="30 Sep 2026")`."""

    def __init__(self, language: str) -> None:
        path = catalogue_path(language)
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self.language = language
        self._translations = gettext.GNUTranslations(compiled)
        self._path = path
        self._known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in catalogue if m.id}

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its placeholders filled; a key without text raises WordingError."""
        if key not in self._known:
            raise WordingError(f"{self._path.name} ({self.language}) has no text {key!r}; add it to both catalogues")
        return self._translations.gettext(key).format(**values)

    def counted(self, key: str, n: int, **values: object) -> str:
        """The text of a key in singular or plural; `{n}` stands for the number, formatted by the caller if given."""
        if key not in self._known:
            raise WordingError(f"{self._path.name} ({self.language}) has no text {key!r}; add it to both catalogues")
        return self._translations.ngettext(key, key + "#", n).format(**{"n": n, **values})

    def has(self, key: str) -> bool:
        """Whether the catalogue holds the key."""
        return key in self._known

    def of(self, family: str, code: object, **values: object) -> str:
        """The text of a code in the data; a code nobody has written a text for is shown as a plain word."""
        key = f"{family}.{code}"
        return self(key, **values) if key in self._known else str(code).replace("_", " ")


@cache
def wording(language: str) -> Wording:
    """The texts of a language, read once per process."""
    return Wording(language)
