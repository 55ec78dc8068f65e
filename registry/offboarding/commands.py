"""``registry organisation offboard``"""

import uuid
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.offboarding import service
from registry.offboarding.service.folder import FolderInUse
from registry.platform.database import Role
from registry.platform.operator import fail, run, settings_or_fail, with_database


def offboard(
    organisation: Annotated[uuid.UUID, typer.Argument(help="Id of the organisation that leaves.")],
    to: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder in which its stock is written; made, or empty.")
    ] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Undo it, before the purge.")] = False,  # noqa: FBT002
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002  # a flag, as above
) -> None:
    """Have an organisation leave: its listings go, its access ends, its stock is written to a folder and purged later.

    Interrupted, run it again: it goes on.
    """
    if cancel:
        run(Role.JOB, lambda session: service.cancel(session=session, organisation=organisation))
        typer.echo(f"{organisation} stays; it signs its charters and makes its clients anew")
        return
    if to is None:
        fail("--to names the folder in which the organisation's stock is written before it is purged")
    days = settings_or_fail().offboarding_retention_days
    try:
        written = service.prepare(to, organisation)
    except (FolderInUse, OSError) as error:
        fail(str(error))
    if not yes:
        typer.confirm(f"Its listings go now, its access ends, its stock is purged in {days} days. Go on?", abort=True)

    async def leave(session: AsyncSession) -> service.Offboarding:
        return await service.leave(session=session, organisation=organisation, retention_days=days)

    left = run(Role.JOB, leave)
    if not written:
        made = with_database(
            Role.LANDLORD, lambda database: service.export(database, organisation=organisation, folder=to)
        )
        typer.echo(f"{to}: {len(made['files'])} files, {sum(file['bytes'] for file in made['files'])} bytes")
    typer.echo(f"{organisation} has left; purged after {left.purge_at:%Y-%m-%d}")
