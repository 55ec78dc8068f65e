"""How the commands print what they found."""

from datetime import datetime
from typing import Annotated, Any

import orjson
import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def print_rows(shown: dict[str, Any] | list[dict[str, Any]], *, as_json: bool) -> None:
    """Print as JSON, or as one ``name: value`` a line (a list as one row a line)."""
    if as_json:
        typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    elif isinstance(shown, list):
        for row in shown:
            typer.echo("  ".join(word(value) for value in row.values()))
    else:
        for name, value in shown.items():
            typer.echo(f"{name}: {word(value)}")


def word(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return "-" if value is None else str(value)
