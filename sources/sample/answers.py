"""Latent states behind the questionnaires, and the answers that follow from them."""

from __future__ import annotations

import numpy as np

from programme.period import Period
from sources.sample.careers import covariates, day, hazards
from sources.sample.planted import Planted
from sources.sample.questionnaires import Survey
from sources.sample.streams import Streams
from sources.sample.tables import Table

_CUTS = np.array([-1.75, -0.95, -0.1, 0.95])  # latent values at which the answer turns from A1 to A2, ... A5
_CODES = np.array(["A1", "A2", "A3", "A4", "A5", "A6", ""])


def latents(planted: Planted, world: dict[str, Table], period: Period, dose: np.ndarray) -> Table:
    """What everyone feels at the quarter's end, in standard deviations, but for `network` (people).

    Mentoring moves wellbeing, belonging, careers, the wish to stay and networks by `dose`; covariates that also drive
    applying move them too, so that a naive comparison misleads.
    """
    people, jobs = world["people"], world["jobs"]
    c = covariates(people, jobs, day(period.end))
    level = jobs["level"] - 4.0
    hidden = planted.hidden_confounding * 0.4 * people["unobserved"]
    season = 0.1 * (period.quarter == 3) - 0.1 * (period.quarter == 4)
    well = (
        0.75 * people["wellbeing"]
        + 0.06 * level
        - 0.2 * c["is_female"]
        + 0.15 * c["is_promoted_2y"]
        + season
        - hidden
        + planted.wellbeing_effect * dose
    )
    safe = 0.7 * people["safety"] + 0.2 * people["wellbeing"] + 0.04 * level - 0.15 * c["is_female"]
    belong = (0.45 * people["sociable"] + 0.35 * people["wellbeing"] + 0.01 * np.minimum(c["tenure"], 15)
              - 0.1 * c["is_female"] + planted.belonging_effect * dose)  # fmt: skip
    career = (0.3 * people["wellbeing"] + 0.5 * c["is_promoted_2y"] + 0.05 * level - 0.15 * c["is_female"]
              + planted.career_effect * dose)  # fmt: skip
    leave, _ = hazards(people, jobs, day(period.end), planted)
    stay = 0.4 * people["wellbeing"] - 0.8 * (np.log(leave) - np.log(0.02)) + 0.4 * planted.retention_effect * dose
    network = 5.5 * np.exp(0.25 * people["sociable"] + 0.05 * level) + planted.network_effect * dose
    return {"WELL": well, "SAFE": safe, "BELONG": belong, "CAREER": career, "STAY": stay, "network": network}


def answer_codes(latent: np.ndarray, noise: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Short codes of a Likert item with `Vet ej` (A6) and blanks; all arguments are of one shape."""
    place = np.searchsorted(_CUTS, 0.9 * latent + 0.55 * noise)
    return _CODES[np.where(uniform < 0.015, 6, np.where(uniform < 0.045, 5, place))]


def token_answers(streams: Streams, survey: Survey, period: Period, latent: Table, pair_state: Table,
                  who: np.ndarray) -> dict[str, np.ndarray]:  # fmt: skip
    """Answers of the people `who` to all items but comments: item -> texts, before pages unseen are blanked.

    `pair_state`: columns `quality`, `minutes`, `reached_share`, `is_running` over all persons.
    """
    size = len(latent["WELL"])
    mood = streams.rng("surveys", survey.sid, period, "mood").standard_normal((4, size))
    result: dict[str, np.ndarray] = {}
    running = pair_state["is_running"][who]
    for question in survey.questions:
        rng = streams.rng("surveys", survey.sid, period, question.code)
        if question.kind == "F":
            k = len(question.subs)
            noise, uniform = rng.standard_normal((size, k))[who], rng.random((size, k))[who]
            if question.code == "RELQ":
                state = 3.0 * (pair_state["quality"][who] - 0.6) + 0.9 + 0.5 * mood[3, who]
            else:
                state = latent[question.code][who] + 0.4 * mood[("WELL", "SAFE", "BELONG").index(question.code)
                                                                if question.code != "CAREER" else 3, who]  # fmt: skip
            codes = answer_codes(np.repeat(state[:, None], k, axis=1), noise, uniform)
            if question.code == "RELQ":
                codes = np.where(running[:, None], codes, "")
            result.update({item: codes[:, j] for j, item in enumerate(question.items)})
        elif question.code == "STAY":
            result["STAY"] = answer_codes(latent["STAY"][who], rng.standard_normal(size)[who], rng.random(size)[who])
        elif question.code == "GOALS":
            state = 2.2 * (pair_state["reached_share"][who] - 0.3) + 0.4
            codes = answer_codes(state, rng.standard_normal(size)[who], rng.random(size)[who])
            result["GOALS"] = np.where(running, codes, "")
        elif question.code == "NET":
            mean = latent["network"][who]
            value = np.maximum(np.rint(mean + np.sqrt(mean) * rng.standard_normal(size)[who]), 0).astype(int)
            result["NET"] = np.where(rng.random(size)[who] < 0.03, "", value.astype("U6"))
        elif question.code == "HOURS":
            hours = np.rint(2 * pair_state["minutes"][who] / 60 * (1 + 0.1 * rng.standard_normal(size)[who])) / 2
            text = np.array([f"{h:g}" for h in np.maximum(hours, 0).tolist()], dtype="U6")
            result["HOURS"] = np.where(running & (rng.random(size)[who] > 0.05), text, "")
        elif question.code == "CONTACT":
            uniform = rng.random(size)[who]
            result["CONTACT"] = np.where(uniform < 0.05, "Y", np.where(uniform < 0.9, "", "N"))
    return result
