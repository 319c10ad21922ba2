"""Thresholds of disclosure control, and what the law demands before real people are evaluated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from programme.config.parts import Part


class Privacy(Part):
    """Thresholds of disclosure control."""

    min_cell: int = Field(10, ge=5, description="Least number of people behind a published figure; never below 5")
    min_comment_respondents: int = Field(10, ge=5, description="Least number of people behind a theme of comments")
    profile: Literal["standard", "small"] = Field("standard", description="small: for under 60 participants")
    retention_months: int = Field(60, ge=1, le=240, description="Months after which personal data are erased")
    lawful_basis: dict[str, str] = Field(
        default_factory=dict, description="For each HRIS field beyond the allow-list: the written lawful basis"
    )


class LegalGate(Part):
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
