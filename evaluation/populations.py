"""Who stands behind each operational figure: the same people in two figures are one cell of disclosure control.

A share of people gives away three counts: all (its n), those who did (yes) and those who did not (no). Another figure's
n may be one of these; and where two published groups lie one within the other, those outside can be worked out too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluation.tables import TOTAL

Codes = tuple[tuple[str, str], ...]

# Shares whose n is people but whose parts are meetings, invitations, milestones, places or hours.
OF_EVENTS = frozenset({
    "group_attendance_share", "group_prepared_share", "follow_up_feedback_share", "goals_reached_share",
    "milestones_reached_share", "mentor_capacity_used_share", "hours_used_share", "adjustments_improved_share",
})  # fmt: skip
# Undivided shares shown whatever their parts: how many of those asked answered is printed beside every answer's figure
# and says nothing of what anybody answered.
PUBLIC = frozenset({"response_share", "response_share_mentee", "response_share_mentor", "response_share_employee"})
# Undivided shares that may be shown when everybody did it: the programme asks it of each participant, so that "all have
# done it" tells of nobody more than the programme's own plan does. One person short of all is hidden.
PUBLIC_WHEN_ALL = frozenset({
    "match_share", "kickoff_share", "kickoff_share_mentee", "kickoff_share_mentor", "trained_mentor_share",
    "trained_mentor_share_inclusion", "trained_mentor_share_mentoring_technique", "goals_agreed_share",
    "milestones_agreed_share", "follow_up_share", "pairs_meeting_share",
})  # fmt: skip
# A figure that together with another one gives a third away: it is hidden wherever that third one is.
FOLLOWS = {"mentor_capacity_used_share": "pairs"}

_RECRUITMENT = ("role", "eligible", "available", "matched")
_TRAIT = ("role", "answer")
# Traits of participants, by the roles that have them; "" is both roles together.
_TRAITS = {
    "kickoff": ("mentee", "mentor", ""), "response": ("mentee", "mentor", ""), "follow_up": ("",),
    "goals": ("mentee",), "milestones": ("mentee",), "employed": ("mentee",),
    "trained": ("mentor",), "inclusion": ("mentor",), "technique": ("mentor",), "leader": ("mentor",),
}  # fmt: skip
_CHANNELS = ("self", "manager", "hr")
# Sheets whose counts hold from quarter to quarter; answers and employment are of one quarter.
LASTING_SHEETS = ("recruitment", *(f"trait {t}" for t in _TRAITS if t not in ("response", "employed")),
                  *(f"trait channel_{c}" for c in _CHANNELS), "trait channels", "trait chosen")  # fmt: skip
# Parts without a figure of their own: whoever reads the whole and the other part can subtract.
_RESTS = {"recruitment": ("eligible", "available", "matched"),
          "trait chosen": ("answer",), "trait employed": ("answer",),
          **{f"trait {t}": ("answer",) for t in ("goals", "milestones", "leader", "follow_up")}}  # fmt: skip

Place = tuple[str, dict[str, str]]


def _places() -> dict[str, tuple[Place, ...]]:
    """Where each set of people stands: (sheet, codes), one or more."""
    found: dict[str, list[Place]] = {"applicants": [("recruitment", {})]}
    found["applicants"] += [("trait channels", {}), *((f"trait channel_{c}", {}) for c in _CHANNELS)]
    for c in _CHANNELS:
        found[f"channel_{c} yes"] = [("trait channels", {"answer": c}), (f"trait channel_{c}", {"answer": "yes"})]
        found[f"channel_{c} no"] = [(f"trait channel_{c}", {"answer": "no"})]
    for role in ("mentee", "mentor"):
        own = {"role": role}
        found[f"{role} applicants"] = [("recruitment", own)]
        found[f"{role} eligible"] = [("recruitment", {**own, "eligible": "yes"}), ("trait chosen", own)]
        found[f"{role} available"] = [("recruitment", {**own, "available": "yes"})]
        found[f"{role} matched"] = [("recruitment", {**own, "available": "yes", "matched": "yes"}),
                                    ("trait chosen", {**own, "answer": "yes"})]  # fmt: skip
        found[f"{role} not matched"] = [("recruitment", {**own, "available": "yes", "matched": "no"})]
    found["participants"] = [("recruitment", {"available": "yes", "matched": "yes"})]
    for trait, roles in _TRAITS.items():
        for role in roles:
            codes = {"role": role} if role else {}
            found[f"{role} matched" if role else "participants"].append((f"trait {trait}", codes))
            for answer in ("yes", "no"):
                name = f"{trait} {role} {answer}".replace("  ", " ")
                found[name] = [(f"trait {trait}", {**codes, "answer": answer})]
    return {name: tuple(places) for name, places in found.items()}


_PLACES = _places()
_N_OF = {
    "mentee_applicants": "mentee applicants", "mentor_applicants": "mentor applicants",
    "mentees_eligible": "mentee eligible", "mentors_eligible": "mentor eligible", "mentees_matched": "mentee matched",
    "mentors_used": "mentor matched", "pairs": "participants", "mentor_capacity": "mentor available",
    "mentor_capacity_used_share": "mentor available", "leaders_who_mentor": "leader mentor yes",
    "goals_reached_share": "goals mentee yes", "milestones_agreed": "milestones mentee yes",
    "milestones_reached": "milestones mentee yes", "milestones_reached_share": "milestones mentee yes",
    "follow_up_meetings": "follow_up yes", "follow_up_feedback_share": "follow_up yes",
    "pairs_meeting_share": "mentee matched",
}  # fmt: skip
# Shares of people: all, yes, no.
_SHARES = {
    "match_share": ("mentee available", "mentee matched", "mentee not matched"),
    "leaders_who_mentor_share": ("mentor matched", "leader mentor yes", "leader mentor no"),
    "kickoff_share": ("participants", "kickoff yes", "kickoff no"),
    "response_share": ("participants", "response yes", "response no"),
    "follow_up_share": ("participants", "follow_up yes", "follow_up no"),
    "goals_agreed_share": ("mentee matched", "goals mentee yes", "goals mentee no"),
    "milestones_agreed_share": ("mentee matched", "milestones mentee yes", "milestones mentee no"),
    "trained_mentor_share": ("mentor matched", "trained mentor yes", "trained mentor no"),
    "trained_mentor_share_inclusion": ("mentor matched", "inclusion mentor yes", "inclusion mentor no"),
    "trained_mentor_share_mentoring_technique": ("mentor matched", "technique mentor yes", "technique mentor no"),
    **{f"channel_{c}_share": ("applicants", f"channel_{c} yes", f"channel_{c} no") for c in _CHANNELS},
    **{f"{t}_share_{r}": (f"{r} matched", f"{t} {r} yes", f"{t} {r} no")
       for t in ("kickoff", "response") for r in ("mentee", "mentor")},
}  # fmt: skip
# Outcomes of matched mentees are of those still employed.
EMPLOYED = "employed mentee yes"
# The same people under other names in match_summary.
OF_MATCHING = {"applicants": "mentee applicants", "eligible": "mentee eligible", "matched": "mentee matched",
               "mentor_applicants": "mentor applicants", "mentors_available": "mentor available",
               "mentors_used": "mentor matched"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A count that a figure gives away: a cell of a sheet. `answer`: "" for the figure's n, else "yes" or "no"."""

    sheet: str
    codes: Codes
    n: float | None
    answer: str = ""
    is_public: bool = False


def yes_and_no(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """How many a share's row says did, and how many did not; None where it is hidden or not measured."""
    if pd.isna(row["n"]) or pd.isna(row["value"]):
        return None, None
    yes = float(round(float(row["value"]) * float(row["n"])))
    return yes, float(row["n"]) - yes


def is_of_people(metric: str, row: Mapping[str, Any]) -> bool:
    """Whether the row is a share of the people whom n counts; for events only where each person has just one."""
    if str(row["unit"]) != "share" or (not pd.isna(row["value"]) and not 0 <= float(row["value"]) <= 1):
        return False
    # An interval is given only where parts are people.
    return metric not in OF_EVENTS or not pd.isna(row["low"])


def parts_of(
    metric: str, sheet: str, row: Mapping[str, Any], cohort: str, groups: Mapping[str, str] | None = None
) -> Iterator[Part]:
    """The counts of one row of an operational metric. `sheet`: where figures of no known set of people stand."""
    groups = groups or {}
    n = None if pd.isna(row["n"]) else float(row["n"])
    is_whole = all(code == TOTAL for code in groups.values())
    all_, yes_, no_ = _SHARES.get(metric, (_N_OF.get(metric, ""), "", ""))
    is_public = metric in PUBLIC and is_whole
    yield from _cells(all_, sheet, "", n, cohort, groups)
    if metric == "pairs":
        # Each matched mentee stands in one pair.
        yield from _cells("mentee matched", sheet, "", _number(row["value"]), cohort, groups)
    if is_of_people(metric, row):
        yes, no = yes_and_no(row)
        if yes is None and n is not None:
            return
        all_did = metric in PUBLIC_WHEN_ALL and is_whole and no == 0
        yield from _cells(yes_, f"{sheet} yes", "yes", yes, cohort, groups, is_public)
        yield from _cells(no_, f"{sheet} no", "no", no, cohort, groups, is_public or all_did)


def cells_of(people: str, n: float | None, cohort: str) -> Iterator[Part]:
    """The cells of one set of people."""
    yield from _cells(people, people, "", n, cohort, {})


def _cells(
    people: str, sheet: str, answer: str, n: float | None, cohort: str, groups: Mapping[str, str], public: bool = False
) -> Iterator[Part]:
    own = {"cohort": cohort, "sex": TOTAL, "age_band": TOTAL, **groups}
    for name, codes in _PLACES.get(people, ((sheet, {}),)):
        dims = _RECRUITMENT if name == "recruitment" else _TRAIT if name.startswith("trait ") else ()
        yield Part(name, (*own.items(), *((d, codes.get(d, TOTAL)) for d in dims)), n, answer, public)


def may_be_nobody(cell: Mapping[str, Any]) -> bool:
    """Whether an undivided cell counts those outside a group or missing from what all are asked to do.

    That there is nobody may be known.
    """
    sheet = str(cell["table"])
    if any(cell.get(d, TOTAL) != TOTAL for d in ("sex", "age_band")):
        return False
    if "pairs_meeting_share" in sheet:
        return sheet.endswith(" no")
    if sheet == "recruitment":
        return "no" in (cell.get("eligible"), cell.get("available"), cell.get("matched"))
    return sheet.startswith("trait ") and "channel" not in sheet and cell.get("answer") == "no"


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def rests(sheet: str, known: Iterable[Codes]) -> Iterator[tuple[Codes, Codes, Codes]]:
    """Cells that no row shows and that subtraction gives: (the rest, the whole, the other part)."""
    have = set(known)
    for codes in sorted(have):
        for dim in _RESTS.get(sheet, ()):
            if (dim, "yes") in codes:
                rest, whole = (tuple((d, c if d != dim else other) for d, c in codes) for other in ("no", TOTAL))
                if whole in have and rest not in have:
                    yield rest, whole, codes
