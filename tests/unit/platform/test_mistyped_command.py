"""What the command line says to a name that it does not know."""

import pytest
from typer.testing import CliRunner

from registry.cli import app


@pytest.mark.parametrize(("typed", "meant"), [("organization", "'organisation'"), ("webhok", "'webhook'")])
def test_mistyped_command_is_told_what_is_near(typed: str, meant: str) -> None:
    told = CliRunner().invoke(app, [typed, "list"], terminal_width=200)
    assert told.exit_code == 2
    assert f"Did you mean {meant}" in told.output


def test_command_that_is_near_none_is_told_nothing() -> None:
    told = CliRunner().invoke(app, ["zzzzzz"])
    assert told.exit_code == 2
    assert "No such command 'zzzzzz'." in told.output
    assert "mean" not in told.output
