"""`adept sample`: the sample organisation's files, quarter by quarter, without running anything on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from programme.period import Period, PeriodError

FIRST_PERIOD = Period(2024, 3)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sample", rich_help_panel="Try it")(sample)


def sample(
    folder: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("build/sample"),
    employees: Annotated[int, typer.Option(help="Employees of the sample organisation.", min=150)] = 5000,
    until: Annotated[str, typer.Option(help="Last quarter to write, such as 2026Q3.")] = "2026Q3",
    seed: Annotated[int, typer.Option(help="Seed; the same seed writes the same files.")] = 20231001,
    pairs: Annotated[
        Path | None, typer.Option(help="CSV of approved pairs: cohort,mentee_number,mentor_number. None: nobody meets.")
    ] = None,
) -> None:
    """Write the sample organisation's files as its HR and survey systems would deliver them.

    Writes inbox/ (HRIS, programme and survey files by quarter), truth/ (what was planted, for tests), programme.yaml.
    """
    import pandas as pd

    from sources.sample import Sample, SampleError

    console = Console()
    try:
        last = Period.parse(until)
    except PeriodError as error:
        raise typer.BadParameter(str(error), param_hint="--until") from None
    if last < FIRST_PERIOD:
        raise typer.BadParameter(f"the sample's first delivery is {FIRST_PERIOD}", param_hint="--until")
    columns = ["cohort", "mentee_number", "mentor_number"]
    approved = pd.read_csv(pairs, dtype=str) if pairs else pd.DataFrame(columns=columns, dtype=object)
    simulator = Sample(seed=seed, n_employees=employees)
    state = simulator.start()
    try:
        for period in FIRST_PERIOD.until(last):
            step = simulator.advance(state, _so_far(approved, period), period)
            state = step.state
            for name, content in step.files.items():
                _write(folder / "inbox" / name, content)
            _write(folder / "truth" / f"{period}.json", step.truth.to_bytes())
            console.print(f"{period}  {len(step.files):3d} files", highlight=False)
    except SampleError as error:
        console.print(f"[red bold]The sample cannot go on.[/] {error}", highlight=False)
        raise typer.Exit(1) from None
    example = Path(__file__).resolve().parents[2] / "sources" / "sample" / "programme.yaml"
    _write(folder / "programme.yaml", example.read_bytes())
    console.print(
        f"Wrote {folder / 'inbox'}. Next: "
        f"`adept check --programme {folder / 'programme.yaml'} --inbox {folder / 'inbox'}`, or set the ADEPT_* "
        f"variables to these paths and `adept run --period {last}`. (`adept demo` writes a sample of its own.)",
        highlight=False, soft_wrap=True, markup=False,
    )  # fmt: skip


def _so_far(approved, period: Period):
    """Pairs of cohorts whose match period has passed: a cohort named 2024 is matched on the data of 2024Q3."""
    return approved[approved["cohort"].map(lambda cohort: Period(int(cohort), 3) < period).astype(bool)]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
