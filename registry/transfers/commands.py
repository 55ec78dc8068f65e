"""``registry law …``: the texts of law that the registry informs by."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform.database import Role
from registry.platform.operator import fail, run
from registry.transfers.protections.law import LegalRule, as_json, parsed
from registry.transfers.service import law

app = typer.Typer(no_args_is_help=True, help="Texts of law and their figures.")


@app.command()
def show() -> None:
    """Print the texts in force today as the file that 'registry law load' takes."""

    async def read(session: AsyncSession) -> list[LegalRule]:
        rules = await law.rules_in_force(session=session)
        return [rules[code] for code in sorted(rules)]

    typer.echo(as_json(run(Role.JOB, read)), nl=False)


@app.command()
def load(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON, as 'registry law show' prints it.")],
) -> None:
    """Take texts in from a file; each replaces the one of its code from its day on. Anything wrong changes nothing."""
    try:
        rules = parsed(path.read_bytes())
    except ValidationError as error:
        fail("\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()))
    except ValueError as error:
        fail(str(error))

    async def write(session: AsyncSession) -> None:
        await law.load(session=session, rules=rules)

    run(Role.JOB, write)
    typer.echo(f"{len(rules)} texts loaded")
