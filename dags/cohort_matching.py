"""Match one cohort's mentees with mentors, and publish the pairs that a named person approves.

**When:** as soon as the cohort's match period has been ingested; the partition key is the cohort's name. One run per
cohort: a cohort that waits for its approval holds up no other.

**What happens:** profiles are modelled, the optimum is solved and frozen in `matching.proposal` under its hash; a
workbook by name is made for the programme office in the private working folder. The run then waits for an answer.
Only users listed under `matching.approvers` in programme.yaml may give it. On *Approve*, the frozen proposal is
hashed again, and pairs, unmatched and aggregates are written in one transaction, with approver, time and reason in
`audit.approval`. On *Reject* nothing but the decision is recorded.

**When it fails:** change programme.yaml (weights, rules, overrides) and trigger the DAG for the cohort again; it
makes a new proposal with a new hash.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, PartitionedAssetTimetable, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from dags.assets import APPROVED_PAIRS, COHORT_READY
from dags.defaults import DEFAULT_ARGS, WRITER_POOL, Tag


class ProposalApproval(HITLOperator):
    """An approval that only the programme's own approvers may answer, read from programme.yaml when the task runs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(options=["Approve", "Reject"], multiple=False, **kwargs)

    def execute(self, context: Any) -> Any:
        """Park the task until one of the approvers answers."""
        from dags.steps import matching as steps
        from programme.run_context import RunContext

        resolved = RunContext.from_json(context["ti"].xcom_pull(task_ids="resolve"))
        self.assigned_users = [{"id": user, "name": user} for user in steps.approvers(resolved)]
        return super().execute(context)

    def process_trigger_event_error(self, event: dict[str, Any]) -> None:
        """Time out for good: a retry would ask for another thirty days."""
        if event["error_type"] == "timeout":
            raise AirflowFailException("nobody answered the approval in time; trigger the cohort again")
        super().process_trigger_event_error(event)


@dag(
    dag_id="cohort_matching",
    schedule=PartitionedAssetTimetable(assets=COHORT_READY),
    catchup=False,
    max_active_runs=16,
    default_args=DEFAULT_ARGS,
    tags=[Tag.MATCHING],
    doc_md=__doc__,
    params={
        "known_at": Param(None, type=["null", "string"], description="Moment (UTC) whose knowledge counts"),
        "edition": Param(None, type=["null", "string"], description="Edition of the data; preliminary unless given"),
    },
)
def cohort_matching() -> None:
    """Wire the tasks."""

    @task
    def resolve() -> dict[str, Any]:
        """Fix the run's cohort and moment of knowledge, once."""
        from dags.steps import context as steps

        run = get_current_context()
        with steps.permanent_failures():
            return steps.resolve_cohort(
                run.get("partition_key"), run["params"], run["run_id"], inherited=steps.event_extra(run)
            ).to_json()

    @task(pool=WRITER_POOL)
    def profiles(context: dict[str, Any]) -> None:
        """Model the applicants' profiles (dbt)."""
        from dags.steps import matching as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            steps.build_profiles(RunContext.from_json(context))

    @task(pool=WRITER_POOL)
    def propose(context: dict[str, Any]) -> dict[str, Any]:
        """Solve to the optimum and freeze the proposal."""
        from dags.steps import matching as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            return steps.propose(RunContext.from_json(context))

    @task(pool=WRITER_POOL, outlets=[APPROVED_PAIRS])
    def publish(
        context: dict[str, Any], proposal: dict[str, Any], answer: dict[str, Any], *, outlet_events: Any = None
    ) -> dict[str, Any]:
        """Record the decision; publish the pairs if they were approved."""
        from dags.steps import matching as steps
        from dags.steps.context import permanent_failures
        from programme.run_context import RunContext

        with permanent_failures():
            result = steps.publish(RunContext.from_json(context), proposal["proposal_hash"], steps.answer_of(answer))
        if result["decision"] == "rejected":
            raise AirflowSkipException(f"proposal {proposal['proposal_hash']} was rejected; nothing was published")
        outlet_events[APPROVED_PAIRS].extra = {"proposal_hash": proposal["proposal_hash"], "n_pairs": result["n_pairs"]}
        return result

    context = resolve()
    proposal = propose(context)
    approve = ProposalApproval(
        task_id="approve",
        subject="Approve the matching of cohort {{ ti.xcom_pull(task_ids='resolve')['cohort'] }}?",
        body=(
            "Proposal `{{ ti.xcom_pull(task_ids='propose')['proposal_hash'] }}`\n\n"
            "{% for line in ti.xcom_pull(task_ids='propose')['summary'] %}- {{ line }}\n{% endfor %}\n"
            "The workbook by name lies in the programme office's review folder under the same hash."
        ),
        params={"reason": Param("", type="string", description="Why; kept in audit.approval. Name no people here")},
        response_timeout=dt.timedelta(days=30),
        execution_timeout=None,
        # An answer that comes while the scheduler still books the parking can get lost; then it is asked for again.
        retries=2,
    )
    profiles(context) >> proposal >> approve
    publish(context, proposal, approve.output)


cohort_matching()
