"""programme.yaml: what a programme is, checked before any run starts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from programme.consistency import faults
from programme.period import Period


def _period(text: str) -> str:
    return Period.parse(text).label


def _no_protected_ground(field: Any) -> Any:
    if isinstance(field, str) and field.casefold().replace(" ", "_") in PROTECTED_GROUNDS:
        raise ValueError(
            f"nobody may be let in or kept out by {field}: open the enrolment to all who meet conditions of the job, "
            "and reach under-represented groups by outreach (information, encouragement, invitations)"
        )
    return field


def _folder(text: str) -> str:
    if text.startswith(("/", "\\", "~")) or ".." in text.replace("\\", "/").split("/"):
        raise ValueError("expected a folder below the inbox, without a leading / and without ..")
    return text


# Grounds of discrimination, union membership and the like, as people might write them; sex and age have a rule of
# their own, since Swedish law lets positive measures on sex be assessed.
PROTECTED_GROUNDS = frozenset({
    "ethnicity", "etnicitet", "etnisk_tillhörighet", "race", "religion", "belief", "trosuppfattning", "disability",
    "funktionsnedsättning", "sexual_orientation", "sexuell_läggning", "gender_identity", "gender_expression",
    "könsidentitet", "könsöverskridande_identitet", "nationality", "nationalitet", "citizenship", "medborgarskap",
    "country_of_birth", "födelseland", "origin", "ursprung", "language", "modersmål", "mother_tongue", "health",
    "hälsa", "pregnancy", "union_membership", "facklig_tillhörighet", "political_affiliation",
})  # fmt: skip

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Level = Literal["participation", "worst_off", "balance", "total", "leximin", "rank_maximal"]
Quarter = Annotated[str, AfterValidator(_period)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Part):
    """A text that people read, in both report languages."""

    sv: str = Field(description="Swedish text", min_length=1)
    en: str = Field(description="English text", min_length=1)


class Goal(_Part):
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


class Cohort(_Part):
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


class Condition(_Part):
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


class Eligibility(_Part):
    """Who may take part; conditions are joined by and."""

    mentee: tuple[Condition, ...] = Field((), description="Conditions on mentees")
    mentor: tuple[Condition, ...] = Field((), description="Conditions on mentors")


class Training(_Part):
    """A course that mentors must have completed before the start."""

    course: Literal["inclusion", "mentoring_technique"] = Field(description="Course code")
    required: bool = Field(True, description="Whether a mentor without it is left out of the matching")


class Weights(_Part):
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


class Rules(_Part):
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


class Override(_Part):
    """A decision of the programme office on one pair, by pseudonym."""

    kind: Literal["lock", "forbid"] = Field(description="lock: this pair is kept; forbid: never this pair")
    cohort: Name = Field(description="The cohort it holds for")
    mentee_person_id: str = Field(pattern=r"^p[0-9a-f]{20}$", description="Mentee's pseudonym")
    mentor_person_id: str = Field(pattern=r"^p[0-9a-f]{20}$", description="Mentor's pseudonym")
    author: str = Field(min_length=1, description="Who decided")
    reason: str = Field(min_length=1, description="Why")
    expires_on: dt.date | None = Field(None, description="Last day on which it holds")


class Lottery(_Part):
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


Pseudonym = Annotated[str, Field(pattern=r"^p[0-9a-f]{20}$")]


class Conflict(_Part):
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


class PreferredRule(_Part):
    """A rule on pairs that does not forbid, but lowers the score of a pair that breaks it."""

    rule: Literal["not_own_manager", "not_same_manager", "not_same_team", "common_language", "meeting_mode",
                  "same_location", "level_gap", "max_time_zone_gap", "not_known_to_each_other",
                  "earlier_failed"] = Field(description="Code of the rule")  # fmt: skip
    penalty: Share = Field(description="What a pair that breaks it loses of its score, 0 to 1; no score falls below 0")


class Matching(_Part):
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


class Scale(_Part):
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


class Outcome(_Part):
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


class AnalysisPlan(_Part):
    """The pre-registered plan; hashed when a cohort starts."""

    outcomes: tuple[Outcome, ...] = Field(min_length=1, description="Outcomes and how they are read")
    covariates: tuple[
        Literal["level", "pay_band", "tenure_years", "sex", "age_band", "job_family", "division_id", "location",
                "is_manager", "full_time_equivalent", "prior_promotion"], ...
    ] = Field(("level", "tenure_years", "sex", "age_band", "job_family", "prior_promotion"),
              description="Covariates measured before time zero")  # fmt: skip


class Privacy(_Part):
    """Thresholds of disclosure control."""

    min_cell: int = Field(10, ge=5, description="Least number of people behind a published figure; never below 5")
    min_comment_respondents: int = Field(10, ge=5, description="Least number of people behind a theme of comments")
    profile: Literal["standard", "small"] = Field("standard", description="small: for under 60 participants")
    retention_months: int = Field(60, ge=1, le=240, description="Months after which personal data are erased")
    lawful_basis: dict[str, str] = Field(
        default_factory=dict, description="For each HRIS field beyond the allow-list: the written lawful basis"
    )


class LegalGate(_Part):
    """What must be in place before a live run."""

    impact_assessment_ref: str | None = Field(None, description="Data protection impact assessment (art. 35)")
    legal_basis: str | None = Field(None, description="Legal basis (art. 6)")
    special_category_condition: str | None = Field(None, description="Condition for special categories (art. 9)")
    information_ref: str | None = Field(None, description="Information given to people (art. 13, 14)")
    union_cooperation_ref: str | None = Field(None, description="Co-operation with unions (MBL)")

    @property
    def missing(self) -> list[str]:
        """Names of the fields that are still empty."""
        return [name for name, value in self.model_dump().items() if not value]


class Source(_Part):
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


class Amendment(_Part):
    """A dated change of the programme; what came before it is rerun without it."""

    version: str = Field(min_length=1, description="Version of the programme from then on")
    effective_from: dt.date = Field(description="First day on which it holds")
    author: str = Field(min_length=1, description="Who decided")
    reason: str = Field(min_length=1, description="Why")
    changes: dict[str, Any] = Field(
        min_length=1,
        description="Dotted path of a field and its new value; list items by name, such as goals.matched.target",
    )


class Leadership(_Part):
    """Leadership's commitment (engagemang från ledningen)."""

    sponsor_title: str = Field(min_length=1, description="The sponsor's title; no name")
    level: int = Field(8, ge=1, description="Level from which an employee counts as a leader")


class Programme(_Part):
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
    languages: tuple[Literal["sv", "en"], ...] = Field(("sv", "en"), min_length=1, description="Report languages")

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
