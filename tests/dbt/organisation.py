"""A large, made-up organisation, written by SQL alone: for measuring, not for checking figures."""

from __future__ import annotations

from programme.warehouse import Warehouse

_KNOWN = "timestamp '2024-11-01 06:00:00'"
_TAIL = f"'b1' AS batch_id, {_KNOWN} AS known_at, 'full' AS delivery, i AS line"


def _person(number: str) -> str:
    return f"'p' || lpad(lower(to_hex(CAST({number} AS bigint))), 20, '0')"


def fill(warehouse: Warehouse, employees: int, applicants: int, programme: str = "sample") -> None:
    """Fill empty raw tables: four employment rows a person, some leavers, applicants and approved pairs.

    Employees are numbered from 1; every tenth leads the nine that follow. DuckDB only.
    """
    numbers = f"range(1, {employees + 1}) AS t(i)"
    warehouse.execute(
        f"INSERT INTO raw_hris.employee SELECT {_person('i')}, CASE i % 3 WHEN 0 THEN 'male' WHEN 1 THEN 'female' END, "
        f"1960 + i % 45, date '2015-01-01' + CAST(i % 2900 AS integer), NULL, 'Ort' || (i % 7), {_TAIL} FROM {numbers}"
    )
    warehouse.execute(
        f"INSERT INTO raw_hris.organisation SELECT 'u' || i, 'Unit', "
        f"CASE WHEN i > 1 THEN 'u' || (i // 8 + 1) END, NULL, "
        f"{_TAIL} FROM range(1, {max(employees // 20, 8) + 1}) AS t(i)"
    )
    boss = f"CASE WHEN i % 10 = 0 THEN {_person('greatest(i // 10, 1)')} ELSE {_person('i - i % 10')} END"
    warehouse.execute(
        "INSERT INTO raw_hris.employment SELECT "
        f"{_person('i')}, 'e' || i, date '2023-01-01' + CAST(k * 300 + i % 90 AS integer), "
        "CASE WHEN k < 3 THEN date '2023-01-01' + CAST(k * 300 + 299 + i % 90 AS integer) END, 'permanent', 'Title', "
        f"'family' || (i % 6), 1 + (i + k * (i % 2)) % 9, 1 + i % 20, 0.5 + (i % 3) * 0.25, "
        f"'u' || (i % {max(employees // 20, 8)} + 1), CASE WHEN i > 10 THEN {boss} END, NULL, {_TAIL} "
        f"FROM {numbers}, range(0, 4) AS s(k)"
    )
    warehouse.execute(
        f"INSERT INTO raw_hris.termination SELECT {_person('i')}, date '2024-01-01' + CAST(i % 900 AS integer), "
        f"CASE WHEN i % 2 = 0 THEN 'voluntary' ELSE 'retirement' END, {_TAIL} FROM {numbers} WHERE i % 9 = 0"
    )
    common = f"i, '2024', {_person('i')}, date '2024-09-01', 'self', true"
    warehouse.execute(
        f"INSERT INTO raw_programme.mentee_application SELECT {common}, "
        f"'leadership', 'law', 'music', 'sv|en', 'either', "
        f"NULL, NULL, {_TAIL} FROM range(1, {applicants + 1}) AS t(i)"
    )
    warehouse.execute(
        f"INSERT INTO raw_programme.mentor_application SELECT {common}, 2, "
        f"'leadership', 'law', 'music', 'sv|en', 'either', "
        f"true, NULL, {_TAIL} FROM range({applicants + 1}, {applicants * 2 + 1}) AS t(i)"
    )
    warehouse.execute(
        f"INSERT INTO matching.approved_pair SELECT '{programme}', '2024', "
        f"{_person('i')}, {_person(f'i + {applicants}')}, 0.5, date '2024-10-20', 'h', timestamp '2024-10-20' "
        f"FROM range(1, {applicants // 2}) AS t(i)"
    )
    for source, name in (
        ("hris", "employee"),
        ("hris", "employment"),
        ("hris", "organisation"),
        ("hris", "termination"),
        ("programme", "mentee_application"),
        ("programme", "mentor_application"),
    ):
        warehouse.execute(
            f"INSERT INTO audit.batch (source, dataset, delivery, batch_id, known_at) "
            f"VALUES ('{source}', '{name}', 'full', 'b1', {_KNOWN})"
        )
