"""Pull, check and load the HRIS, programme and survey data of one quarter.

**When:** on day 20 after a quarter's end (preliminary edition) and a month later (final edition). The partition key
is the first day of the quarter's first month for the preliminary edition, of its second month for the final one; what
it emits carries the quarter's first day.

**What happens:** each configured source is extracted on its own; direct identifiers go to the vault, keyed pseudonyms
take their place. All datasets are then checked together (Great Expectations). Good rows are appended to `raw_*`;
rejected rows are listed in `quarantine.rejected_row` by file, line and rule, and lie encrypted in the vault. Loading
the same batch again changes nothing.

Each batch is compared with the one before it; what was checked and what was noticed stands in `audit.validation` and
`audit.warning`.

**When it fails:** a source that cannot be read fails its own task with source, file, line and remedy; the others are
loaded (not without the HRIS, whose roster redacts the comments). Mend the file and clear the failed task with those
downstream. A source of which too much is wrong is held back at the gate, and `release` fails with dataset, rule, count
and remedy. Mend the files and clear `extract_people` with those downstream. Nothing beyond this DAG starts until every
source of the quarter has been loaded.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronPartitionTimetable, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.assets import COHORT_READY, VALIDATED_QUARTER
from dags.defaults import DEFAULT_ARGS, WRITER_POOL, Tag, scheduled_from


@dag(
    dag_id="ingest",
    # Two ticks back from 20 October is 20 July: the quarter that has ended. From 20 November it is 20 August.
    schedule=CronPartitionTimetable("0 6 20 1,2,4,5,7,8,10,11 *", timezone="UTC", run_offset=-2, key_format="%Y-%m-01"),
    start_date=scheduled_from(),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[Tag.INGEST],
    doc_md=__doc__,
    params={
        "period": Param(None, type=["null", "string"], description="Quarter such as 2026Q3, if no partition key"),
        "edition": Param(None, type=["null", "string"], description="preliminary, final or corrected-<number>"),
        "known_at": Param(None, type=["null", "string"], description="Moment (UTC) at which the data were known"),
    },
)
def ingest() -> None:
    """Wire the tasks."""

    @task
    def resolve() -> dict[str, Any]:
        """Fix the run's quarter, edition and moment of knowledge, once."""
        from dags.steps import context as steps

        run = get_current_context()
        with steps.permanent_failures():
            return steps.resolve(run.get("partition_key"), run["params"], run["run_id"]).to_json()

    @task
    def extract_people(context: dict[str, Any]) -> list[str]:
        """Pull the HRIS first: its roster is what comments are redacted with. Returns the other sources."""
        from dags.steps import ingest as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            return steps.extract_people(RunContext.from_json(context))

    @task(map_index_template="{{ source }}")
    def extract(context: dict[str, Any], source: str) -> dict[str, int]:
        """Pull one source into the private working folder."""
        from dags.steps import ingest as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        get_current_context()["source"] = source
        with permanent_failures():
            return steps.extract(RunContext.from_json(context), source)

    # Without the HRIS nothing is extracted: the step then fails and names the task to clear. It holds the pool since it
    # reads what was loaded before: on DuckDB even a reader keeps a writer out, and dbt does not wait.
    @task(trigger_rule="all_done_min_one_success", pool=WRITER_POOL)
    def gate(context: dict[str, Any]) -> dict[str, Any]:
        """Check all extracted datasets; a source with critical faults is not handed on, and nothing is released."""
        from dags.steps import ingest as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            return steps.gate(RunContext.from_json(context))

    @task(pool=WRITER_POOL)
    def load(context: dict[str, Any]) -> dict[str, int]:
        """Append good rows, list rejected ones; received = loaded + quarantined + repeats."""
        from dags.steps import ingest as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            return steps.load(RunContext.from_json(context))

    # With the HRIS alone there is no other source to extract: skipped is not failed.
    @task(outlets=[VALIDATED_QUARTER], retries=0, trigger_rule="none_failed")
    def release(context: dict[str, Any], checked: dict[str, Any], *, outlet_events: Any = None) -> None:
        """Tell the evaluation that the quarter stands, unless a source failed, here or at the gate."""
        from dags.steps import ingest as steps
        from dags.steps.context import permanent_failures
        from programme.period import Period
        from programme.run_context import RunContext

        with permanent_failures():
            steps.stand(checked)
        event = outlet_events[VALIDATED_QUARTER]
        event.extra = {"edition": context["edition"], "known_at": context["known_at"]}
        event.add_partitions(Period.parse(context["period"]).partition_key)
        steps.tidy(RunContext.from_json(context))

    @task(outlets=[COHORT_READY], retries=0, trigger_rule="none_failed")
    def announce_cohorts(context: dict[str, Any], checked: dict[str, Any], *, outlet_events: Any = None) -> None:
        """Tell the matching which cohorts' match period has now been ingested."""
        from dags.steps import context as steps
        from dags.steps.ingest import stand
        from programme.run_context import RunContext

        with steps.permanent_failures():
            stand(checked)
        programme = steps.programme_of(RunContext.from_json(context))
        ready = [cohort.name for cohort in programme.cohorts if cohort.match_period == context["period"]]
        if not ready:
            raise AirflowSkipException(f"no cohort is matched on the data of {context['period']}")
        event = outlet_events[COHORT_READY]
        event.extra = {"edition": context["edition"], "known_at": context["known_at"]}
        event.add_partitions(ready)

    context = resolve()
    extracted = extract.partial(context=context).expand(source=extract_people(context))
    loaded = load(context)
    checked = gate(context)
    extracted >> checked >> loaded
    [extracted, loaded] >> release(context, checked)
    [extracted, loaded] >> announce_cohorts(context, checked)


ingest()
