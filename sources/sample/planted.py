"""What is planted: the effects, biases and rates that an evaluation should find again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from sources.sample.streams import STREAMS


@dataclass(frozen=True, slots=True)
class Planted:
    """The sample's factors. `dose` is pair quality (0 to about 1) times 1 - exp(-meetings so far / 4)."""

    retention_effect: float = 1.0  # fall of the log hazard of leaving by one's own choice, per unit of dose
    promotion_effect: float = 0.8  # rise of the log hazard of promotion, per unit of dose
    wellbeing_effect: float = 0.6  # rise of latent wellbeing in standard deviations, per unit of dose
    career_effect: float = 0.5  # the same for satisfaction with one's career
    belonging_effect: float = 0.4  # the same for belonging
    network_effect: float = 3.0  # more colleagues one can turn to, per unit of dose
    selection_strength: float = 1.0  # how much applicants differ on observed covariates; 0: at random
    hidden_confounding: float = 0.0  # how much an unobserved trait drives both applying and outcomes
    meeting_rate: float = 1.7  # meetings a month of a pair of middling quality
    adjustment_gain: float = 0.25  # relative rise of the meeting rate after the first adjustment
    response_rate: float = 0.72  # share of the mentees invited who answer; other surveys scale with it
    nonresponse_slope: float = 0.15  # how much the well answer more often (log odds per standard deviation)
    comment_share: float = 0.45  # share of complete responses with a comment, per question
    identifier_share: float = 0.04  # share of the comments that name a person, phone, e-mail or number
    group_gap: float = 0.3  # anonymous lane: the groups' distance in latent outcomes
    dirt: float = 1.0  # 1: the written list of dirty rows is planted; 0: all files are clean

    @classmethod
    def altered(cls, changes: dict[str, Any]) -> tuple[Self, dict[str, int]]:
        """Defaults with `changes`; also the reseeded streams (`stream.<name>`). Unknown names raise ValueError."""
        known = {f.name for f in fields(cls)}
        reseeded: dict[str, int] = {}
        values: dict[str, float] = {}
        for name, value in changes.items():
            if name in known:
                values[name] = float(value)
            elif name.startswith("stream.") and name.removeprefix("stream.") in STREAMS:
                reseeded[name.removeprefix("stream.")] = int(value)
            else:
                raise ValueError(
                    f"altered factor {name!r}: expected one of {', '.join(sorted(known))} or stream.<name>"
                )
        return replace(cls(), **values), reseeded

    def to_dict(self) -> dict[str, float]:
        """The factors by name."""
        return asdict(self)
