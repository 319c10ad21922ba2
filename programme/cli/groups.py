"""`adept groups`: networking groups of a cohort, by name for the programme office alone, else in aggregates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from programme.cli.console import console as open_console
from programme.cli.match import cohort_programme
from programme.settings import Settings, SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from programme.config import Programme
    from programme.warehouse import Warehouse

_TITLES = {
    "people": "People",
    "groups_per_round": "Groups in a round",
    "new_acquaintances": "New acquaintances",
    "bound": "Most that any plan could give",
    "gap": "Share of these missing",
    "mean_acquaintances": "New acquaintances of a person, mean",
    "min_acquaintances": "New acquaintances of a person, fewest",
    "pairs_repeated": "Meetings of two who met in an earlier round",
    "pairs_known": "Meetings of two who knew each other before",
    "same_team_pairs": "Meetings within a team",
    "same_team_least": "Fewest possible within a team",
    "same_division_pairs": "Meetings within a division",
    "same_division_least": "Fewest possible within a division",
}
_FORMATS = {"gap": "{:.1%}", "mean_acquaintances": "{:.1f}"}


class PairsError(RuntimeError):
    """The warehouse has no approved pairs of the cohort, or no profiles of their people."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("groups", rich_help_panel="Run a programme")(groups)


def groups(
    cohort: Annotated[str, typer.Option(help="Cohort, as programme.yaml names it.")],
    rounds: Annotated[int, typer.Option(min=1, help="How many times the groups meet, each time newly mixed.")] = 6,
    size_min: Annotated[int, typer.Option(min=2, help="Fewest people in a group.")] = 4,
    size_max: Annotated[int, typer.Option(min=2, help="Most people in a group.")] = 6,
) -> None:
    """Plan networking groups of a cohort's approved pairs, in which people meet as many new colleagues as they can.

    Writes a workbook by name for each language to ADEPT_WORK/groups, for the programme office alone. Shows figures of
    the plan, no person.
    """
    from matching import MatchingError
    from matching.groups import plan
    from programme.loading import ProgrammeFileError
    from programme.vault import VaultError
    from programme.warehouse import WarehouseError

    console = open_console()
    try:
        settings = Settings.from_environment()
        programme = cohort_programme(settings, cohort)
        people, met = _people(settings, programme.name, cohort)
        found = plan(people, rounds, size_min, size_max, programme.matching.seed, met)
        paths, n_unknown = _write(settings, programme, cohort, found.groups, people)
    except (
        SettingsError, ProgrammeFileError, WarehouseError, VaultError, PairsError, MatchingError, OSError,
    ) as error:  # fmt: skip
        console.print(f"[red bold]No groups.[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(1) from None
    console.print(_table(found.figures, cohort, rounds))
    if n_unknown:
        console.print(f"{n_unknown} of the people are not in the vault; the workbooks show them by pseudonym.")
    console.print("Workbooks by name, for the programme office alone:")
    for path in paths:
        console.print(escape(str(path)), highlight=False, soft_wrap=True)


def _people(settings: Settings, programme: str, cohort: str) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Everybody in the newest approved pairs, once each and with their role, and these pairs."""
    import pandas as pd

    from programme.warehouse import Warehouse

    frames = []
    with Warehouse(settings.warehouse, read_only=True) as warehouse:
        pairs = _pairs(warehouse, programme, cohort)
        for role in ("mentee", "mentor"):
            table = f"mart_{role}_profile"
            remedy = f"run the DAG cohort_matching with the partition key {cohort} first"
            if not warehouse.has_table("marts", table):
                raise PairsError(f"{warehouse.place} has no table marts.{table}; {remedy}")
            profiles = warehouse.query(
                "SELECT person_id, application_id, organisation_id, division_id "
                f"FROM marts.{table} WHERE cohort = ? ORDER BY application_id",
                (cohort,),
            )
            matched = set(pairs[f"{role}_person_id"])
            missing = len(matched - set(profiles["person_id"]))
            if missing:
                raise PairsError(
                    f"{warehouse.place}: {missing} of {len(matched)} {role}s in the approved pairs of cohort {cohort} "
                    f"have no row in marts.{table}; {remedy}"
                )
            frames.append(profiles[profiles["person_id"].isin(matched)].assign(role=role))
    people = pd.concat(frames, ignore_index=True)
    # Whoever is a mentee in one pair and a mentor in another still sits on one chair.
    people = people[~(people["role"].eq("mentor") & people["person_id"].isin(set(pairs["mentee_person_id"])))]
    met = list(zip(pairs["mentee_person_id"], pairs["mentor_person_id"], strict=True))
    return people.reset_index(drop=True), met


def _pairs(warehouse: Warehouse, programme: str, cohort: str) -> pd.DataFrame:
    """A later approval of a cohort stands beside the earlier one; the newest counts."""
    remedy = "approve a proposal of the DAG cohort_matching in Airflow first"
    if not warehouse.has_table("matching", "approved_pair"):
        raise PairsError(f"{warehouse.place} has no table matching.approved_pair; {remedy}")
    where = "WHERE programme = ? AND cohort = ?"
    pairs = warehouse.query(
        f"SELECT mentee_person_id, mentor_person_id FROM matching.approved_pair {where} "
        f"AND known_at = (SELECT max(known_at) FROM matching.approved_pair {where}) "
        "ORDER BY mentee_person_id, mentor_person_id",
        (programme, cohort, programme, cohort),
    )
    if pairs.empty:
        raise PairsError(f"{warehouse.place} has no approved pairs of cohort {cohort}; {remedy}")
    return pairs


def _write(
    settings: Settings, programme: Programme, cohort: str, seats: pd.DataFrame, people: pd.DataFrame
) -> tuple[list[Path], int]:
    """The workbooks' paths, and how many people the vault does not know."""
    from programme.vault import Vault
    from reports.groups_workbook import workbook

    person_ids = sorted(people["person_id"])
    with Vault(settings.vault, settings.vault_key, programme.name) as vault:
        names = vault.identify(person_ids, purpose="networking groups", actor="adept groups")
    contents = {language: workbook(seats, people, names, language) for language in programme.languages}
    folder = settings.work / "groups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    paths = []
    for language, content in contents.items():
        path = folder / f"{cohort}.{language}.xlsx"
        path.touch(mode=0o600)
        path.chmod(0o600)  # closed before there is anything to read
        path.write_bytes(content)
        paths.append(path)
    return paths, len(set(person_ids) - set(names["person_id"]))


def _table(figures: pd.DataFrame, cohort: str, rounds: int) -> Table:
    table = Table("Figure", title=escape(f"Cohort {cohort}, rounds: {rounds}"), title_justify="left")
    table.add_column("Value", justify="right")
    for name, value in zip(figures["figure"], figures["value"], strict=True):
        table.add_row(_TITLES[name], _FORMATS.get(name, "{:.0f}").format(value))
    return table
