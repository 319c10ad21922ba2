"""What is true of the sample: for tests alone, written outside the inbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from programme.period import Period
from sources.sample.names import CANARIES
from sources.sample.planted import Planted
from sources.sample.quality import dose_of, pair_quality
from sources.sample.tables import Table


@dataclass(frozen=True, slots=True)
class Truth:
    """One quarter's truth.

    `planted`: factor to value; `dirty`: file (path below the inbox), line, rule; `canaries`: marker people with their
    identifiers and role; `comments`: survey, response, item, text and the identifiers in it; `people`: a row for each
    mentee or applicant with potential outcomes (chances and outcomes without and with the mentoring received so far);
    `pairs`: quality, meetings and dose of each approved pair.
    """

    period: str
    planted: dict[str, float]
    dirty: list[dict[str, Any]]
    canaries: list[dict[str, str]]
    comments: list[dict[str, Any]]
    people: list[dict[str, Any]]
    pairs: list[dict[str, Any]]

    def to_bytes(self) -> bytes:
        """JSON, the same bytes for the same truth."""
        data = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(data, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Truth:
        """The inverse of `to_bytes`."""
        return cls(**json.loads(data))


def make_truth(planted: Planted, world: dict[str, Table], period: Period, outcomes: Table, dirty: list[dict[str, Any]],
               comments: list[dict[str, Any]]) -> Truth:  # fmt: skip
    """Collect the truth of one quarter from the simulated world."""
    people, pair = world["people"], world["pair"]
    canaries = []
    for index in np.flatnonzero(people["is_canary"]).tolist():
        row = {k: str(people[k][index]) for k in ("number", "first_name", "last_name", "email", "pnr")}
        canaries.append({**row, "role": next(r for _, last, r in CANARIES if last == row["last_name"])})
    involved = np.flatnonzero((people["mentee_cohort"] != "") | np.isin(np.arange(len(people["hire"])), pair["mentee"]))
    rows = []
    for i in involved.tolist():
        rows.append(
            {
                "number": str(people["number"][i]),
                "cohort": str(people["mentee_cohort"][i]),
                "is_exposed": bool(outcomes["is_exposed"][i]),
                "dose": _round(outcomes["dose"][i]),
                "leave_hazard_0": _round(outcomes["leave_hazard_0"][i]),
                "leave_hazard_1": _round(outcomes["leave_hazard_1"][i]),
                "leaves_0": bool(outcomes["u_leave"][i] < outcomes["leave_hazard_0"][i]),
                "leaves_1": bool(outcomes["u_leave"][i] < outcomes["leave_hazard_1"][i]),
                "promotion_hazard_0": _round(outcomes["promotion_hazard_0"][i]),
                "promotion_hazard_1": _round(outcomes["promotion_hazard_1"][i]),
                "promoted_0": bool(outcomes["u_promotion"][i] < outcomes["promotion_hazard_0"][i]),
                "promoted_1": bool(outcomes["u_promotion"][i] < outcomes["promotion_hazard_1"][i]),
            }
        )
    quality = pair_quality(people, world["jobs"], pair["mentee"], pair["mentor"])
    dose = dose_of(quality, pair["meetings"])
    pairs = [
        {"cohort": str(pair["cohort"][k]), "mentee": str(people["number"][pair["mentee"][k]]),
         "mentor": str(people["number"][pair["mentor"][k]]), "quality": _round(quality[k]),
         "meetings": int(pair["meetings"][k]), "dose": _round(dose[k]),
         "wellbeing_shift": _round(planted.wellbeing_effect * dose[k]),
         "network_shift": _round(planted.network_effect * dose[k])}
        for k in range(len(quality))
    ]  # fmt: skip
    return Truth(period.label, planted.to_dict(), dirty, canaries, comments, rows, pairs)


def _round(value: float) -> float:
    return round(float(value), 9)
