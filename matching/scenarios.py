"""What other settings would give: the same applicants matched twice, side by side, in aggregates only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matching.amending import amended
from matching.applicants import Applicants, gather
from matching.engine import match
from matching.instance import SCALE
from matching.personal_rules import PERSONAL_RULES
from matching.problem import build
from matching.proposal import Proposal
from matching.text_similarity import Embed
from programme.config import Override, Programme

COLUMNS = ("metric", "group", "unit", "base", "scenario", "difference")
_SHOWN = (
    "eligible", "matched", "match_share", "worst_score", "mean_score", "total_score", "mentors_available",
    "mentors_used", "capacity_used_share", "preferred_share",
)  # fmt: skip
_GROUPS = ("division_id", "level")
OTHERS = "others"
_TURNED_AWAY = frozenset(rule.code for rule in PERSONAL_RULES["mentee"])


def compare(mentees: pd.DataFrame, mentors: pd.DataFrame, programme: Programme, cohort: str, seed: int,
            changes: Mapping[str, Any], *, overrides: Sequence[Override] = (), earlier: pd.DataFrame | None = None,
            embed: Embed | None = None) -> pd.DataFrame:  # fmt: skip
    """The proposal as configured beside that of changed settings.

    `changes`: see `amending.amended`; other arguments as in `matching.match`. Returns COLUMNS; `group` is empty for
    figures of all. Scores count in each side's own weights; total_score_as_configured and mean_score_as_configured
    take both sides by the base's weights, which alone can be compared. unmatched: eligible mentees without a mentor;
    pairs_changed: mentees whose mentor differs; newly_matched and no_longer_matched: mentees on one side only (these
    three have no base). By group of mentees: eligible and match_share; groups of fewer people than
    `privacy.min_cell` are put together as "others", and left out if even these are too few.

    MatchingError for paths and values that do not fit, and as in `matching.match`.
    """
    other = amended(programme, changes)
    given: dict[str, Any] = {"overrides": overrides, "earlier": earlier, "embed": embed}
    base = match(mentees, mentors, programme, cohort, seed, details=False, **given)
    scenario = match(mentees, mentors, other, cohort, seed, details=False, **given) if changes else base
    call = gather(mentees, mentors, programme, cohort, objective=base.objective, seed=seed, **given)
    rows = _figures(base, scenario)
    rows += _as_configured(call, programme, base, scenario, earlier, embed)
    rows += _moves(base, scenario)
    for column in _GROUPS:
        rows += _by_group(call.mentees, column, (base, scenario), programme.privacy.min_cell)
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    frame[["base", "scenario"]] = frame[["base", "scenario"]].astype(float).round(6)
    return frame.assign(difference=(frame["scenario"] - frame["base"]).round(6))


def _figures(base: Proposal, scenario: Proposal) -> list[tuple[Any, ...]]:
    a, b = (p.summary.set_index("metric") for p in (base, scenario))
    rows = [(name, "", a.at[name, "unit"], a.at[name, "value"], b.at[name, "value"]) for name in _SHOWN]
    left = [side.at["eligible", "value"] - side.at["matched", "value"] for side in (a, b)]
    rows.insert(3, ("unmatched", "", "count", *left))
    return rows


def _as_configured(call: Applicants, programme: Programme, base: Proposal, scenario: Proposal,
                   earlier: pd.DataFrame | None, embed: Embed | None) -> list[tuple[Any, ...]]:  # fmt: skip
    """Both sides' scores by the base's weights, whether or not the base's rules would allow the pairs."""
    problem, theirs = call.problem, scenario.pairs
    is_there = theirs["mentee_person_id"].isin(problem.mentees["person_id"]) & theirs["mentor_person_id"].isin(
        problem.mentors["person_id"]
    )
    if not is_there.all():  # somebody whom the base turns away, or offers no place
        problem = build(call.mentees, call.mentors, programme.matching, base.objective, call.decided, on=call.match_on,
                        earlier=earlier, embed=embed)  # fmt: skip
    i = pd.Index(problem.mentees["person_id"]).get_indexer(theirs["mentee_person_id"])
    j = pd.Index(problem.mentors["person_id"]).get_indexer(theirs["mentor_person_id"])
    totals = [math.fsum(base.pairs["score"]), math.fsum(problem.score[i, j] / SCALE)]
    counts = [len(base.pairs), len(theirs)]
    means = [total / n if n else math.nan for total, n in zip(totals, counts, strict=True)]
    return [("total_score_as_configured", "", "score", *totals), ("mean_score_as_configured", "", "score", *means)]


def _moves(base: Proposal, scenario: Proposal) -> list[tuple[Any, ...]]:
    a, b = (dict(zip(p.pairs["mentee_person_id"], p.pairs["mentor_person_id"], strict=True)) for p in (base, scenario))
    changed = sum(b[person] != mentor for person, mentor in a.items() if person in b)
    counts = {"pairs_changed": changed, "newly_matched": len(b.keys() - a.keys()),
              "no_longer_matched": len(a.keys() - b.keys())}  # fmt: skip
    return [(name, "", "count", math.nan, count) for name, count in counts.items()]


def _by_group(applicants: pd.DataFrame, column: str, sides: tuple[Proposal, Proposal],
              least: int) -> list[tuple[Any, ...]]:  # fmt: skip
    names = applicants[column].map(lambda v: "unknown" if pd.isna(v) else f"{v:g}" if isinstance(v, float) else str(v))
    counts = []
    for proposal in sides:
        out = proposal.unmatched.loc[proposal.unmatched["reason_code"].isin(_TURNED_AWAY), "person_id"]
        is_open = ~applicants["person_id"].isin(out)
        is_matched = applicants["person_id"].isin(proposal.pairs["mentee_person_id"])
        counts.append(pd.DataFrame({"n": names[is_open].value_counts(), "matched": names[is_matched].value_counts()}))
    both = pd.concat(counts, axis=1, keys=["base", "scenario"]).fillna(0).sort_index()
    size = both.xs("n", axis=1, level=1).min(axis=1)
    # The smallest go together until they are many enough; one small group alone could be told from the total.
    order = size.sort_values(kind="stable").index.tolist()
    together: list[str] = []
    while order and (size[order[0]] < least or 0 < size[together].sum() < least):
        together.append(order.pop(0))
    shown = {f"{column}={name}": both.loc[name] for name in sorted(order, key=_natural)}
    if together and both.loc[together].xs("n", axis=1, level=1).sum().min() >= least:
        shown[f"{column}={OTHERS}"] = both.loc[together].sum()
    rows: list[tuple[Any, ...]] = []
    for group, row in shown.items():
        n, matched = ([row[side, what] for side in ("base", "scenario")] for what in ("n", "matched"))
        rows.append(("eligible", group, "count", *n))
        shares = (m / k if k else math.nan for m, k in zip(matched, n, strict=True))
        rows.append(("match_share", group, "share", *shares))
    return rows


def _natural(name: str) -> tuple[int, float, str]:
    try:
        return 0, float(name), ""
    except ValueError:
        return 1, 0.0, name
