"""Texts that people read: English messages are the gettext ids, the catalogues lie in `matching/locale`."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("sv", "en")


def mark(message: str) -> str:
    """Mark a message for the catalogue without translating it yet."""
    return message


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: expected one of {', '.join(LANGUAGES)}")
    if language == "en":
        return gettext.NullTranslations()
    path = Path(__file__).resolve().parent / "locale" / language / "LC_MESSAGES" / "matching.po"
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def text(message: str, language: str, **values: object) -> str:
    """A message in a language, with its `{placeholders}` filled."""
    return _catalogue(language).gettext(message).format(**values)
