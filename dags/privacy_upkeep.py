"""Delete what is too old, erase who asked to be forgotten, and prove it.

**When:** on the first day of each month; the partition key is that day. By hand with `params.day`.

**What happens:** what is older than `privacy.retention_months` is deleted from warehouse, vault and working folder (the
newest full extracts stay: they are what holds). Requests for erasure (text files in the private folder `erasure/`, an
employee number a line) are carried out in warehouse, vault and working folder; database files are rewritten, since a
deleted row's bytes stay in them. The vault keeps a salted hash, so that a later extract does not bring the person
back. The last task searches every table and file. `audit.removal` says what went, `audit.erasure` who, by hash.

**When it fails:** lines that are unreadable or name nobody are named by file and line; their file stays, everybody else
was erased: correct the file and clear the task. If a trace was found, the message names tables, folders and counts
only; remove it and clear the task.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronPartitionTimetable, Param, dag, get_current_context, task

from dags.defaults import DEFAULT_ARGS, WRITER_POOL, Tag, scheduled_from


@dag(
    dag_id="privacy_upkeep",
    schedule=CronPartitionTimetable("0 5 1 * *", timezone="UTC", key_format="%Y-%m-%d"),
    start_date=scheduled_from(),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[Tag.PRIVACY],
    doc_md=__doc__,
    params={"day": Param(None, type=["null", "string"], description="Day on which age is reckoned, as 2026-11-01")},
)
def privacy_upkeep() -> None:
    """Wire the tasks."""

    @task
    def resolve() -> dict[str, str]:
        """Fix the day and the cutoff, once."""
        from dags.steps import upkeep as steps
        from dags.steps.context import permanent_failures

        run = get_current_context()
        with permanent_failures():
            return steps.resolve(run.get("partition_key"), dict(run["params"]))

    @task(pool=WRITER_POOL)
    def retain(context: dict[str, str]) -> dict[str, int]:
        """Delete what is older than the retention time."""
        from dags.steps import upkeep as steps
        from dags.steps.context import permanent_failures

        with permanent_failures():
            return steps.retain(context)

    @task(pool=WRITER_POOL)
    def erase(context: dict[str, str]) -> dict[str, Any]:
        """Carry out the requests for erasure."""
        from dags.steps import upkeep as steps
        from dags.steps.context import permanent_failures

        with permanent_failures():
            return steps.erase(context)

    @task
    def prove(context: dict[str, str], erased: dict[str, Any]) -> dict[str, int]:
        """Search every table and file for the erased."""
        from dags.steps import upkeep as steps
        from dags.steps.context import permanent_failures

        with permanent_failures():
            return steps.prove(context, erased)

    context = resolve()
    erased = erase(context)
    retain(context) >> erased
    prove(context, erased)


privacy_upkeep()
