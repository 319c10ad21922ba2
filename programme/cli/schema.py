"""`adept schema`: the JSON schema by which editors complete and check programme.yaml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

SCHEMA_FILE = Path("programme.schema.json")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", rich_help_panel="Set up a programme")(schema)


def schema(
    output: Annotated[Path, typer.Option(help="File to write; - prints it.")] = SCHEMA_FILE,
) -> None:
    """Write the JSON schema of programme.yaml, for completion and checks in editors."""
    text = schema_text()
    if str(output) == "-":
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{output} cannot be written ({error.strerror})", param_hint="--output") from None
    typer.echo(f"Wrote {output}")


def schema_text() -> str:
    """The schema as JSON text (draft 2020-12)."""
    from programme.config import Programme

    content = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Programme.model_json_schema(mode="validation"),
        "title": "Adept: programme.yaml",
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
