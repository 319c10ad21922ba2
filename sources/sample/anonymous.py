"""The anonymous survey: groups on protected grounds exist here alone, in answers that lead to nobody."""

from __future__ import annotations

from typing import Any

import numpy as np

from programme.period import Period
from sources.sample.answers import latents
from sources.sample.careers import day, is_active
from sources.sample.planted import Planted
from sources.sample.streams import Streams
from sources.sample.tables import Table

GROUND_SHARES = {"G_ETH": 0.2, "G_DIS": 0.1, "G_ORI": 0.08}
_CUTS = np.array([-1.75, -0.95, -0.1, 0.95])


def responses(
    streams: Streams, planted: Planted, world: dict[str, Table], period: Period, dose: np.ndarray
) -> list[dict[str, Any]]:
    """One record a respondent in shuffled order; submitted at 1980-01-01, as the server writes without date stamps."""
    people, pair = world["people"], world["pair"]
    size = len(people["hire"])
    grounds = streams.rng("anonymous", "grounds").random((size, 3))  # the same people belong to a group each time
    is_member = grounds < np.array(list(GROUND_SHARES.values()))
    rng = streams.rng("anonymous", period)
    u, noise, order = rng.random((size, 6)), rng.standard_normal((size, 3)), rng.permutation(size)
    seeds = rng.integers(1 << 31, size=size)
    latent = latents(planted, world, period, dose)
    part = np.full(size, "A3")
    part[pair["mentor"]] = "A2"
    part[pair["mentee"]] = "A1"
    chance = planted.response_rate * 0.85 + 0.02 * latent["WELL"]
    answering = is_active(people, day(period.end)) & (u[:, 0] < chance)
    gap = planted.group_gap * is_member.sum(axis=1)
    columns = {f"{code}": np.where(u[:, 1 + k] < 0.08, "", np.where(is_member[:, k], "Y", "N"))
               for k, code in enumerate(GROUND_SHARES)}  # fmt: skip
    columns["PART"] = part  # mandatory, as a row without it would say nothing
    for k, code in enumerate(("STAY", "CAREER", "SAFE")):
        place = np.searchsorted(_CUTS, 0.9 * (latent[code] - gap) + 0.7 * noise[:, k])
        columns[code] = np.where(u[:, 5] < 0.02, "", np.array(["A1", "A2", "A3", "A4", "A5"])[place])
    texts = {name: values.tolist() for name, values in columns.items()}
    result = []
    for place, person in enumerate(order.tolist(), 1):
        if answering[person]:
            result.append({
                "id": place, "submitdate": "1980-01-01 00:00:00", "lastpage": 1,
                "startlanguage": "sv", "seed": str(int(seeds[person])),
                **{name: values[person] for name, values in texts.items()},
            })  # fmt: skip
    return result
