"""The review workbook's last sheets: what places, rules and aims cost, fairness, whom to recruit, who is next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reports.review_texts import text

# Sheet by sheet: finding, title, and its columns with their headings; columns that are not named are not shown.
SHEETS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("levels", "What each aim costs", {
        "left_out": "If this were no aim", "level": "then this", "value": "is now", "without": "would be"}),
    ("places", "One more place", {
        "application_id": "Mentor no.", "capacity": "Places", "load": "Mentees", "matched": "More mentees matched",
        "worst": "Least score rises by", "total": "Sum of scores rises by"}),
    ("rules", "Without a rule", {
        "rule": "Rule", "n_pairs": "Pairs it forbids", "n_alone": "Pairs it alone forbids",
        "matched": "More mentees matched", "worst": "Least score rises by", "total": "Sum of scores rises by"}),
    ("decisions", "Without a decision", {
        "kind": "Decision", "mentee": "Mentee no.", "mentor": "Mentor no.", "matched": "More mentees matched",
        "worst": "Least score rises by", "total": "Sum of scores rises by"}),
    ("recruiting", "Whom to recruit", {
        "kind": "What", "code": "Which", "n_mentees": "Mentees who need it", "n_unmatched": "of them without a mentor",
        "n_mentors": "Mentors who have it", "n_free_places": "Free places with them", "n_missing": "Places missing"}),
    ("fairness", "Fairness", {
        "group_dimension": "Group by", "group_value": "Group", "metric": "Figure", "value": "Value", "n": "People"}),
    ("robustness", "Other weights", {
        "change": "Weight", "factor": "times", "n_kept": "Pairs that stay", "share_kept": "Share that stays"}),
    ("waiting_list", "Waiting list", {
        "mentor_application_id": "Mentor no.", "place": "Order", "mentee_application_id": "Mentee no.",
        "n_moved": "Other pairs that change", "gain": "Score"}),
)  # fmt: skip
CODES: dict[str, str] = {
    "participation": "mentees with a mentor", "worst_off": "the worst-off mentee's score",
    "balance": "evenly spread load", "total": "sum of the scores", "leximin": "the worst off in turn",
    "rank_maximal": "mentees' best scores first",
    "lock": "keep this pair", "forbid": "never this pair",
    "skill": "skill", "language": "language", "location": "place of work", "all": "all", "unknown": "unknown",
    "sex": "sex", "age_band": "age", "female": "women", "male": "men",
    "match_share": "share with a mentor", "mean_score": "mean score", "worst_score": "least score",
    "rank_1": "got the mentor of highest score", "rank_2": "got the second", "rank_3": "got the third",
    "rank_later": "got a later one", "choice_1": "got the first choice", "choice_2": "got the second choice",
    "choice_later": "got a later choice", "choice_none": "got none of the choices",
    "choice_none_or_later": "got a later choice or none", "envy": "would rather have another's mentor",
    "blocking": "a mentor would also gain by it",
    "skills": "skills", "goals": "goals", "interests": "interests", "preference": "own choice",
    "experience": "experience", "distance": "other division", "values": "values",
    "mentor_preference": "the mentor's choice", "free_text": "motivation in words", "time_zone": "time zone",
    "languages": "languages", "availability": "times of week", "acquaintance": "not known to each other",
    "not_own_manager": "not in the management chain", "not_same_manager": "not the same manager",
    "not_same_team": "not the same unit", "common_language": "a language in common",
    "meeting_mode": "ways of meeting that agree", "same_location": "the same place, if they meet in person",
    "level_gap": "limits of the level gap", "max_time_zone_gap": "limit of the time difference",
    "not_known_to_each_other": "do not know each other", "earlier_failed": "no pair that ended early again",
}  # fmt: skip


def tables(findings: Mapping[str, pd.DataFrame], language: str) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Title, headings and rows of each sheet that has rows; codes in words, hidden figures left blank."""
    out = []
    for name, title, columns in SHEETS:
        frame = findings.get(name)
        if frame is None or frame.empty:
            continue
        shown = [c for c in columns if c in frame.columns]
        rows = [[_cell(value, language) for value in row] for row in frame[shown].itertuples(index=False)]
        out.append((text(title, language), [text(columns[c], language) for c in shown], rows))
    return out


def _cell(value: Any, language: str) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return ", ".join(text(CODES[part], language) if part in CODES else part for part in value.split("|"))
    return value.item() if hasattr(value, "item") else value
