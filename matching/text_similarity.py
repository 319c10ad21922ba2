"""How much two free texts are about the same: the cosine of their words' TF-IDF weights, or of embeddings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, hstack

from matching.errors import MatchingError
from matching.selection import Formula, Selection

Embed = Callable[[Sequence[str]], ArrayLike]
"""Vectors (texts x dimensions) of texts, for instance of a multilingual model; the caller owns the model."""

# Vectors are rounded to this grid: their products and sums are then exact doubles, in whatever order they are added.
_GRID = float(2**25)
_WORD = re.compile(r"[^\W\d_]{2,}")
# Words of grammar and of applying as such, which say nothing about what the text is about; as lemmas.
_STOP = {
    "sv": "jag du han hon den det vi ni de en ett och men eller att som om när där här på av med för till från hos mot "
          "över under efter vid kring inom genom vara bli ha kunna vilja skola få göra min din sin vår er deras mig "
          "dig sig oss dem denna detta dessa inte också mycket mer även så då sedan bara någon något alla annan varje "
          "än nu gärna mentor adept mentorskap program",
    "en": "a an the and or but i you he she it we they me him her us them my your his its our their this that these "
          "those of in on at by for with from to into about as if when where be have do can will would should may "
          "not also very more so then than just some any all other each like want mentor mentee mentorship programme "
          "program",
}  # fmt: skip


def prepare(mentees: pd.DataFrame, mentors: pd.DataFrame, embed: Embed | None = None) -> Formula:
    """Similarity 0..1 of the column `motivation`; a text without words gives 0.

    Without `embed`: TF-IDF over lemmas, for each language (`motivation_language`) by itself, so that texts in different
    or unknown languages give 0. With `embed`: the cosine of its vectors, below 0 as 0; languages are not read.
    """
    left = mentees["motivation"].tolist()
    texts = [*left, *mentors["motivation"].tolist()]
    if embed is not None:
        vectors = _embedded(texts, embed)
    else:
        languages = [*mentees["motivation_language"].tolist(), *mentors["motivation_language"].tolist()]
        vectors = _weighted(texts, languages)
    a, b = vectors[: len(left)], vectors[len(left) :]

    def formula(pairs: Selection) -> NDArray[np.float64]:
        return np.clip(pairs.product(a, b), 0, 1)

    return formula


def lemmas(text: str, language: str) -> list[str]:
    """Base forms of a text's words in order, without stop words; words as they stand where no lemmas are known."""
    # Loaded on use: the word lists take a second, and few programmes weigh free texts.
    from simplemma import lemmatize

    stop = frozenset(_STOP.get(language, "").split())
    found = []
    for word in _WORD.findall(text.casefold()):
        try:
            lemma = lemmatize(word, lang=language).casefold()
        except ValueError:  # a language without word lists
            lemma = word
        if lemma not in stop and word not in stop:
            found.append(lemma)
    return found


def _weighted(texts: list[str | None], languages: list[str | None]) -> csr_array:
    from sklearn.feature_extraction.text import TfidfVectorizer

    # "sv-SE" and "SV" are Swedish.
    of = [(language or "").casefold().split("-")[0].split("_")[0] for language in languages]
    parts = []
    for language in sorted(set(of) - {""}):
        bags = [lemmas(t, language) if t and known == language else [] for t, known in zip(texts, of, strict=True)]
        if not any(bags):
            continue
        # Only texts in this language count towards how common a word is.
        there = np.flatnonzero([bool(bag) for bag in bags])
        vectoriser = TfidfVectorizer(analyzer=list).fit([bags[k] for k in there])
        parts.append(vectoriser.transform(bags))
    if not parts:
        return csr_array((len(texts), 1), dtype=np.float64)
    out = csr_array(hstack(parts, format="csr"))
    out.data = np.rint(out.data * _GRID) / _GRID
    return out


def _embedded(texts: list[str | None], embed: Embed) -> NDArray[np.float64]:
    rows = [k for k, text in enumerate(texts) if text]
    if not rows:
        return np.zeros((len(texts), 1))
    given = np.asarray(embed([str(texts[k]) for k in rows]), dtype=np.float64)
    if given.ndim != 2 or len(given) != len(rows) or not np.isfinite(given).all():
        raise MatchingError(
            f"embed: expected finite numbers, one row for each of {len(rows)} texts, got shape {given.shape}; "
            "mend the function or leave it out"
        )
    length = np.linalg.norm(given, axis=1, keepdims=True)
    out = np.zeros((len(texts), given.shape[1]))
    out[rows] = np.rint(given / np.where(length > 0, length, 1) * _GRID) / _GRID
    return out
