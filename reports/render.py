"""The report: one HTML file that asks nobody for anything."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from programme.config import Programme
from programme.run_context import RunContext
from reports.headlines import page_headlines
from reports.reading import Reader
from reports.sections import effects, goals, key_factors, methods, people, running, surveys
from reports.sections.page import Page
from reports.wording import wording

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def _environment() -> Environment:
    # Everything is escaped unless it is Markup, which only the charts and Page.show build, escaped piece by piece.
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(tables: dict[str, pd.DataFrame], programme: Programme, context: RunContext, language: str) -> str:
    """The report of one edition in one language (`sv`, `en`) as a self-contained HTML document.

    `tables`: published tables by name, after disclosure control; rows of other periods or editions are left out, a
    missing or empty table gives a sentence that says so. Figures of hidden rows are dropped before anything is read.
    The same input gives the same bytes. WordingError if the language has no catalogue.
    """
    text = wording(language)
    reader = Reader(tables, context.period.label, context.edition)
    page = Page(reader, programme, text, Page.open(reader, programme, text).fmt, context.period)
    metrics, groups = people.workforce(page)
    participation, anonymous = people.anonymous(page)
    cohorts, matching = running.matching(page)
    group_metrics, by_group = running.by_group(page)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            _=text,
            page=page,
            language=language,
            style=Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
            period=page.fmt.period(context.period),
            edition=methods.edition_name(page, context.edition),
            is_final=context.edition != "preliminary",
            headlines=page_headlines(page),
            goals=goals.goals(page),
            goal_status=goals.status(page),
            factors=key_factors.key_factors(page),
            earlier=key_factors.earlier_cohort(page),
            effects=effects.effects(page),
            scales=surveys.scales(page),
            numbers=surveys.numbers(page),
            responses=surveys.responses(page),
            themes=surveys.themes(page),
            workforce_metrics=metrics,
            workforce=groups,
            participation=participation,
            anonymous=anonymous,
            matching_cohorts=cohorts,
            matching=matching,
            group_metrics=group_metrics,
            by_group=by_group,
            adjustments=running.adjustments(page),
            hidden_adjustments=running.hidden_adjustments(page),
            methods=methods.methods(page, context),
        )
    )
