"""The operator's command line, as it is typed, with the environment of one set of settings."""

import contextlib
import tempfile

from pydantic import SecretStr
from typer.testing import CliRunner, Result

from registry.cli import app
from registry.platform.settings import Settings, get_settings


def environment(settings: Settings) -> dict[str, str | None]:
    """Return the ``REGISTRY_…`` variables that make ``settings``; the others are unset."""
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {
        f"REGISTRY_{name.upper()}": _stated(given[name]) if given.get(name) is not None else None
        for name in Settings.model_fields
    }


def _stated(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def invoke(settings: Settings, *arguments: str) -> Result:
    """Run ``registry ARGUMENTS``, away from a checkout whose ``.local/env`` would fill in what is not given."""
    with tempfile.TemporaryDirectory() as elsewhere, contextlib.chdir(elsewhere):
        get_settings.cache_clear()
        try:
            return CliRunner(env=environment(settings)).invoke(app, arguments)
        finally:
            get_settings.cache_clear()
