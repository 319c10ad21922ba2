"""`adept match`: what the matching of a cohort gives, as configured or with other settings, in aggregates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from programme.cli.console import console as open_console
from programme.settings import Settings, SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from programme.config import Programme

_TITLES = {
    "eligible": "Eligible mentees",
    "matched": "Mentees with a mentor",
    "match_share": "Share with a mentor",
    "unmatched": "Mentees without a mentor",
    "worst_score": "Score of the worst pair",
    "mean_score": "Mean score",
    "total_score": "Total score",
    "mentors_available": "Mentors available",
    "mentors_used": "Mentors with a mentee",
    "capacity_used_share": "Share of places taken",
    "preferred_share": "Share with a mentor they chose",
    "total_score_as_configured": "Total score by present weights",
    "mean_score_as_configured": "Mean score by present weights",
    "pairs_changed": "Mentees with another mentor",
    "newly_matched": "Newly with a mentor",
    "no_longer_matched": "No longer with a mentor",
}


class ProfilesError(RuntimeError):
    """The warehouse has no profiles of the cohort."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("match", rich_help_panel="Run a programme")(match)


def match(
    cohort: Annotated[str, typer.Option(help="Cohort, as programme.yaml names it.")],
    what_if: Annotated[
        list[str] | None,
        typer.Option(help="A setting to try, such as weights.goals=0.4; once for each setting."),
    ] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Show the present settings' figures beside them.")] = False,
) -> None:
    """Try a matching: figures of the proposal that the settings would give. Shows no person and writes nothing.

    Reads the profiles that cohort_matching has left in the warehouse of the ADEPT_* settings, and decisions in returned
    review workbooks.
    """
    from matching import MatchingError
    from matching.scenarios import compare as compare_scenarios
    from programme.loading import ProgrammeFileError
    from programme.warehouse import WarehouseError
    from reports.review import ReviewError, returned

    console = open_console()
    changes = _changes(what_if or [])
    try:
        settings = Settings.from_environment()
        programme = cohort_programme(settings, cohort)
        mentees, mentors = _profiles(settings, cohort)
        overrides = returned(settings.work / "review" / "returned", cohort)
        found = compare_scenarios(
            mentees, mentors, programme, cohort, programme.matching.seed, changes, overrides=overrides
        )
    except (SettingsError, ProgrammeFileError, WarehouseError, ProfilesError, MatchingError, ReviewError) as error:
        console.print(f"[red bold]No matching.[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(1) from None
    console.print(_table(found, changes, compare))


def _changes(what_if: list[str]) -> dict[str, Any]:
    import yaml

    changes: dict[str, Any] = {}
    for item in what_if:
        path, sign, value = item.partition("=")
        path = path.strip().removeprefix("matching.")
        if not sign or not path:
            raise typer.BadParameter(
                f"{item!r}: expected path=value, such as weights.goals=0.4", param_hint="--what-if"
            )
        if path in changes:
            raise typer.BadParameter(f"{path} is given twice; keep one", param_hint="--what-if")
        try:
            changes[path] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise typer.BadParameter(
                f"{item!r}: expected a value as in programme.yaml, such as 3, true or [participation, total]",
                param_hint="--what-if",
            ) from None
    return changes


def cohort_programme(settings: Settings, cohort: str) -> Programme:
    """The programme as it held in the cohort's match period, as the matching run takes it."""
    import datetime as dt

    from programme.loading import programme_as_of
    from programme.period import Period

    try:
        found = programme_as_of(settings.programme_file, dt.date.max).cohort(cohort)
    except KeyError as error:
        raise typer.BadParameter(error.args[0], param_hint="--cohort") from None
    return programme_as_of(settings.programme_file, Period.parse(found.match_period).end)


def _profiles(settings: Settings, cohort: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    from programme.warehouse import Warehouse

    remedy = f"run the DAG cohort_matching with the partition key {cohort} first"
    frames = []
    with Warehouse(settings.warehouse, read_only=True) as warehouse:
        for role in ("mentee", "mentor"):
            table = f"mart_{role}_profile"
            if not warehouse.has_table("marts", table):
                raise ProfilesError(f"{warehouse.place} has no table marts.{table}; {remedy}")
            frames.append(
                warehouse.query(f"SELECT * FROM marts.{table} WHERE cohort = ? ORDER BY application_id", (cohort,))
            )
        if all(frame.empty for frame in frames):
            raise ProfilesError(f"{warehouse.place} has no profiles of cohort {cohort}; {remedy}")
    return frames[0], frames[1]


def _table(found: pd.DataFrame, changes: dict[str, Any], is_compared: bool) -> Table:
    title = ", ".join(f"{path} = {value}" for path, value in changes.items()) or "as configured"
    table = Table("Figure", "Mentees", title=escape(title), title_justify="left")
    heads = {"base": "As configured", "scenario": "What if", "difference": "Difference"} if is_compared else {
        "scenario": "What if" if changes else "As configured"}  # fmt: skip
    for head in heads.values():
        table.add_column(head, justify="right")
    for row in found.to_dict("records"):
        is_new = row["base"] != row["base"]  # nan: counted against the present settings
        if is_new and not is_compared:
            continue
        cells = [_number(row[name], row["unit"], name == "difference") for name in heads]
        table.add_row(_TITLES[row["metric"]], escape(row["group"] or "all"), *cells)
    return table


def _number(value: float, unit: str, is_signed: bool) -> str:
    if value != value:
        return "-"
    sign = "+" if is_signed else ""
    return {"count": f"{value:{sign}.0f}", "share": f"{100 * value:{sign}.1f} %"}.get(unit, f"{value:{sign}.3f}")
