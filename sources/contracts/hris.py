"""The HRIS lane: employees, employments, organisation, leave, terminations."""

from __future__ import annotations

from sources.contracts.codes import EMPLOYMENT_TYPE, END_REASON, LEAVE_TYPE, SEX, TERMINATION
from sources.contracts.shape import NUMBER, Column, Dataset, person

HRIS: tuple[Dataset, ...] = (
    Dataset(
        "hris",
        "employee",
        "anstallda.csv",
        "hris",
        "full",
        ("person_id",),
        (
            NUMBER,
            Column("first_name", "Förnamn", role="vault"),
            Column("last_name", "Efternamn", role="vault"),
            Column("email", "E-post", role="vault"),
            Column("sex", "Kön", codes=SEX),
            Column("birth_year", "Födelsedatum", "date", role="birth_date"),
            Column("hire_date", "Anställningsdatum", "date"),
            Column("original_hire_date", "Första anställningsdatum", "date", required=False),
            Column("location", "Ort"),
        ),
        description="One row an employee, former and future ones included.",
    ),
    Dataset(
        "hris",
        "employment",
        "anstallningar.csv",
        "hris",
        "full",
        ("employment_id", "effective_date"),
        (
            NUMBER,
            Column("employment_id", "Anställnings-id"),
            Column("effective_date", "Gäller från", "date"),
            Column("end_date", "Gäller till", "date", required=False, description="Inclusive; empty: still holds."),
            Column("employment_type", "Anställningsform", codes=EMPLOYMENT_TYPE),
            Column("job_title", "Befattning"),
            Column("job_family", "Yrkesfamilj"),
            Column("level", "Nivå", "integer", low=1, high=12),
            Column("pay_band", "Löneband", "integer", low=1, high=30),
            Column("full_time_equivalent", "Sysselsättningsgrad", "number", low=0.05, high=1.0),
            Column("organisation_id", "Enhetskod"),
            person("manager_person_id", "Chefens anställningsnummer", required=False),
            Column("end_reason", "Avslutsorsak", required=False, codes=END_REASON),
        ),
        description="Effective-dated employments; a new row for each change of job, unit, level or terms.",
    ),
    Dataset(
        "hris",
        "organisation",
        "enheter.csv",
        "hris",
        "full",
        ("organisation_id",),
        (
            Column("organisation_id", "Enhetskod"),
            Column("organisation_name", "Enhetsnamn"),
            Column("superior_id", "Överordnad enhet", required=False),
            Column("cost_centre", "Kostnadsställe", required=False),
        ),
        encoding="cp1252",
        description="The supervisory organisation, a tree.",
    ),
    Dataset(
        "hris",
        "leave",
        "franvaro.csv",
        "hris",
        "full",
        ("person_id", "start_date"),
        (
            NUMBER,
            Column("start_date", "Från", "date"),
            Column("end_date", "Till", "date", required=False),
            Column("leave_type", "Frånvaroorsak", codes=LEAVE_TYPE, coded_early=True),
        ),
        description="Leaves; every reason but parental becomes `other` at extraction, since sickness is health data.",
    ),
    Dataset(
        "hris",
        "termination",
        "avslut.csv",
        "hris",
        "full",
        ("person_id", "termination_date"),
        (
            NUMBER,
            Column("termination_date", "Slutdatum", "date", description="Last day of employment, inclusive."),
            Column("reason_category", "Orsak", codes=TERMINATION),
        ),
        description="Ended employments; future ones may be known already.",
    ),
)
