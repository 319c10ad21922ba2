"""Survey scales, outcomes and the plan of their analysis."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from programme.config.parts import Name, Part, Share, Text


class Scale(Part):
    """A survey scale: the mean of its items' points."""

    name: Name = Field(description="Identifier, used in the outcome tables")
    title: Text = Field(description="Name in the report")
    items: tuple[str, ...] = Field(min_length=1, description="Item codes, such as WELL[SQ001]")
    reversed_items: tuple[str, ...] = Field((), description="Items whose points count backwards")
    min_answered: Share = Field(0.5, description="Share of items a person must have answered for a score")
    low: float = Field(1, description="Least points of an item")
    high: float = Field(5, description="Most points of an item")
    permission_ref: str | None = Field(None, description="Permission to use a licensed instrument")

    @model_validator(mode="after")
    def _sound(self) -> Scale:
        strangers = set(self.reversed_items) - set(self.items)
        if strangers:
            raise ValueError(f"reversed_items: {', '.join(sorted(strangers))} not among items")
        if self.low >= self.high:
            raise ValueError("expected low < high")
        return self


class Outcome(Part):
    """An outcome with its pre-registered analysis."""

    name: Literal["retention", "promotion", "internal_move", "wellbeing", "network_size", "career_satisfaction",
                  "belonging", "psychological_safety"] = Field(description="The outcome")  # fmt: skip
    rank: Literal["primary", "secondary"] = Field(description="Primary outcomes carry the conclusion")
    reading_quarter: int = Field(ge=1, le=12, description="Full quarters since the offer at which it is read")
    design: Literal["weighting"] = Field("weighting", description="Comparison design")
    comparison: Literal["eligible_non_applicants", "unmatched_applicants"] = Field(
        "eligible_non_applicants", description="The pool that mentees are compared with; pools are never merged"
    )
    smallest_effect: float = Field(gt=0, description="Smallest effect of interest, in the outcome's unit")


class AnalysisPlan(Part):
    """The pre-registered plan; hashed when a cohort starts."""

    outcomes: tuple[Outcome, ...] = Field(min_length=1, description="Outcomes and how they are read")
    covariates: tuple[
        Literal["level", "pay_band", "tenure_years", "sex", "age_band", "job_family", "division_id", "location",
                "is_manager", "full_time_equivalent", "prior_promotion"], ...
    ] = Field(("level", "tenure_years", "sex", "age_band", "job_family", "prior_promotion"),
              description="Covariates measured before time zero")  # fmt: skip
