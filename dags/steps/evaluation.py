"""Quarterly evaluation: model, estimate, protect, render a draft, publish tables and the edition's folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from dags.steps import dbt, modelling
from dags.steps.context import open_warehouse, programme_of, settings
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
}


class EditionError(RuntimeError):
    """Other figures under the name of an edition that is out; names tables, never people."""


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
    with modelling.alone():
        modelling.build(context, "quarter")


def evaluate(context: RunContext) -> dict[str, int]:
    """Estimate, decide what may be shown, write evaluation.*; stops where disclosure control cannot vouch for it.

    An edition that is out already is compared instead of written: other figures under its name stop the run here.
    """
    import evaluation

    places, programme = settings(), programme_of(context)
    with modelling.alone():
        modelling.ensure(context, "quarter")
        with open_warehouse(places, read_only=True) as warehouse:
            frames = {name: warehouse.query(sql) for name, sql in _FRAMES.items()}
            known = _match_summary(warehouse, programme, context)
            earlier = _earlier_editions(warehouse, context)
            history = tuple(_edition(warehouse, context.programme, *edition) for edition in earlier)
    tables = evaluation.evaluate(frames | {"match_summary": known}, programme, context)
    release = evaluation.release(tables, programme, history)
    key = (context.programme, context.period.label, context.edition)
    with open_warehouse(places) as warehouse:
        if _is_out(warehouse, key):
            _compare(_edition(warehouse, *key), release.tables, context)
        else:
            with warehouse.transaction():
                _write(warehouse, key, release.tables, context, earlier)
    return {name: len(release.tables[name]) for name in PUBLISHED}


def _write(
    warehouse: Any, key: tuple[str, str, str], tables: Any, context: RunContext, earlier: list[tuple[str, str]]
) -> None:
    for name in PUBLISHED:
        warehouse.execute(f"DELETE FROM evaluation.{name} WHERE programme = ? AND period = ? AND edition = ?", key)
        warehouse.insert(f"evaluation.{name}", tables[name])
    # From here on the edition counts among those that an attacker may hold; without a manifest it is not out yet.
    warehouse.execute("DELETE FROM audit.publication WHERE programme = ? AND period = ? AND edition = ?", key)
    warehouse.execute(
        "INSERT INTO audit.publication (programme, period, edition, known_at, history, manifest_hash) "
        "VALUES (?, ?, ?, ?, ?, NULL)",
        (*key, context.known_at.replace(tzinfo=None), json.dumps(earlier)),
    )


def _is_out(warehouse: Any, key: tuple[str, str, str]) -> bool:
    sql = "SELECT count(*) FROM audit.publication WHERE programme = ? AND period = ? AND edition = ?"
    return bool(warehouse.scalar(sql + " AND manifest_hash IS NOT NULL", key))


def _compare(there: dict[str, pd.DataFrame], tables: Any, context: RunContext) -> None:
    from evaluation.tables import typed

    changed = [name for name in PUBLISHED if not typed(name, there[name]).equals(typed(name, tables[name]))]
    if changed:
        raise EditionError(
            f"{context.period} {context.edition} is out and would now differ in {', '.join(changed)}; an edition stays "
            "as it is: publish a corrected one (edition corrected-1, or the next number)"
        )


def _earlier_editions(warehouse: Any, context: RunContext) -> list[tuple[str, str]]:
    """Editions that an attacker may hold beside this one: all that were there when this one was first made."""
    key = (context.programme, context.period.label, context.edition)
    own = warehouse.query(
        "SELECT history FROM audit.publication WHERE programme = ? AND period = ? AND edition = ?", key
    )
    if len(own):
        return [(period, edition) for period, edition in json.loads(own["history"].iat[0])]
    others = warehouse.query(
        "SELECT period, edition FROM audit.publication WHERE programme = ? ORDER BY known_at, period, edition",
        (context.programme,),
    )
    return [(row.period, row.edition) for row in others.itertuples()]


def _edition(warehouse: Any, programme: str, period: str, edition: str) -> dict[str, pd.DataFrame]:
    where = "WHERE programme = ? AND period = ? AND edition = ?"
    key = (programme, period, edition)
    return {name: warehouse.query(f"SELECT * FROM evaluation.{name} {where}", key) for name in PUBLISHED}


def _match_summary(warehouse: Any, programme: Any, context: RunContext) -> pd.DataFrame:
    """The matchings' aggregates that were known to this run, of cohorts matched by the period's end."""
    started = [cohort.name for cohort in programme.cohorts if cohort.match_on <= context.as_of]
    frame = warehouse.query(
        "SELECT * FROM matching.match_summary AS s WHERE programme = ? AND known_at = (SELECT max(known_at) "
        "FROM matching.match_summary AS t WHERE t.programme = s.programme AND t.cohort = s.cohort AND known_at <= ?) "
        "ORDER BY cohort, metric",
        (context.programme, context.known_at.replace(tzinfo=None)),
    )
    return frame[frame["cohort"].isin(started)].drop(columns="known_at").reset_index(drop=True)


def render(context: RunContext) -> dict[str, Any]:
    """Render reports, workbooks and Parquet from the protected tables into the private working folder."""
    import reports

    places, programme = settings(), programme_of(context)
    with open_warehouse(places, read_only=True) as warehouse:
        tables = {name: _published(warehouse, name, context) for name in PUBLISHED}
        tables["match_summary"] = _match_summary(warehouse, programme, context)
        batches = warehouse.query(_BATCHES, (context.known_at.replace(tzinfo=None),))
    files: dict[str, bytes] = {f"tables/{name}.parquet": reports.parquet_bytes(frame) for name, frame in tables.items()}
    for language in programme.languages:
        files[f"report.{language}.html"] = reports.render(tables, programme, context, language).encode()
        files[f"outcomes.{language}.xlsx"] = reports.workbook(tables, programme, context, language)
    inputs = {f"{b.source}/{b.dataset}/{b.delivery}": b.batch_id for b in batches.itertuples()}
    manifest = reports.manifest(context, tables, files, inputs)
    draft = _draft(context)
    shutil.rmtree(draft, ignore_errors=True)
    for name, content in files.items():
        path = draft / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(content)
    # The manifest comes last: without it the draft is not whole.
    (draft / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return {"files": len(files) + 1, "manifest_hash": stable_hash(manifest)}


def publish(context: RunContext) -> dict[str, Any]:
    """Bring the tables into published.* under their contracts, then let the edition's folder appear at once."""
    import reports

    places = settings()
    draft = _draft(context)
    if not (draft / "manifest.json").exists():
        render(context)
    manifest = json.loads((draft / "manifest.json").read_text(encoding="utf-8"))
    names = sorted(p.relative_to(draft / "files").as_posix() for p in (draft / "files").rglob("*") if p.is_file())
    files = {name: (draft / "files" / name).read_bytes() for name in names}
    with modelling.alone():
        dbt.build(places, context, programme_of(context), "published")
    reports.publish(places.publish, files, manifest)
    manifest_hash = stable_hash(manifest)
    with open_warehouse(places) as warehouse:
        warehouse.execute(
            "UPDATE audit.publication SET manifest_hash = ? WHERE programme = ? AND period = ? AND edition = ?",
            (manifest_hash, context.programme, context.period.label, context.edition),
        )
    shutil.rmtree(draft, ignore_errors=True)
    return {"folder": f"{context.period}/{context.edition}", "manifest_hash": manifest_hash, "files": len(files) + 1}


def _draft(context: RunContext) -> Path:
    return settings().work / "drafts" / f"{context.period}-{context.edition}"


def _published(warehouse: Any, name: str, context: RunContext) -> pd.DataFrame:
    frame = warehouse.query(
        f"SELECT * FROM evaluation.{name} WHERE programme = ? AND period = ? AND edition = ?",
        (context.programme, context.period.label, context.edition),
    )
    keys = [column for column in frame.columns if column not in ("value", "n", "low", "high")]
    return frame.sort_values(keys, na_position="first", kind="stable").reset_index(drop=True)
