"""How mentors and mentees are matched: weights, rules, decisions, aims, draws."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from programme.config.parts import Name, Part, Pseudonym, Share

Level = Literal["participation", "worst_off", "balance", "total", "leximin", "rank_maximal"]


class Weights(Part):
    """Weights of the match components; each component lies in 0..1, weights need not sum to 1."""

    skills: float = Field(0.30, ge=0, description="Skills wanted by the mentee that the mentor offers")
    goals: float = Field(0.25, ge=0, description="Professional goals that the mentor can support")
    interests: float = Field(0.20, ge=0, description="Personal interests in common")
    preference: float = Field(0.15, ge=0, description="The mentee's ranked choice of mentors")
    experience: float = Field(0.05, ge=0, description="A level gap near the ideal one")
    distance: float = Field(0.05, ge=0, description="Another part of the organisation")
    values: float = Field(0, ge=0, description="Values chosen by both; needs the column values")
    mentor_preference: float = Field(
        0, ge=0, description="The mentor's ranked choice of mentees; needs the mentors' column preferred_mentees"
    )
    free_text: float = Field(
        0, ge=0, description="Likeness of the motivations in words; needs the columns motivation and "
                             "motivation_language")  # fmt: skip
    location: float = Field(0, ge=0, description="The same place of work")
    time_zone: float = Field(
        0, ge=0, description="Few hours between their time zones; needs the column time_zone (hours from UTC)"
    )
    languages: float = Field(0, ge=0, description="Share of the mentee's languages that the mentor speaks")
    meeting_mode: float = Field(0, ge=0, description="Both want to meet in the same way")
    availability: float = Field(0, ge=0, description="Weekly free hours in common; needs the column availability")
    acquaintance: float = Field(0, ge=0, description="They do not know each other yet; needs the column known_people")

    @model_validator(mode="after")
    def _some(self) -> Weights:
        if sum(self.model_dump().values()) <= 0:
            raise ValueError("at least one weight must be above 0")
        return self


class Rules(Part):
    """Hard rules: a pair that one forbids is never proposed."""

    not_own_manager: bool = Field(True, description="Nobody in the mentee's management chain, above or below")
    not_same_manager: bool = Field(True, description="No peer under the same manager")
    not_same_team: bool = Field(True, description="Not the same organisation unit")
    common_language: bool = Field(True, description="At least one language in common")
    meeting_mode: bool = Field(
        True, description="One who meets only in person is not matched with one who meets only remotely"
    )
    same_location_if_in_person: bool = Field(False, description="Pairs that meet only in person work in one place")
    min_level_gap: int = Field(0, ge=-5, le=10, description="Mentor's level minus mentee's, at least")
    max_level_gap: int = Field(8, ge=0, le=12, description="Mentor's level minus mentee's, at most")
    mentor_interviewed: bool = Field(True, description="Only mentors whose interview was approved")
    experience_years: float | None = Field(
        None, ge=0, description="Mentors have been employed for at least so many years; empty: no such demand"
    )
    max_time_zone_gap: float | None = Field(
        None, ge=0, le=12, description="Most hours between the two time zones; needs the column time_zone; empty: any"
    )
    not_known_to_each_other: bool = Field(
        False, description="They do not know each other yet; needs the column known_people"
    )
    earlier_failed: bool = Field(
        False, description="No pair again that ended early in an earlier round; needs those pairs to be given"
    )

    @model_validator(mode="after")
    def _possible(self) -> Rules:
        if self.min_level_gap > self.max_level_gap:
            raise ValueError("expected min_level_gap <= max_level_gap; no pair could meet both")
        return self


class Override(Part):
    """A decision of the programme office on one pair, by pseudonym."""

    kind: Literal["lock", "forbid"] = Field(description="lock: this pair is kept; forbid: never this pair")
    cohort: Name = Field(description="The cohort it holds for")
    mentee_person_id: Pseudonym = Field(description="Mentee's pseudonym")
    mentor_person_id: Pseudonym = Field(description="Mentor's pseudonym")
    author: str = Field(min_length=1, description="Who decided")
    reason: str = Field(min_length=1, description="Why")
    expires_on: dt.date | None = Field(None, description="Last day on which it holds")


class Lottery(Part):
    """A draw of the mentees who are offered a place where more may be matched than mentors have places for."""

    is_used: bool = Field(False, description="Whether places are drawn by lot; otherwise the best matches get them")
    strata: tuple[Literal["division_id", "level_band", "job_family", "location"], ...] = Field(
        ("division_id", "level_band"), description="Places are spread in proportion over these; nobody's odds change"
    )
    level_bands: tuple[int, ...] = Field((4, 7), description="Levels at which a new level band begins, ascending")

    @model_validator(mode="after")
    def _ascending(self) -> Lottery:
        if list(self.level_bands) != sorted(set(self.level_bands)):
            raise ValueError("level_bands: expected ascending levels, each once")
        return self


class Conflict(Part):
    """Two people who may not meet as mentor and mentee, whoever is which, in any cohort."""

    person_id: Pseudonym = Field(description="One's pseudonym")
    other_person_id: Pseudonym = Field(description="The other's pseudonym")
    author: str = Field(min_length=1, description="Who decided")
    reason: str = Field(min_length=1, description="Why")
    expires_on: dt.date | None = Field(None, description="Last day on which it holds")

    @model_validator(mode="after")
    def _two(self) -> Conflict:
        if self.person_id == self.other_person_id:
            raise ValueError("person_id and other_person_id are the same; expected two people")
        return self


class PreferredRule(Part):
    """A rule on pairs that does not forbid, but lowers the score of a pair that breaks it."""

    rule: Literal["not_own_manager", "not_same_manager", "not_same_team", "common_language", "meeting_mode",
                  "same_location", "level_gap", "max_time_zone_gap", "not_known_to_each_other",
                  "earlier_failed"] = Field(description="Code of the rule")  # fmt: skip
    penalty: Share = Field(description="What a pair that breaks it loses of its score, 0 to 1; no score falls below 0")


class Matching(Part):
    """How mentors and mentees are matched."""

    weights: Weights = Field(default_factory=Weights, description="Weights of the score's components")
    rules: Rules = Field(default_factory=Rules, description="Hard rules")
    preferred: tuple[PreferredRule, ...] = Field((), description="Rules that are wished for, not required")
    overrides: tuple[Override, ...] = Field((), description="Locked and forbidden pairs")
    conflicts: tuple[Conflict, ...] = Field((), description="Pairs of people who may not meet, either way round")
    objective: tuple[Level, ...] = Field(
        ("participation", "worst_off", "balance", "total"),
        min_length=1,
        description="What the matching aims at, first things first: most mentees matched, the worst-off mentee as well "
        "off as possible, mentors' load spread evenly, the greatest total score; or leximin, rank_maximal",
    )
    near_optimal: int = Field(
        0,
        ge=0,
        le=100,
        description="So many assignments nearly as good as the best; one of them or the best is drawn by lot, so that "
        "the effect of a pair's features can be learned. 0: the best is proposed",
    )
    lottery: Lottery = Field(default_factory=Lottery, description="Draw of places when they are fewer than applicants")
    seed: int = Field(1, ge=0, description="Seed of whatever is drawn at random")
    approvers: tuple[str, ...] = Field(
        min_length=1, description="Airflow users who may approve proposals, deputies included"
    )

    @model_validator(mode="after")
    def _levels(self) -> Matching:
        if len(set(self.objective)) < len(self.objective):
            raise ValueError("objective: a level is named twice; keep one")
        if "worst_off" in self.objective and "participation" not in self.objective[: self.objective.index("worst_off")]:
            raise ValueError("objective: worst_off is over matched mentees; put participation before it")
        if "leximin" in self.objective and "worst_off" in self.objective[self.objective.index("leximin") :]:
            raise ValueError("objective: leximin settles the worst off already; leave out the worst_off after it")
        return self

    @model_validator(mode="after")
    def _required_or_preferred(self) -> Matching:
        named = [p.rule for p in self.preferred]
        problems = [
            f"preferred: {rule} is listed twice; keep one" for rule in sorted(set(named)) if named.count(rule) > 1
        ]
        for rule in dict.fromkeys(named):
            field = "same_location_if_in_person" if rule == "same_location" else rule
            # The level gap has limits, no switch: listing it as preferred is what makes it so.
            value = getattr(self.rules, field, None)
            if value is True:
                problems.append(f"preferred: {rule} is required too; set rules.{field} to false, or take it out of "
                                "preferred")  # fmt: skip
            if rule == "max_time_zone_gap" and value is None:
                problems.append(f"preferred: {rule} needs its limit; set rules.{field} to a number of hours")
        if problems:
            raise ValueError("; ".join(problems))
        return self
