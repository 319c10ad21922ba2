"""Surveys by name, and the anonymous lane."""

from __future__ import annotations

from sources.contracts.shape import Column, Dataset, person

SURVEYS: tuple[Dataset, ...] = (
    # Surveys come from LimeSurvey, one row an answer, so that any questionnaire fits without a change of schema.
    Dataset(
        "survey",
        "response",
        "",
        "survey",
        "period",
        ("survey_id", "response_id"),
        (
            Column("survey_id", "sid"),
            Column("response_id", "id", "integer"),
            person("person_id", "token", required=False),
            Column("role", "role", required=False),
            Column("cohort", "cohort", required=False),
            Column("is_complete", "submitdate", "boolean"),
            Column("language", "startlanguage"),
        ),
        description="Responses of token surveys; incomplete ones too. No time finer than the period.",
    ),
    Dataset(
        "survey",
        "answer",
        "",
        "survey",
        "period",
        ("survey_id", "response_id", "item"),
        (
            Column("survey_id", "sid"),
            Column("response_id", "id", "integer"),
            Column("item", "code"),
            Column("answer", "answer", description="Short code; an unanswered item has no row."),
            Column(
                "points",
                "assessment_value",
                "integer",
                required=False,
                description="The answer option's Likert points; empty for anything that is no point on the scale.",
            ),
        ),
    ),
    Dataset(
        "survey",
        "comment",
        "",
        "survey",
        "period",
        ("survey_id", "response_id", "item"),
        (
            Column("survey_id", "sid"),
            Column("response_id", "id", "integer"),
            Column("item", "code"),
            Column("language", "startlanguage"),
            Column("comment", "text", role="comment"),
        ),
    ),
    # No person, no token, no time, no response id: rows are put in the order of their content.
    Dataset(
        "anonymous",
        "self_identification",
        "",
        "anonymous",
        "period",
        ("row_number",),
        (
            Column("row_number", "row_number", "integer"),
            Column("survey_id", "sid"),
            Column("ground", "ground"),
            Column("group_code", "group"),
            Column(
                "participation", "participation", required=False, description="Empty: the question was not answered."
            ),
            Column("intention_to_stay", "STAY", "integer", required=False, low=1, high=5),
            Column("career", "CAREER", "integer", required=False, low=1, high=5),
            Column("safety", "SAFE", "integer", required=False, low=1, high=5),
        ),
        description="The anonymous lane; meets the HRIS lane only as aggregates.",
    ),
)
