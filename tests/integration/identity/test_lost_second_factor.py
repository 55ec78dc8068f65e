"""A person who lost telephone and recovery codes gets in again by the operator's command, and by nothing else."""

import asyncio
import re

import pytest
from fastapi import FastAPI

from registry.platform.settings import Settings
from tests.support.commands import invoke
from tests.support.identity import Member
from tests.support.people import Browser, Person


async def test_operator_takes_the_second_factor_away_and_another_is_set_up(
    person: Person, app: FastAPI, settings: Settings, member: Member
) -> None:
    before = Browser(app, settings)
    await before.sign_in(person)
    code = re.findall(r"<li><code>([a-z2-7-]+)</code></li>", before.page.text)[0]
    done = await asyncio.to_thread(invoke, settings, "user", "forget-second-factor", person.email.upper())
    assert "the next sign-in sets up another" in done.output
    assert (await before.open("/console")).headers["location"].startswith("/account/sign-in"), "sessions are ended"
    after = Browser(app, settings)
    await after.open("/account/sign-in")
    await after.send("/account/sign-in", email=person.email, password=person.password)
    await after.open("/account/recovery")
    await after.send("/account/recovery", code=code)
    assert after.page.status_code == 422, "the codes went with it"
    first, person.secret = person.secret, None
    again = Browser(app, settings)
    await again.sign_in(person)
    assert person.secret != first
    assert (await again.open("/account/organisation")).status_code == 200
    listed = await asyncio.to_thread(invoke, settings, "audit", "verify", str(member.id))
    assert listed.exit_code == 0, listed.output


@pytest.mark.parametrize("command", ["forget-second-factor", "unlink"])
def test_command_for_nobody_changes_nothing(settings: Settings, command: str) -> None:
    done = invoke(settings, "user", command, "personne@bailleur.example")
    assert done.exit_code == 0
    assert "none" in done.output or "was not linked" in done.output


async def test_sign_in_with_a_sign_that_no_database_keeps_is_wrong_and_no_failure(
    app: FastAPI, settings: Settings
) -> None:
    browser = Browser(app, settings)
    for email, password in (("a\0b@bailleur.example", "x"), ("a@bailleur.example", "x\0y")):
        await browser.open("/account/sign-in")
        await browser.send("/account/sign-in", email=email, password=password)
        assert browser.page.status_code == 403
