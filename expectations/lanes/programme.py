"""Rules of the programme's own records: what happened cannot lie ahead, and plans end after they begin."""

from __future__ import annotations

import datetime as dt

from expectations.rules import Check, ordered, plausible
from sources.contracts import Dataset

_EARLIEST = dt.date(1990, 1, 1)
# A file for a quarter may be drawn up to the day of its final edition, and then holds what came after the quarter.
_LATE_FILE = 92
_FIVE_YEARS = 1_827

_HAPPENED = ("applied_on", "completed_on", "held_on", "agreed_on", "reached_on", "decided_on")
_PLANNED = ("due_on", "follow_up_on")

TWO_PEOPLE = "mentor is not the mentee"


def checks(dataset: Dataset) -> list[Check]:
    """Rules of one programme dataset beyond its contract."""
    found = plausible(dict.fromkeys(_HAPPENED, (_EARLIEST, _LATE_FILE)), dataset)
    found += plausible(dict.fromkeys(_PLANNED, (_EARLIEST, _FIVE_YEARS)), dataset)
    if dataset.name == "meeting":
        reason = "mentor_person_id: expected another person than mentee_person_id"
        found.append(Check("self_meeting", "true", (TWO_PEOPLE,), reason))
    elif dataset.name == "milestone":
        found += ordered(dataset, "due_on", "agreed_on") + ordered(dataset, "reached_on", "agreed_on")
    elif dataset.name == "adjustment":
        found += ordered(dataset, "follow_up_on", "decided_on")
    return found
