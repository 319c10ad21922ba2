"""Quarterly evaluation: model, estimate, protect, publish tables, render, publish the edition."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dags.steps import dbt
from dags.steps.context import open_warehouse, programme_of, settings
from dags.steps.ingest import prepare
from programme.period import Period
from programme.run_context import RunContext, stable_hash

PUBLISHED = ("cohort_metric", "key_factor", "survey_scale", "effect", "goal", "theme", "anonymous_outcome", "workforce",
             "adjustment")  # fmt: skip

_FRAMES = {
    "panel": "SELECT * FROM marts.mart_panel",
    "survey_answer": "SELECT * FROM marts.mart_survey_answer",
    "comment": "SELECT * FROM marts.mart_comment",
    "cohort_metric_base": "SELECT * FROM marts.mart_cohort_metric_base",
    "programme_activity": "SELECT * FROM marts.mart_programme_activity",
    "anonymous": "SELECT * FROM marts.mart_anonymous",
    "adjustment": "SELECT * FROM marts.mart_adjustment",
    "milestone": "SELECT * FROM marts.mart_milestone",
    "training": "SELECT * FROM marts.mart_training",
    "pair_month": "SELECT * FROM marts.mart_pair_month",
    "participant": "SELECT * FROM intermediate.int_participant",
    "pair": "SELECT * FROM intermediate.int_pair",
    "match_summary": "SELECT * FROM matching.match_summary",
}

# The batches that count at a moment, oldest first: the newest of each delivery stays when they are put into a mapping.
_BATCHES = """
    SELECT source, dataset, delivery, batch_id FROM audit.batch WHERE known_at <= ?
    ORDER BY source, dataset, delivery, known_at, batch_id
"""


def is_reported(context: RunContext) -> bool:
    """Whether the programme reports this quarter at all."""
    return context.period >= Period.parse(programme_of(context).first_period)


def model(context: RunContext) -> None:
    """Build staging, intermediate and marts as of the period's last day."""
    places = settings()
    with open_warehouse(places) as warehouse:
        prepare(warehouse)
    dbt.build(places, context, programme_of(context), "staging intermediate marts")


def evaluate(context: RunContext) -> dict[str, int]:
    """Estimate, decide what may be shown, write evaluation.*; stops where disclosure control cannot vouch for it."""
    import evaluation

    places, programme = settings(), programme_of(context)
    with open_warehouse(places, read_only=True) as warehouse:
        frames = {name: warehouse.query(sql) for name, sql in _FRAMES.items()}
        history = _history(warehouse, context)
    tables = evaluation.evaluate(frames, programme, context)
    release = evaluation.release(tables, programme, history)
    with open_warehouse(places) as warehouse, warehouse.transaction():
        for name in PUBLISHED:
            warehouse.execute(
                f"DELETE FROM evaluation.{name} WHERE programme = ? AND period = ? AND edition = ?",
                (context.programme, context.period.label, context.edition),
            )
            warehouse.insert(f"evaluation.{name}", release.tables[name])
    return {name: len(release.tables[name]) for name in PUBLISHED}


def _history(warehouse: Any, context: RunContext) -> tuple[dict[str, pd.DataFrame], ...]:
    """The tables of every edition that was known before this one: what an attacker may hold against it."""
    earlier = warehouse.query(
        "SELECT period, edition FROM audit.publication WHERE programme = ? AND known_at < ? "
        "ORDER BY known_at, period, edition",
        (context.programme, context.known_at.replace(tzinfo=None)),
    )
    return tuple(
        {
            name: warehouse.query(
                f"SELECT * FROM evaluation.{name} WHERE programme = ? AND period = ? AND edition = ?",
                (context.programme, row.period, row.edition),
            )
            for name in PUBLISHED
        }
        for row in earlier.itertuples()
    )


def publish_tables(context: RunContext) -> None:
    """Bring the protected tables into published.*, under their enforced contracts."""
    dbt.build(settings(), context, programme_of(context), "published")


def render(context: RunContext) -> dict[str, Any]:
    """Render reports, workbooks and Parquet from what stands in published.*, and publish the edition's folder."""
    import reports

    places, programme = settings(), programme_of(context)
    with open_warehouse(places, read_only=True) as warehouse:
        tables = {name: _published(warehouse, name, context) for name in PUBLISHED}
        tables["match_summary"] = warehouse.query(
            "SELECT * FROM published.match_summary WHERE programme = ? ORDER BY cohort, metric", (context.programme,)
        )
        batches = warehouse.query(_BATCHES, (context.known_at.replace(tzinfo=None),))
    started = {c.name for c in programme.cohorts if c.match_on <= context.as_of}
    tables["match_summary"] = tables["match_summary"][tables["match_summary"]["cohort"].isin(started)].reset_index(
        drop=True
    )
    files: dict[str, bytes] = {f"tables/{name}.parquet": reports.parquet_bytes(frame) for name, frame in tables.items()}
    for language in programme.languages:
        files[f"report.{language}.html"] = reports.render(tables, programme, context, language).encode()
        files[f"outcomes.{language}.xlsx"] = reports.workbook(tables, programme, context, language)
    inputs = {f"{b.source}/{b.dataset}/{b.delivery}": b.batch_id for b in batches.itertuples()}
    manifest = reports.manifest(context, tables, files, inputs)
    reports.publish(places.publish, files, manifest)
    manifest_hash = stable_hash(manifest)
    with open_warehouse(places) as warehouse, warehouse.transaction():
        key = (context.programme, context.period.label, context.edition)
        warehouse.execute("DELETE FROM audit.publication WHERE programme = ? AND period = ? AND edition = ?", key)
        warehouse.execute(
            "INSERT INTO audit.publication (programme, period, edition, known_at, manifest_hash) "
            "VALUES (?, ?, ?, ?, ?)",
            (*key, context.known_at.replace(tzinfo=None), manifest_hash),
        )
    return {"folder": f"{context.period}/{context.edition}", "manifest_hash": manifest_hash, "files": len(files) + 1}


def _published(warehouse: Any, name: str, context: RunContext) -> pd.DataFrame:
    frame = warehouse.query(
        f"SELECT * FROM published.{name} WHERE programme = ? AND period = ? AND edition = ?",
        (context.programme, context.period.label, context.edition),
    )
    keys = [column for column in frame.columns if column not in ("value", "n", "low", "high")]
    return frame.sort_values(keys, na_position="first", kind="stable").reset_index(drop=True)
