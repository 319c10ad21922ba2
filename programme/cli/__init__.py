"""The `adept` command: one module a command, each with `register(app)`; rooms are imported when a command runs."""

from __future__ import annotations

from importlib import import_module

import typer

# In the order of `adept --help`; a new command is one more name here.
_COMMANDS = ("demo", "sample", "serve", "check", "run", "match", "groups", "report", "schema")


def application() -> typer.Typer:
    """The command with all its subcommands."""
    app = typer.Typer(
        name="adept",
        help=(
            "Runs and evaluates workplace mentorship programmes as a data pipeline.\n\n"
            "Start with `adept demo`: it runs a sample organisation from its first files to eight evaluations. "
            "For your own organisation, write programme.yaml and let `adept check` tell what is missing."
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,  # locals may hold people and secrets
        rich_markup_mode="rich",
    )
    for name in _COMMANDS:
        import_module(f"programme.cli.{name}").register(app)
    return app


def main() -> None:
    """Entry point of the console script."""
    application()()
