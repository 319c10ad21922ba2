"""New employees: who they are, what they can and want, and the hidden traits that outcomes follow from."""

from __future__ import annotations

import hashlib

import numpy as np

from sources.contracts.codes import GOALS, INTERESTS, LANGUAGES, SKILLS
from sources.sample import names
from sources.sample.streams import Streams
from sources.sample.tables import NAT, Table

TOWNS = np.array(["Nordviken", "Åhus", "Östersund", "Malmö", "Sundsvall"])
TOWN_SHARES = (0.34, 0.12, 0.14, 0.24, 0.16)
FAMILIES = ("Teknik", "Produktion", "Försäljning", "Ekonomi", "HR", "IT", "Kundtjänst", "Inköp", "Juridik", "Kvalitet")
CITIZENSHIPS = np.array(["SE", "FI", "PL", "SY", "SO", "DE", "IR", "VN"])
UNIONS = np.array(["Unionen", "IF Metall", "Akavia", "Sveriges Ingenjörer", ""])

# What one is good at follows from the job family; the rest of the skills is drawn with a lower chance.
_FAMILY_SKILLS = {
    "Teknik": ("project_management", "quality", "data_analysis"), "Produktion": ("quality", "people_management"),
    "Försäljning": ("negotiation", "presentation", "communication"), "Ekonomi": ("finance", "data_analysis"),
    "HR": ("people_management", "communication", "law"), "IT": ("software", "data_analysis", "project_management"),
    "Kundtjänst": ("communication", "presentation"), "Inköp": ("procurement", "negotiation", "finance"),
    "Juridik": ("law", "negotiation"), "Kvalitet": ("quality", "strategy"),
}  # fmt: skip


def draw_people(streams: Streams, batch: str, level: np.ndarray, family: np.ndarray, hire: np.ndarray,
                first_index: int, taken: set[str], aged_on: np.datetime64) -> Table:  # fmt: skip
    """People hired on `hire` into a level and family; `first_index` is the first one's index among all ever hired.

    Ages fit the levels on the day `aged_on`.
    """
    n = len(level)
    who, trait = streams.rng("names", batch), streams.rng("traits", batch)
    sex = trait.choice(3, size=n, p=(0.455, 0.54, 0.005))  # 0 female, 1 male, 2 other
    age = np.clip(21 + 2.4 * level + trait.gamma(2.2, 4.8, size=n), 19, 67)
    birth = (
        aged_on - np.floor(age * 365.25).astype("timedelta64[D]") - trait.integers(365, size=n).astype("timedelta64[D]")
    )
    # Nobody is so old at the start that retirement comes first of all.
    birth = np.maximum(birth, np.datetime64("1957-06-01", "D") + trait.integers(2000, size=n).astype("timedelta64[D]"))
    birth = np.minimum(birth, hire - np.timedelta64(19 * 366, "D"))
    first, last = names.draw_names(who, sex != 1)
    index = np.arange(first_index, first_index + n)
    rehired = (trait.random(n) < 0.06) & ((hire - birth).astype(int) > 28 * 366)
    style = trait.standard_normal((n, 2))
    goals, interests = _bits(trait, n, GOALS, 1, 3), _bits(trait, n, INTERESTS, 2, 4)
    offered = _skill_bits(trait, family)
    wanted = _bits(trait, n, SKILLS, 2, 4) & ~(offered & trait.integers(0, 1 << len(SKILLS), size=n))
    wanted = np.where(wanted == 0, 1 << trait.integers(len(SKILLS), size=n), wanted)
    citizenship = who.choice(CITIZENSHIPS, size=n, p=(0.8, 0.04, 0.04, 0.03, 0.03, 0.02, 0.02, 0.02))
    return {
        "number": np.array([f"E{10001 + i}" for i in index.tolist()], dtype="U12"),
        "employment_code": np.array([_code(streams.seed, i) for i in index.tolist()]),
        "first_name": first.astype("U24"),
        "last_name": last.astype("U24"),
        "email": names.emails(first, last, taken).astype("U64"),
        "pnr": names.personal_numbers(birth, who.integers(20, size=n)),
        "citizenship": citizenship,
        "union": who.choice(UNIONS, size=n).astype("U24"),
        "sex": sex.astype(np.int8),
        "birth": birth,
        "hire": hire,
        "original_hire": np.where(rehired, hire - trait.integers(400, 2500, size=n).astype("timedelta64[D]"), NAT),
        "location": trait.choice(len(TOWNS), size=n, p=TOWN_SHARES).astype(np.int8),
        # Traits, hidden from every file.
        "wellbeing": trait.standard_normal(n),
        "safety": trait.standard_normal(n),
        "sociable": trait.standard_normal(n),
        "unobserved": trait.standard_normal(n),
        "mentor_skill": trait.standard_normal(n),
        "style_1": style[:, 0],
        "style_2": style[:, 1],
        # Profiles as bit sets, which application forms spell out.
        "goals": goals,
        "interests": _nudge(trait, interests, style),
        "skills_wanted": wanted,
        "skills_offered": offered,
        "languages": 1 | _language_bits(trait, n),
        "mode": trait.choice(3, size=n, p=(0.3, 0.25, 0.45)).astype(np.int8),
        "is_english": trait.random(n) < 0.09,
        # What happens to them.
        "left": np.full(n, NAT),
        "left_reason": np.full(n, "", dtype="U20"),
        "parental_until": np.full(n, NAT),
        "promoted": np.full(n, NAT),
        "n_promotions": np.zeros(n, np.int16),
        "open_row": np.full(n, -1),
        "mentee_cohort": np.full(n, "", dtype="U8"),
        "mentor_cohort": np.full(n, "", dtype="U8"),
        "is_canary": np.zeros(n, bool),
        "is_protected": np.zeros(n, bool),
    }


def spelled_bits(bits: np.ndarray, words: tuple[str, ...]) -> list[str]:
    """Bit sets as words with `|` between."""
    cache: dict[int, str] = {}
    for value in set(bits.tolist()):
        cache[value] = "|".join(word for i, word in enumerate(words) if value >> i & 1)
    return [cache[value] for value in bits.tolist()]


def _code(seed: int, index: int) -> str:
    """An employment id that gives no employee number away: it reaches the warehouse as it is."""
    return "A" + hashlib.sha256(f"employment/{seed}/{index}".encode()).hexdigest()[:10].upper()


def _bits(rng: np.random.Generator, n: int, words: tuple[str, ...], low: int, high: int) -> np.ndarray:
    """Between `low` and `high` of the words, at random."""
    order = rng.random((n, len(words))).argsort(axis=1).argsort(axis=1)
    return ((order < rng.integers(low, high + 1, size=(n, 1))) << np.arange(len(words))).sum(axis=1)


def _skill_bits(rng: np.random.Generator, family: np.ndarray) -> np.ndarray:
    likely = np.zeros((len(FAMILIES), len(SKILLS)), bool)
    for row, name in enumerate(FAMILIES):
        likely[row, [SKILLS.index(s) for s in _FAMILY_SKILLS[name]]] = True
    chance = np.where(likely[family], 0.8, 0.18)
    has = rng.random(chance.shape) < chance
    has[np.arange(len(family)), likely[family].argmax(axis=1)] = True
    return (has << np.arange(len(SKILLS))).sum(axis=1)


def _nudge(rng: np.random.Generator, interests: np.ndarray, style: np.ndarray) -> np.ndarray:
    """Let two interests betray the hidden style, so that profiles carry information on how well a pair will do."""
    extra = np.where(style[:, 0] > 0.4, 1 << 1, np.where(style[:, 0] < -0.4, 1 << 4, 0))  # sport or literature
    return np.where(rng.random(len(style)) < 0.7, interests | extra, interests)


def _language_bits(rng: np.random.Generator, n: int) -> np.ndarray:
    chance = np.array([0.0, 0.7, *[0.06] * (len(LANGUAGES) - 2)])
    return ((rng.random((n, len(LANGUAGES))) < chance) << np.arange(len(LANGUAGES))).sum(axis=1)
