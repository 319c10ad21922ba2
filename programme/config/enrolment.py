"""Cohorts, who may take part, and what mentors must have learnt."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from programme.config.parts import Name, Part, Quarter

# Grounds of discrimination, union membership and the like, as people might write them; sex and age have a rule of
# their own, since Swedish law lets positive measures on sex be assessed.
PROTECTED_GROUNDS = frozenset({
    "ethnicity", "etnicitet", "etnisk_tillhörighet", "race", "religion", "belief", "trosuppfattning", "disability",
    "funktionsnedsättning", "sexual_orientation", "sexuell_läggning", "gender_identity", "gender_expression",
    "könsidentitet", "könsöverskridande_identitet", "nationality", "nationalitet", "citizenship", "medborgarskap",
    "country_of_birth", "födelseland", "origin", "ursprung", "language", "modersmål", "mother_tongue", "health",
    "hälsa", "pregnancy", "union_membership", "facklig_tillhörighet", "political_affiliation",
})  # fmt: skip


def _no_protected_ground(field: Any) -> Any:
    if isinstance(field, str) and field.casefold().replace(" ", "_") in PROTECTED_GROUNDS:
        raise ValueError(
            f"nobody may be let in or kept out by {field}: open the enrolment to all who meet conditions of the job, "
            "and reach under-represented groups by outreach (information, encouragement, invitations)"
        )
    return field


class Cohort(Part):
    """One round of the programme (omgång) and its dates."""

    name: Name = Field(description="Identifier, as written in the application files")
    applications_close: dt.date = Field(description="Last day of applications, inclusive")
    match_period: Quarter = Field(description="The quarter whose data the matching uses, such as 2024Q3")
    match_on: dt.date = Field(description="Day of the match decision: time zero for mentees and comparison alike")
    starts_on: dt.date = Field(description="First day of the mentorship")
    ends_on: dt.date = Field(description="Last day of the mentorship, inclusive")
    meetings_per_month: float = Field(1.0, gt=0, le=8, description="Meetings that a pair is expected to hold a month")

    @model_validator(mode="after")
    def _ordered(self) -> Cohort:
        if not self.applications_close <= self.match_on <= self.starts_on < self.ends_on:
            raise ValueError("expected applications_close <= match_on <= starts_on < ends_on")
        return self


class Condition(Part):
    """One condition on a field of the HRIS lane."""

    field: Annotated[
        Literal["level", "tenure_years", "job_family", "location", "employment_type", "sex", "age_band", "division_id",
                "full_time_equivalent"],
        BeforeValidator(_no_protected_ground),
    ] = Field(description="Field of the employee as of the match period's end")  # fmt: skip
    at_least: float | None = Field(None, description="Smallest value that qualifies")
    at_most: float | None = Field(None, description="Greatest value that qualifies")
    one_of: tuple[str, ...] | None = Field(None, description="Values that qualify")
    legal_assessment_ref: str | None = Field(
        None, description="Needed for sex and age_band: the written legal assessment"
    )

    @model_validator(mode="after")
    def _lawful(self) -> Condition:
        if self.at_least is None and self.at_most is None and self.one_of is None:
            raise ValueError("give at_least, at_most or one_of")
        if self.field in ("sex", "age_band") and not self.legal_assessment_ref:
            raise ValueError(
                f"a rule on {self.field} needs legal_assessment_ref, the reference of the legal assessment"
            )
        return self


class Eligibility(Part):
    """Who may take part; conditions are joined by and."""

    mentee: tuple[Condition, ...] = Field((), description="Conditions on mentees")
    mentor: tuple[Condition, ...] = Field((), description="Conditions on mentors")


class Training(Part):
    """A course that mentors must have completed before the start."""

    course: Literal["inclusion", "mentoring_technique"] = Field(description="Course code")
    required: bool = Field(True, description="Whether a mentor without it is left out of the matching")
