"""programme.yaml as a whole, checked before any run starts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from programme.config.analysis import AnalysisPlan, Scale
from programme.config.enrolment import Cohort, Eligibility, Training
from programme.config.matching import Matching
from programme.config.parts import Language, Name, Part, Quarter, Text
from programme.config.privacy import LegalGate, Privacy
from programme.consistency import faults


def _folder(text: str) -> str:
    if text.startswith(("/", "\\", "~")) or ".." in text.replace("\\", "/").split("/"):
        raise ValueError("expected a folder below the inbox, without a leading / and without ..")
    return text


class Goal(Part):
    """A measurable goal of the programme (syfte och mål)."""

    name: Name = Field(description="Identifier, used in the outcome tables")
    title: Text = Field(description="What is to be reached, in words")
    metric: Literal[
        "match_share", "meetings_per_pair_month", "kickoff_share", "trained_mentor_share", "goals_agreed_share",
        "milestones_reached_share", "response_share", "relationship_quality", "wellbeing", "psychological_safety",
        "voluntary_turnover_share", "promotion_share", "network_size",
    ] = Field(description="The metric that decides whether it is reached")  # fmt: skip
    baseline: float = Field(description="The metric before the programme, in its own unit (shares 0 to 1)")
    target: float = Field(description="The value to be reached, in the same unit")
    target_date: dt.date = Field(description="The day by which it is to be reached")


class Source(Part):
    """Where a source's data come from."""

    name: Literal["hris", "programme", "survey", "anonymous"] = Field(description="The source, as in the raw schemas")
    kind: Literal["file_drop", "limesurvey_files", "horilla_files"] = Field(description="How it is read")
    folder: Annotated[str, AfterValidator(_folder)] = Field(
        description="Folder below the inbox; each period has its own folder in it"
    )
    headings: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Renamed headings: dataset, then column, then the file's heading"
    )
    surveys: dict[str, Literal["mentee", "mentor", "employee", "anonymous"]] = Field(
        default_factory=dict, description="LimeSurvey: survey id and whom it asks"
    )


class Amendment(Part):
    """A dated change of the programme; what came before it is rerun without it."""

    version: str = Field(min_length=1, description="Version of the programme from then on")
    effective_from: dt.date = Field(description="First day on which it holds")
    author: str = Field(min_length=1, description="Who decided")
    reason: str = Field(min_length=1, description="Why")
    changes: dict[str, Any] = Field(
        min_length=1,
        description="Dotted path of a field and its new value; list items by name, such as goals.matched.target",
    )


class Leadership(Part):
    """Leadership's commitment (engagemang från ledningen)."""

    sponsor_title: str = Field(min_length=1, description="The sponsor's title; no name")
    level: int = Field(8, ge=1, description="Level from which an employee counts as a leader")


class Programme(Part):
    """A mentorship programme."""

    name: Name = Field(description="Identifier")
    title: Text = Field(description="Name in the report")
    organisation: str = Field(min_length=1, description="The employer's name")
    version: str = Field(description="Version of this file; each amendment raises it")
    is_live: bool = Field(False, description="true: real people; then the legal gate must be complete")
    purpose: Text = Field(description="Purpose (syfte)")
    goals: tuple[Goal, ...] = Field(min_length=1, description="Measurable goals")
    first_period: Quarter = Field(description="The first quarter that is evaluated, such as 2024Q4")
    history_from: dt.date = Field(description="First day of the employee-quarter panel; the first day of a quarter")
    cohorts: tuple[Cohort, ...] = Field(min_length=1, description="Rounds of the programme")
    eligibility: Eligibility = Field(default_factory=Eligibility, description="Who may take part")
    training: tuple[Training, ...] = Field((), description="Training of mentors")
    leadership: Leadership = Field(description="Leadership's commitment")
    matching: Matching = Field(description="Matching")
    scales: tuple[Scale, ...] = Field(min_length=1, description="Survey scales")
    analysis: AnalysisPlan = Field(description="Analysis plan")
    privacy: Privacy = Field(default_factory=Privacy, description="Privacy thresholds")
    legal: LegalGate = Field(default_factory=LegalGate, description="Legal gate")
    sources: tuple[Source, ...] = Field(min_length=1, description="Sources")
    languages: tuple[Language, ...] = Field(("sv", "en"), min_length=1, description="Report languages")

    amendments: tuple[Amendment, ...] = Field((), description="Dated, authored changes, in the order of their dates")

    @model_validator(mode="after")
    def _consistent(self) -> Programme:
        found = faults(self)
        if found:
            raise ValueError("\n".join(found))
        return self

    def cohort(self, name: str) -> Cohort:
        """The cohort of that name; KeyError names the known ones."""
        for item in self.cohorts:
            if item.name == name:
                return item
        raise KeyError(f"no cohort {name!r}; known: {', '.join(c.name for c in self.cohorts)}")
