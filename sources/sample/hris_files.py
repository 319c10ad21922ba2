"""The HRIS's five file drops: full extracts of all that is known at a quarter's end."""

from __future__ import annotations

import numpy as np

from sources.contracts import dataset
from sources.contracts.codes import SEX
from sources.sample.employments import titles
from sources.sample.people import FAMILIES, TOWNS
from sources.sample.tables import FileRows, Table, dates, file_rows, numbers, spelled


def hris_files(world: dict[str, Table]) -> dict[str, FileRows]:
    """File name to rows; the employee file also holds fields that the extraction must drop."""
    people, history, units, leave = world["people"], world["employment"], world["units"], world["leave"]
    number = people["number"]
    files = [
        file_rows(
            dataset("hris", "employee"),
            {
                "person_id": number.tolist(),
                "first_name": people["first_name"].tolist(),
                "last_name": people["last_name"].tolist(),
                "email": people["email"].tolist(),
                "sex": spelled(np.array(["female", "male", "other"])[people["sex"]], SEX),
                "birth_year": dates(people["birth"]),
                "hire_date": dates(people["hire"]),
                "original_hire_date": dates(people["original_hire"]),
                "location": TOWNS[people["location"]].tolist(),
            },
            {
                "Personnummer": people["pnr"].tolist(),
                "Medborgarskap": people["citizenship"].tolist(),
                "Facklig tillhörighet": people["union"].tolist(),
            },
        )
    ]
    who = history["person"]
    order = np.lexsort((history["effective"], who))
    h = {name: column[order] for name, column in history.items()}
    who = h["person"]
    manager = np.where(h["manager"] >= 0, number[np.maximum(h["manager"], 0)], "")
    code = np.array(world["people"]["employment_code"])
    files.append(file_rows(dataset("hris", "employment"), {
        "person_id": number[who].tolist(), "employment_id": code[who].tolist(), "effective_date": dates(h["effective"]),
        "end_date": dates(h["end"]), "employment_type": h["kind"].tolist(), "job_title": titles(h),
        "job_family": np.array(FAMILIES)[h["family"]].tolist(), "level": list(map(str, h["level"].tolist())),
        "pay_band": list(map(str, h["pay_band"].tolist())), "full_time_equivalent": numbers(h["fte"], 2),
        "organisation_id": units["unit"][h["unit"]].tolist(), "manager_person_id": manager.tolist(),
        "end_reason": h["reason"].tolist(),
    }))  # fmt: skip
    superior = np.where(units["parent"] >= 0, units["unit"][np.maximum(units["parent"], 0)], "")
    files.append(file_rows(dataset("hris", "organisation"), {
        "organisation_id": units["unit"].tolist(), "organisation_name": units["name"].tolist(),
        "superior_id": superior.tolist(), "cost_centre": units["cost_centre"].tolist(),
    }))  # fmt: skip
    files.append(
        file_rows(
            dataset("hris", "leave"),
            {
                "person_id": number[leave["person"]].tolist(),
                "start_date": dates(leave["start"]),
                "end_date": dates(leave["end"]),
                "leave_type": leave["kind"].tolist(),
            },
        )
    )
    gone = np.flatnonzero(~np.isnat(people["left"]))
    files.append(file_rows(dataset("hris", "termination"), {
        "person_id": number[gone].tolist(), "termination_date": dates(people["left"][gone]),
        "reason_category": people["left_reason"][gone].tolist(),
    }))  # fmt: skip
    names = ("employee", "employment", "organisation", "leave", "termination")
    return {dataset("hris", name).file: rows for name, rows in zip(names, files, strict=True)}
