"""The operator's commands of the sync."""

from registry.sync.commands.import_file import import_file
from registry.sync.commands.schedule import app

__all__ = ["app"]

app.command("import")(import_file)
