"""Free texts: by lemmas within a language, or by embeddings that the caller gives."""

from __future__ import annotations

import numpy as np
import pytest

import matching
from matching import text_similarity
from tests.unit.matching.people import component, mentee, mentor, posed


def text(motivation, language):
    return {"motivation": motivation, "motivation_language": language}


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (("Jag vill leda förändringsarbete", "sv"), ("Jag vill leda förändringsarbete", "sv"), 1, 1),
        (("Vi leder projekt i vården", "sv"), ("Att leda projekten inom vård", "sv-SE"), 0.999, 1),
        (("Managing budgets", "en"), ("She manages a budget and hires nurses", "en"), 0.2, 0.8),
        (("Jag vill leda", "sv"), ("Jag vill sälja", "sv"), 0, 0),
        (("Budget", "sv"), ("Budget", "en"), 0, 0),
        (("Budget", "sv"), ("Budget", None), 0, 0),
        (("Budget", None), ("Budget", None), 0, 0),
        ((None, "sv"), ("Budget", "sv"), 0, 0),
        (("och 42 !", "sv"), ("och 42 !", "sv"), 0, 0),
        (("shaqada guriga", "so"), ("guriga", "so"), 0.4, 0.9),
    ],
    ids=[
        "same",
        "lemmas",
        "partly",
        "stop words",
        "languages",
        "unknown",
        "both unknown",
        "empty",
        "no words",
        "no list",
    ],
)
def test_free_texts_are_compared_by_lemmas_within_a_language(one, other, low, high):
    assert low <= component("free_text", text(*one), text(*other)) <= high


def test_embeddings_given_by_the_caller_replace_words():
    vectors = {"budget": (3.0, 4.0), "ekonomi": (4.0, 3.0), "musik": (-4.0, 3.0), "ingenting": (0.0, 0.0)}

    def embed(texts):
        return [vectors[t] for t in texts]

    def value(a, b):
        return component("free_text", {"motivation": a}, {"motivation": b}, embed=embed)

    assert value("budget", "ekonomi") == 0.96 and value("budget", "musik") == 0
    assert value("ekonomi", "musik") == 0 and value("budget", "ingenting") == 0 and value("budget", None) == 0
    assert component("free_text", {"motivation": None}, {"motivation": None}, embed=embed) == 0
    for wrong in ([1.0], [[float("nan")]], [[1.0], [2.0]]):
        with pytest.raises(matching.MatchingError, match="one row for each of 1 texts"):
            component("free_text", {"motivation": "x"}, {"motivation": None}, embed=lambda texts, wrong=wrong: wrong)


def test_embeddings_give_a_pair_the_same_value_in_any_block():
    rng = np.random.default_rng(5)
    vectors = dict(zip("abcdefghij", rng.normal(size=(10, 300)), strict=True))
    mentees = [mentee(k, motivation=rng.choice(list(vectors))) for k in range(1, 30)]
    mentors = [mentor(k, motivation=rng.choice(list(vectors))) for k in range(1, 20)]
    given = {"weights": {"free_text": 1, "skills": 0, "goals": 0, "interests": 0, "preference": 0, "experience": 0,
                         "distance": 0}, "embed": lambda texts: [vectors[t] for t in texts]}  # fmt: skip
    whole, parted = (posed(mentees, mentors, rows=rows, **given)[0] for rows in (29, 2))
    alone = whole.components(*np.indices((29, 19)).reshape(2, -1))["free_text"].reshape(29, 19)
    assert (whole.score == parted.score).all() and (whole.score == np.rint(alone * 1e6)).all()
    assert whole.score.max() == 1_000_000 and whole.score.min() == 0


def test_lemmas_are_words_without_grammar():
    assert text_similarity.lemmas("Jag vill leda projekten, 3 ggr: vården!", "sv") == ["leda", "projekt", "ggr", "vård"]
