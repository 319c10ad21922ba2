"""Who is asked in a quarter, who answers and how far they get; assembles the token surveys' records."""

from __future__ import annotations

import numpy as np

from programme.period import Period
from sources.sample.answers import latents, token_answers
from sources.sample.careers import day, is_active
from sources.sample.cohorts import COHORTS, FIRST_PERIOD
from sources.sample.comments import colleague_of, comment
from sources.sample.organisation import FIRST_DAY
from sources.sample.planted import Planted
from sources.sample.quality import dose_of, pair_quality
from sources.sample.questionnaires import EMPLOYEES, MENTEES, MENTORS, Survey
from sources.sample.streams import Streams
from sources.sample.tables import Table

_ALPHABET = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"))
_SHARE_OF_MENTEES = {410101: 1.0, 410102: 0.95, 410103: 0.8}


def pair_states(world: dict[str, Table], period: Period) -> tuple[Table, np.ndarray]:
    """Per person what their pairs are like (mean over a mentor's pairs), and the mentees' dose at the quarter's end."""
    people, pair = world["people"], world["pair"]
    size = len(people["hire"])
    quality = pair_quality(people, world["jobs"], pair["mentee"], pair["mentor"])
    running = np.isin(pair["cohort"], [c.name for c in COHORTS if c.runs_in(period)])
    state = {"quality": np.zeros(size), "minutes": np.zeros(size), "reached_share": np.zeros(size),
             "is_running": np.zeros(size, bool)}  # fmt: skip
    share = pair["reached"] / np.maximum(pair["agreed"], 1)
    for role in ("mentee", "mentor"):
        who, n = pair[role][running], np.zeros(size)
        np.add.at(n, who, 1)
        for name, values in (("quality", quality), ("minutes", pair["quarter_minutes"]), ("reached_share", share)):
            total = np.zeros(size)
            np.add.at(total, who, values[running])
            state[name] += total if name == "minutes" else total / np.maximum(n, 1)
        state["is_running"][who] = True
    dose = np.zeros(size)
    dose[pair["mentee"]] = dose_of(quality, pair["meetings"])
    return state, dose


def invited(streams: Streams, survey: Survey, world: dict[str, Table], period: Period) -> tuple[np.ndarray, np.ndarray]:
    """Persons asked and their cohort text. Employees: unmatched applicants and a sample that stays the same."""
    people, pair = world["people"], world["pair"]
    size = len(people["hire"])
    active = is_active(people, day(period.end))
    cohort = np.full(size, "", dtype="U8")
    matched = np.zeros(size, bool)
    for role in ("mentee", "mentor"):
        matched[pair[role]] = True
        if survey.role == role:
            for item in COHORTS:
                cohort[pair[role][pair["cohort"] == item.name]] = item.name
    if survey.role != "employee":
        return np.flatnonzero((cohort != "") & active), cohort
    for name in ("mentee_cohort", "mentor_cohort"):
        cohort = np.where(people[name] != "", people[name], cohort)
    share = max(0.14, 150 / int((people["hire"] < FIRST_DAY).sum()))
    panel = streams.rng("response", "panel").random(size) < share
    sampled = panel & (people["hire"] <= day(period.start))
    applied = (people["mentee_cohort"] != "") | (people["mentor_cohort"] != "")
    return np.flatnonzero(active & ~matched & (applied | sampled)), cohort


def size_of_wave(world: dict[str, Table]) -> int:
    """More than the number of people ever asked in one wave, the same in all of them."""
    return int((world["people"]["hire"] < FIRST_DAY).sum())


def wave(streams: Streams, planted: Planted, survey: Survey, world: dict[str, Table], period: Period,
         states: tuple[Table, np.ndarray]) -> tuple[list[dict], list[dict], list[dict]]:  # fmt: skip
    """Participants and responses (records in the server's shapes), and the comments planted with people in them."""
    pair_state, dose = states
    people = world["people"]
    size = len(people["hire"])
    who, cohort = invited(streams, survey, world, period)
    latent = latents(planted, world, period, dose)
    rng = streams.rng("response", survey.sid, period)
    u = rng.random((4, size))
    seconds = rng.integers(86_400, size=(2, size))
    rate = np.clip(planted.response_rate * _SHARE_OF_MENTEES[survey.sid], 0.01, 0.99)
    chance = 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + planted.nonresponse_slope * (latent["WELL"][who] - 0.2))))
    answers_it = (u[0, who] < chance) | people["is_canary"][who]
    n_pages = max(q.page for q in survey.questions)
    broken = answers_it & (u[1, who] < 0.07) & ~people["is_canary"][who]
    last_page = np.where(broken, np.floor(u[2, who] * (n_pages + 0.0)).astype(int), n_pages)
    tokens = _ALPHABET[streams.rng("response", survey.sid, "tokens", period).integers(len(_ALPHABET), size=(size, 15))]
    # Numbers go on from wave to wave, and their order says nothing of employee numbers: they reach the warehouse.
    n_waves = period.year * 4 + period.quarter - FIRST_PERIOD.year * 4 - FIRST_PERIOD.quarter
    ids = 4 * size_of_wave(world) * n_waves + 1 + streams.rng("response", survey.sid, "order", period).permutation(size)
    who = who[np.argsort(ids[who])]
    opened = day(period.start) + np.timedelta64(66, "D")
    begun = (opened + np.floor(u[3] * 14).astype("timedelta64[D]")).astype("datetime64[s]") + seconds[0].astype(
        "timedelta64[s]"
    )
    done = begun + (180 + seconds[1] % 1500).astype("timedelta64[s]")
    answers = token_answers(streams, survey, period, latent, pair_state, who)
    texts, planted_comments = _comments(streams, planted, survey, world, period, who, pair_state)
    answers.update(texts)
    page_of = survey.page_of
    rows = {item: np.where(last_page >= page_of[item], answers[item], "").tolist() for item in survey.items}
    participants, responses = [], []
    begun_text, done_text = (np.char.replace(np.datetime_as_string(t), "T", " ") for t in (begun, done))
    for k, person in enumerate(who.tolist()):
        tid, token = int(ids[person]), "".join(tokens[person])
        language = "en" if people["is_english"][person] else "sv"
        is_complete = bool(answers_it[k] and not broken[k])
        participants.append({
            "tid": tid, "token": token, "first_name": str(people["first_name"][person]),
            "last_name": str(people["last_name"][person]), "email": str(people["email"][person]), "language": language,
            "completed": str(done_text[person])[:16] if is_complete else "N",
            "number": str(people["number"][person]), "cohort": str(cohort[person]),
        })  # fmt: skip
        if answers_it[k]:
            page = int(last_page[k])
            responses.append(
                {
                    "id": tid,
                    "submitdate": str(done_text[person]) if is_complete else "",
                    "lastpage": page if page else "",
                    "startlanguage": language,
                    "seed": str(int(seconds[0, person]) * 24_000 + tid % 24_000),
                    "token": token,
                    "startdate": str(begun_text[person]),
                    "datestamp": str(done_text[person]),
                    "refurl": "https://intranat.nordviken.example/mentor",
                    **{item: values[k] for item, values in rows.items()},
                }
            )
    answered = {r["id"] for r in responses if r["submitdate"]}
    planted_comments = [{"sid": survey.sid, "response_id": int(ids[c.pop("person")]), **c} for c in planted_comments]
    return participants, responses, [c for c in planted_comments if c["response_id"] in answered]


def _comments(
    streams: Streams,
    planted: Planted,
    survey: Survey,
    world: dict[str, Table],
    period: Period,
    who: np.ndarray,
    pair_state: Table,
) -> tuple[dict[str, list[str]], list[dict]]:
    """Free text by item, and what was planted in it."""
    people = world["people"]
    size = len(people["hire"])
    canaries = np.flatnonzero(people["is_canary"])
    texts: dict[str, list[str]] = {}
    named: list[dict] = []
    for item in ("GOOD", "CHANGE"):
        if item not in survey.items:
            continue
        u = streams.rng("comments", survey.sid, period, item).random((size, 10))
        column = []
        for person in who.tolist():
            draws = u[person]
            is_canary = bool(people["is_canary"][person])
            if draws[7] >= planted.comment_share and not is_canary:
                column.append("")
                continue
            colleague = None
            if draws[8] < planted.identifier_share or is_canary:
                # Marker people name each other; everyone else names a colleague at random, now and then a marker one.
                pick = draws[9] * 5 % 1
                index = int(canaries[int(pick * len(canaries))] if is_canary or draws[9] < 0.2 else pick * size)
                colleague = colleague_of(people, index, draws[6])
            is_content = bool(pair_state["quality"][person] > 0.75)
            text = comment(draws[:7], item == "CHANGE", bool(people["is_english"][person]), is_content, colleague)
            column.append(text)
            if colleague is not None:
                named.append({"person": person, "item": item, "text": text,
                              "identifiers": [v for v in colleague.values() if v in text]})  # fmt: skip
        texts[item] = column
    return texts, named


TOKEN_SURVEYS = (MENTEES, MENTORS, EMPLOYEES)
