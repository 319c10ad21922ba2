"""Evaluate the programme for one quarter and publish the edition: tables, reports in Swedish and English, manifest.

**When:** as soon as `ingest` has validated the quarter; the partition key is the quarter's first day. Edition and
moment of knowledge come with the event, or from params when the DAG is triggered by hand.

**What happens:** dbt models the quarter as of its last day, `evaluation` estimates, disclosure control decides what
may be shown and attacks all tables together with those of earlier editions, the reports are rendered from the protected
tables alone into a private draft, and at last dbt publishes the tables under their contracts and the edition's folder
appears, at once or not at all.

**When it fails:** before `publish` nothing has been published for the edition; `publish` itself can be run again. If
disclosure control stopped it, the message names the table and the cell; if the data changed after publication, publish
a corrected edition (`corrected-1`).
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, PartitionedAssetTimetable, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.assets import PUBLISHED_QUARTER, VALIDATED_QUARTER
from dags.defaults import DEFAULT_ARGS, WRITER_POOL, Tag


@dag(
    dag_id="quarterly_evaluation",
    schedule=PartitionedAssetTimetable(assets=VALIDATED_QUARTER),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[Tag.EVALUATION],
    doc_md=__doc__,
    params={
        "period": Param(None, type=["null", "string"], description="Quarter such as 2026Q3, if no partition key"),
        "edition": Param(None, type=["null", "string"], description="preliminary, final or corrected-<number>"),
        "known_at": Param(None, type=["null", "string"], description="Moment (UTC) whose knowledge counts"),
    },
)
def quarterly_evaluation() -> None:
    """Wire the tasks."""

    @task
    def resolve() -> dict[str, Any]:
        """Fix the run's quarter, edition and moment of knowledge, once."""
        from dags.steps import context as steps
        from dags.steps import evaluation

        run = get_current_context()
        with steps.permanent_failures():
            resolved = steps.resolve(
                run.get("partition_key"), run["params"], run["run_id"], inherited=steps.event_extra(run)
            )
            if not evaluation.is_reported(resolved):
                raise AirflowSkipException(f"{resolved.period} lies before the programme's first reported quarter")
        return resolved.to_json()

    @task(pool=WRITER_POOL)
    def model(context: dict[str, Any]) -> None:
        """Build staging, intermediate and marts (dbt)."""
        from dags.steps import evaluation as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            steps.model(RunContext.from_json(context))

    @task(pool=WRITER_POOL)
    def evaluate(context: dict[str, Any]) -> dict[str, int]:
        """Estimate, then let disclosure control decide what may be shown."""
        from dags.steps import evaluation as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            return steps.evaluate(RunContext.from_json(context))

    # It only reads, but on DuckDB a reader keeps the writers of another run out.
    @task(pool=WRITER_POOL)
    def render(context: dict[str, Any]) -> dict[str, Any]:
        """Render both languages from the protected tables into a private draft."""
        from dags.steps import evaluation as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            return steps.render(RunContext.from_json(context))

    @task(pool=WRITER_POOL, outlets=[PUBLISHED_QUARTER])
    def publish(context: dict[str, Any], *, outlet_events: Any = None) -> dict[str, Any]:
        """Publish the tables under their contracts (dbt), then the edition's folder."""
        from dags.steps import evaluation as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            result = steps.publish(RunContext.from_json(context))
        extra = {"edition": context["edition"], "manifest_hash": result["manifest_hash"]}
        outlet_events[PUBLISHED_QUARTER].extra = extra
        return result

    context = resolve()
    model(context) >> evaluate(context) >> render(context) >> publish(context)


quarterly_evaluation()
