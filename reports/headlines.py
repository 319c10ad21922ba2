"""The three figures that the report opens with, each with one plain sentence."""

from __future__ import annotations

import pandas as pd

from programme.config import Programme
from reports.reading import Figure, Reader, figure, finite
from reports.sections.effects import NOT_YET, conclusion, main_row, primary_outcomes, rung
from reports.sections.goals import status
from reports.sections.page import Page
from reports.wording import wording


def headlines(tables: dict[str, pd.DataFrame], programme: Programme, language: str) -> list[tuple[str, str, str]]:
    """Three of (label, figure, sentence): pairs that meet, goals reached, the first primary effect.

    `tables`: the published tables of one edition; of several periods the latest is read.
    """
    return page_headlines(Page.open(Reader(tables), programme, wording(language)))


def page_headlines(page: Page) -> list[tuple[str, str, str]]:
    """The same for a page that is open already."""
    return [_pairs(page), _goals(page), _effect(page)]


def _pairs(page: Page) -> tuple[str, str, str]:
    text = page.text
    cohort = page.cohort_name(page.cohort)
    pairs = page.best("cohort_metric", metric="pairs", group_dimension="__total__")
    if not pairs.is_shown:
        pairs = page.best("match_summary", metric="matched")
    meeting, month = _latest_month(page)
    if meeting.is_shown:
        share = page.fmt.share_words(meeting.value)
        if pairs.is_shown:
            begun = page.fmt.number(pairs.value)
            sentence = text.counted(
                "headline.pairs_meeting", month, cohort=cohort, pairs=begun, share=share, month=month
            )
        else:
            within = page.cohort_within(page.cohort)
            sentence = text.counted("headline.meeting_only", month, cohort=within, share=share, month=month)
        return text("headline.pairs_label"), share, sentence
    if pairs.is_shown:
        sentence = text("headline.pairs_only", cohort=cohort, pairs=page.fmt.number(pairs.value))
        return (
            text("headline.matched_label"),
            text.counted("headline.pairs_figure", int(pairs.value), pairs=page.fmt.number(pairs.value)),
            sentence,
        )
    is_hidden = pairs.is_hidden or meeting.is_hidden
    return (
        text("headline.pairs_label"),
        text("hidden.sign") if is_hidden else page.fmt.missing,
        text("headline.pairs_hidden" if is_hidden else "headline.pairs_missing"),
    )


def _latest_month(page: Page) -> tuple[Figure, int]:
    """(the share of pairs that are still meeting, after how many months): the last month that has a figure."""
    best = Figure()
    for cohort in page.preference:
        rows = page.reader.rows("key_factor", factor="long_view", cohort=cohort)
        rows = rows[(rows["month"] != "") & (rows["unit"] == "share")].sort_values("month")
        for _, row in rows.iloc[::-1].iterrows():
            found = figure(row)
            if found.is_shown:
                return found, int(str(row["month"]).lstrip("Mm0") or 0)
            best = found if found.is_hidden else best
    return best, 0


def _goals(page: Page) -> tuple[str, str, str]:
    text = page.text
    reached, measured, total = status(page)
    label = text("headline.goals_label")
    if not measured:
        return label, page.fmt.missing, text("headline.goals_missing", total=total)
    shown = text("headline.goals_figure", reached=reached, total=total)
    quality = page.best("survey_scale", role="mentee", scale="relationship_quality", statistic="mean")
    parts = [text.counted("headline.goals", reached, reached=reached, total=total)]
    if measured < total:
        parts.append(text.counted("headline.goals_open", total - measured, open=total - measured))
    if quality.is_shown:
        parts.append(text("headline.quality", mean=page.fmt.number(quality.value, 1)))
    return label, shown, " ".join(parts)


def _effect(page: Page) -> tuple[str, str, str]:
    """The first primary outcome that has something to say, in the plan's order; else the first one planned."""
    primary = primary_outcomes(page) or [page.programme.analysis.outcomes[0].name]
    rows = {name: main_row(page, name) for name in primary}
    speaking = [
        n for n in primary if rows[n] is not None and not rows[n]["is_hidden"] and rung(rows[n]) != "too_little_data"
    ]
    name = (speaking or primary)[0]
    row = rows[name]
    sentence = conclusion(page, name, row)
    label = page.text("headline.effect_label", outcome=page.text.of("outcome", name))
    if row is not None and row["is_hidden"]:
        return label, page.text("hidden.sign"), sentence
    value = finite(row["value"]) if speaking and row is not None else None
    if value is None:
        waits = row is None or row["status"] == NOT_YET
        return label, page.text("headline.effect_waiting" if waits else "headline.effect_none"), sentence
    return label, page.effect_value(value, name), sentence
