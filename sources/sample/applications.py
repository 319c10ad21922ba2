"""Who applies: self-selected mentees and mentors, their forms, and mentors' interviews."""

from __future__ import annotations

import numpy as np

from programme.period import Period
from sources.contracts import dataset
from sources.contracts.codes import CHANNEL, GOALS, INTERESTS, LANGUAGES, MEETING_MODE, SKILLS
from sources.sample.careers import covariates, day, is_active
from sources.sample.cohorts import COHORTS, Cohort
from sources.sample.comments import motivations
from sources.sample.people import spelled_bits
from sources.sample.planted import Planted
from sources.sample.quality import pair_quality
from sources.sample.streams import Streams
from sources.sample.tables import FileRows, Table, append, dates, file_rows, length, spelled, take, yes_no

_CHANNELS = np.array(["self", "manager", "hr"])
_MODES = np.array(["in_person", "remote", "either"])
# Log odds of applying by job family: the same ones that leave more often, and a few more.
_APPLIES = np.array([0.0, -0.4, 0.3, 0.1, 0.3, 0.5, 0.5, 0.0, 0.0, 0.0])


def cohort_size(n_employees: int) -> tuple[int, int]:
    """Mentees and mentors who apply a cohort: 160 and 110 of 5,000 employees, 40 and 30 of 600."""
    scale = (n_employees / 5000) ** 0.63
    return max(6, round(160 * scale)), max(5, round(112 * scale))


def mentee_score(people: Table, jobs: Table, on: np.datetime64, planted: Planted) -> np.ndarray:
    """Log odds (up to a constant) of applying as a mentee; every part also moves leaving or promotion."""
    c = covariates(people, jobs, on)
    observed = (
        0.7 * c["is_female"] + 0.7 * c["is_promoted_2y"] - 0.25 * (jobs["level"] - 4.0)
        - 0.2 * np.minimum(c["tenure"], 10) + _APPLIES[c["family"]]
    )  # fmt: skip
    return planted.selection_strength * observed + planted.hidden_confounding * people["unobserved"]


def apply(streams: Streams, planted: Planted, world: dict[str, Table], period: Period, n_first: int) -> None:
    """Add the applications of the cohort whose forms close in `period`, if there is one."""
    for cohort in COHORTS:
        if cohort.match_period == period:
            n_mentees, n_mentors = cohort_size(n_first)
            mentors = _mentors(streams, world, cohort, n_mentors)
            _mentees(streams, planted, world, cohort, n_mentees, mentors)


def _top(score: np.ndarray, can: np.ndarray, n: int, uniform: np.ndarray) -> np.ndarray:
    """`n` of those who can, drawn without replacement with odds exp(score) (Gumbel top-k)."""
    keys = np.where(can, score - np.log(-np.log(uniform)), -np.inf)
    n = min(n, int(can.sum()))
    return np.sort(np.argpartition(-keys, max(n - 1, 0))[:n]) if n else np.zeros(0, int)


def _canary(people: Table, position: int) -> np.ndarray:
    """The marker person at `position` of `names.CANARIES`, by number."""
    return people["number"] == f"E90909{position + 1:03d}"


def _mentees(streams: Streams, planted: Planted, world: dict[str, Table], cohort: Cohort, n: int,
             mentors: np.ndarray) -> None:  # fmt: skip
    people, jobs = world["people"], world["jobs"]
    on, size = day(cohort.closes_on), len(people["hire"])
    rng = streams.rng("application", cohort.name, "mentee")
    u = rng.random((8, size))
    tenure = (on - people["hire"]).astype(int) / 365.25
    free = (is_active(people, on) & np.isnat(people["left"]) & ~jobs["is_manager"] & ~people["is_canary"]
            & (people["mentee_cohort"] == "") & (people["mentor_cohort"] == ""))  # fmt: skip
    fits = free & (jobs["level"] <= 5) & (tenure >= 1) & ~(people["parental_until"] >= on)
    n_unfit = max(1, round(0.03 * n))
    unfit = free & ~fits & ((tenure < 0.45) | (jobs["level"] > 6))
    chosen = np.concatenate([
        _top(mentee_score(people, jobs, on, planted), fits, n - n_unfit - 1, u[0]),
        _top(np.zeros(size), unfit, n_unfit, u[0]),
        np.flatnonzero(_canary(people, 2 if cohort.name == "2025" else 0)),
    ])  # fmt: skip
    people["mentee_cohort"][chosen] = cohort.name
    is_canary = people["is_canary"][chosen]
    applied = on - np.floor(u[1, chosen] * 31).astype("timedelta64[D]")
    applied = np.maximum(applied, people["hire"][chosen])
    quality = pair_quality(people, jobs, chosen[:, None], mentors[None, :])
    wish = np.argsort(-(quality + 0.25 * rng.random((size, max(len(mentors), 1)))[chosen]), axis=1)[:, :3]
    n_wishes = np.where(u[2, chosen] < 0.42, 1 + np.floor(u[3, chosen] * 3), 0).astype(int)
    number = people["number"]
    preferred = ["|".join(number[mentors[w[:k]]].tolist()) for w, k in zip(wish, n_wishes.tolist(), strict=True)]
    rows = {
        "person": chosen, "cohort": np.full(len(chosen), cohort.name, dtype="U8"), "applied": applied,
        "channel": _CHANNELS[np.searchsorted([0.6, 0.82], u[4, chosen])],
        "consent": (u[5, chosen] > 0.025) | is_canary,
        "preferred": np.array(preferred, dtype="U48"),
        "motivation": np.array(motivations(u[6, chosen], u[7, chosen], people["is_english"][chosen]), dtype="U240"),
    }  # fmt: skip
    world["mentee"] = append(world.get("mentee", {}), take(rows, np.lexsort((chosen, applied))))


def _mentors(streams: Streams, world: dict[str, Table], cohort: Cohort, n: int) -> np.ndarray:
    people, jobs = world["people"], world["jobs"]
    on, size = day(cohort.closes_on), len(people["hire"])
    u = streams.rng("application", cohort.name, "mentor").random((9, size))
    tenure = (on - people["hire"]).astype(int) / 365.25
    can = (
        is_active(people, on)
        & np.isnat(people["left"])
        & (jobs["level"] >= 6)
        & (tenure >= 3)
        & ~people["is_canary"]
        & (people["mentee_cohort"] == "")
        & ~(people["parental_until"] >= on)
    )
    score = 0.5 * people["mentor_skill"] + 0.3 * people["sociable"] + 0.3 * jobs["is_manager"]
    new = (is_active(people, on) & np.isnat(people["left"]) & (jobs["level"] >= 6) & (tenure < 2.9) & (tenure > 0)
           & ~people["is_canary"] & (people["mentee_cohort"] == ""))  # fmt: skip
    n_unfit = max(1, round(0.02 * n))
    chosen = np.concatenate([
        _top(score, can, n - n_unfit - 1, u[0]), _top(np.zeros(size), new & ~can, n_unfit, u[0]),
        np.flatnonzero(_canary(people, 3 if cohort.name == "2025" else 1)),
    ])  # fmt: skip
    people["mentor_cohort"][chosen] = cohort.name
    is_canary = people["is_canary"][chosen]
    applied = on - np.floor(u[1, chosen] * 31).astype("timedelta64[D]")
    rows = {
        "person": chosen,
        "cohort": np.full(len(chosen), cohort.name, dtype="U8"),
        "applied": applied,
        "channel": _CHANNELS[np.searchsorted([0.7, 0.9], u[2, chosen])],
        "consent": (u[3, chosen] > 0.015) | is_canary,
        "capacity": np.where(is_canary, 2, np.where(u[4, chosen] < 0.01, 0, np.where(u[4, chosen] < 0.58, 1, 2))),
        "interviewed": (u[5, chosen] > 0.04) | is_canary,
        "motivation": np.array(
            motivations(u[6, chosen], u[7, chosen], people["is_english"][chosen], True), dtype="U240"
        ),
    }
    world["mentor"] = append(world.get("mentor", {}), take(rows, np.lexsort((chosen, applied))))
    return np.sort(chosen)


def application_files(world: dict[str, Table]) -> dict[str, FileRows]:
    """Both application lists: all cohorts so far."""
    people = world["people"]
    files = {}
    for name, text in (("mentee", "skills_wanted"), ("mentor", "skills_offered")):
        contract = dataset("programme", f"{name}_application")
        table = world.get(name, {})
        if not length(table):
            files[contract.file] = file_rows(contract, {c.name: [] for c in contract.columns})
            continue
        who = table["person"]
        values = {
            "application_id": [str(i + 1) for i in range(len(who))],
            "cohort": table["cohort"].tolist(),
            "person_id": people["number"][who].tolist(),
            "applied_on": dates(table["applied"]),
            "channel": spelled(table["channel"], CHANNEL),
            "has_consented": yes_no(table["consent"]),
            "goals": spelled_bits(people["goals"][who], GOALS),
            text: spelled_bits(people[text][who], SKILLS),
            "interests": spelled_bits(people["interests"][who], INTERESTS),
            "languages": spelled_bits(people["languages"][who], LANGUAGES),
            "meeting_mode": spelled(_MODES[people["mode"][who]], MEETING_MODE),
            "motivation": table["motivation"].tolist(),
        }
        if name == "mentee":
            values["preferred_mentors"] = table["preferred"].tolist()
        else:
            values["capacity"] = list(map(str, table["capacity"].tolist()))
            values["is_interviewed"] = yes_no(table["interviewed"])
        files[contract.file] = file_rows(contract, values)
    return files
