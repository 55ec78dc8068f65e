"""``registry organisation merge``"""

import uuid
from typing import Annotated

import typer

from registry.mergers import service
from registry.platform.operator import run_as_owner, settings_or_fail


def merge(
    old: Annotated[uuid.UUID, typer.Argument(help="Id of the landlord whose stock moves.")],
    into: Annotated[uuid.UUID, typer.Option(help="Id of the landlord that goes on with it.")],
    prefix: Annotated[str, typer.Option(help="Put before the references that both have; none: such are refused.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what it would do.")] = False,  # noqa: FBT002
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002  # a flag, as above
) -> None:
    """Move a landlord's stock to its successor, for good; as registry_owner, like migrations."""
    found = run_as_owner(lambda session: service.plan(session=session, old=old, new=into))
    _show(found)
    if dry_run:
        return
    if not yes:
        typer.confirm("This cannot be undone. Go on?", abort=True)
    days = settings_or_fail().offboarding_retention_days
    run_as_owner(lambda session: service.merge(session=session, old=old, new=into, prefix=prefix, retention_days=days))
    typer.echo(f"{old} is merged into {into}")


def _show(found: service.Plan) -> None:
    typer.echo("moves: " + ", ".join(f"{count} {name}" for name, count in found.counts.items()))
    for table, refs in found.colliding.items():
        if refs:
            more = f" … of {len(refs)}" if len(refs) > service.LISTED else ""
            typer.echo(f"both have, in {table}: {' '.join(refs[: service.LISTED])}{more}")
    for place in found.territories:
        said = "stay" if place.kept else "leave: the successor has not signed what was signed there"
        typer.echo(f"territory {place.slug}: {place.listings} listings {said}")
