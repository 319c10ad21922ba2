"""Matching: read profiles, propose, and after a named person's approval publish, in one transaction."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd

from dags.steps import modelling
from dags.steps.context import open_vault, open_warehouse, programme_of, settings
from programme.run_context import RunContext


class ApprovalError(RuntimeError):
    """An approval that does not fit the frozen proposal; nothing was published."""


def build_profiles(context: RunContext) -> None:
    """Model the applicants' profiles as of the match period."""
    with modelling.alone():
        modelling.build(context, "profiles")


def propose(context: RunContext) -> dict[str, Any]:
    """Solve, freeze the proposal in the warehouse and make the review workbook. Returns aggregates and the hash."""
    import matching
    from reports import review

    places, programme = settings(), programme_of(context)
    cohort = programme.cohort(str(context.cohort))
    with modelling.alone():
        modelling.ensure(context, "profiles")
        mentees, mentors = _profiles(places, cohort.name)
        groups = _groups(places, context)
    overrides = review.returned(places.work / "review" / "returned", cohort.name)
    proposal = matching.match(
        mentees,
        mentors,
        programme,
        cohort.name,
        programme.matching.seed,
        cohort.match_on,
        overrides=overrides,
        groups=groups,
    )
    payload = proposal.to_payload()
    row = {
        "proposal_hash": proposal.proposal_hash,
        "programme": programme.name,
        "cohort": cohort.name,
        "period": context.period.label,
        "known_at": context.known_at.replace(tzinfo=None),
        "status": "proposed",
        "inputs_hash": proposal.inputs_hash,
        "config_hash": context.config_hash,
        "solver": proposal.solver,
        "seed": proposal.seed,
        "certificate_json": json.dumps(payload["certificate"], sort_keys=True) if isinstance(payload, dict) else "",
        "payload_json": payload
        if isinstance(payload, str)
        else json.dumps(payload, sort_keys=True, ensure_ascii=False),
    }
    with open_warehouse(places) as warehouse, warehouse.transaction():
        # The same proposal again is the same row: one that has been decided on stays decided.
        known = "SELECT count(*) FROM matching.proposal WHERE proposal_hash = ?"
        if not warehouse.scalar(known, (proposal.proposal_hash,)):
            warehouse.insert("matching.proposal", pd.DataFrame([row]))
    _write_review(places, programme, context, proposal, review)
    return {
        "proposal_hash": proposal.proposal_hash,
        "summary": _summary_lines(proposal.published_summary(programme.privacy)),
    }


def _profiles(places: Any, cohort: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    with open_warehouse(places, read_only=True) as warehouse:
        mentees, mentors = (
            warehouse.query(
                f"SELECT * FROM marts.mart_{role}_profile WHERE cohort = ? ORDER BY application_id", (cohort,)
            )
            for role in ("mentee", "mentor")
        )
    return mentees, mentors


def _groups(places: Any, context: RunContext) -> pd.DataFrame:
    """What the fairness panel divides by; the matching itself never reads it."""
    with open_warehouse(places, read_only=True) as warehouse:
        return warehouse.query(
            "SELECT person_id, sex, age_band FROM intermediate.int_employee_quarter WHERE period = ?",
            (context.period.label,),
        )


def _write_review(places: Any, programme: Any, context: RunContext, proposal: Any, review: Any) -> None:
    """The workbook by name, for the programme office alone: in the private working folder, never published."""
    people = pd.concat(
        [proposal.pairs["mentee_person_id"], proposal.pairs["mentor_person_id"], proposal.unmatched["person_id"]]
    )
    with open_vault(places, programme.name) as vault:
        names = vault.identify(sorted(set(people)), purpose="review of the match proposal", actor="cohort_matching")
    folder = places.work / "review"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for language in programme.languages:
        path = folder / f"{context.cohort}-{proposal.proposal_hash}.{language}.xlsx"
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_bytes(review.workbook(proposal, names, language))


def _summary_lines(summary: pd.DataFrame) -> list[str]:
    """Under the programme's thresholds: they are shown in Airflow."""
    return [
        f"{row.metric}: {'hidden' if row.is_hidden else f'{row.value:g} {row.unit}'}" for row in summary.itertuples()
    ]


def approvers(context: RunContext) -> list[str]:
    """Users who may answer the approval, deputies included."""
    return list(programme_of(context).matching.approvers)


def answer_of(response: dict[str, Any]) -> dict[str, str]:
    """Airflow's response to the approval, as plain text: choice, user, moment (ISO) and reason."""
    user = response["responded_by_user"] or {}
    moment = response["responded_at"]
    return {
        "choice": response["chosen_options"][0],
        "user": user.get("id", "") if isinstance(user, dict) else user.id,
        "moment": moment if isinstance(moment, str) else moment.isoformat(),
        "reason": str((response.get("params_input") or {}).get("reason", "")),
    }


def publish(context: RunContext, proposal_hash: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Write the decision; if approved, the pairs too. `answer`: choice, user, moment and reason of the response."""
    import matching

    places, programme = settings(), programme_of(context)
    if answer["user"] not in programme.matching.approvers:
        raise ApprovalError(
            f"user {answer['user']} answered, who is not among matching.approvers in programme.yaml; "
            "nothing was published"
        )
    with open_warehouse(places) as warehouse:
        frozen = warehouse.query("SELECT * FROM matching.proposal WHERE proposal_hash = ?", (proposal_hash,))
        if len(frozen) != 1:
            raise ApprovalError(f"proposal {proposal_hash} is not in matching.proposal; run the matching again")
        proposal = matching.Proposal.from_payload(frozen["payload_json"].iat[0])
        if proposal.proposal_hash != proposal_hash:
            raise ApprovalError(
                f"the frozen proposal hashes to {proposal.proposal_hash}, but {proposal_hash} was approved; "
                "nothing was published"
            )
        is_approved = answer["choice"] == "Approve"
        with warehouse.transaction():
            _record_decision(warehouse, context, proposal_hash, answer, is_approved)
            if is_approved:
                _write_pairs(warehouse, programme, context, proposal)
    return {"decision": "approved" if is_approved else "rejected", "n_pairs": len(proposal.pairs) if is_approved else 0}


def _record_decision(
    warehouse: Any, context: RunContext, proposal_hash: str, answer: dict[str, Any], is_approved: bool
) -> None:
    decision = "approved" if is_approved else "rejected"
    common = {"programme": context.programme, "cohort": context.cohort, "proposal_hash": proposal_hash}
    warehouse.execute("UPDATE matching.proposal SET status = ? WHERE proposal_hash = ?", (decision, proposal_hash))
    decided_at = dt.datetime.fromisoformat(answer["moment"]).astimezone(dt.UTC).replace(tzinfo=None)
    # The task may run again after a crash: one answer stays one row.
    warehouse.execute(
        "DELETE FROM audit.approval WHERE programme = ? AND cohort = ? AND proposal_hash = ? AND decided_at = ?",
        (context.programme, context.cohort, proposal_hash, decided_at),
    )
    row = {
        **common,
        "decision": decision,
        "approver": answer["user"],
        "decided_at": decided_at,
        "reason": answer["reason"],
    }
    warehouse.insert("audit.approval", pd.DataFrame([row]))


def _write_pairs(warehouse: Any, programme: Any, context: RunContext, proposal: Any) -> None:
    cohort = programme.cohort(str(context.cohort))
    known_at = context.known_at.replace(tzinfo=None)
    common = {"programme": programme.name, "cohort": cohort.name, "known_at": known_at}
    traced = common | {"proposal_hash": proposal.proposal_hash}
    pairs = proposal.pairs[["mentee_person_id", "mentor_person_id", "score"]].assign(
        **traced, matched_on=cohort.match_on
    )
    components = proposal.components().assign(**traced)
    unmatched = proposal.unmatched[["person_id", "role", "reason_code"]].assign(**traced)
    odds = proposal.pairs[["mentee_person_id", "mentor_person_id", "probability"]].assign(**traced)
    offers = pd.DataFrame(columns=["person_id", "stratum", "is_offered", "probability", "draw_number"])
    if proposal.offers is not None:
        offers = proposal.offers.drop(columns="application_id")
    summary = proposal.published_summary(programme.privacy).assign(**common)
    for table, frame in {
        "approved_pair": pairs, "pair_component": components, "unmatched": unmatched, "match_summary": summary,
        "pair_odds": odds, "offer": offers.assign(**traced),
    }.items():  # fmt: skip
        warehouse.execute(
            f"DELETE FROM matching.{table} WHERE programme = ? AND cohort = ? AND known_at = ?",
            (programme.name, cohort.name, known_at),
        )
        warehouse.insert(f"matching.{table}", frame)
