"""What the parts of programme.yaml have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from programme.period import Period


def _period(text: str) -> str:
    return Period.parse(text).label


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Quarter = Annotated[str, AfterValidator(_period)]
Pseudonym = Annotated[str, Field(pattern=r"^p[0-9a-f]{20}$")]
Language = Literal["sv", "en"]


class Part(BaseModel):
    """A part of programme.yaml: no unknown fields, no later change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """A text that people read, in both report languages."""

    sv: str = Field(description="Swedish text", min_length=1)
    en: str = Field(description="English text", min_length=1)
