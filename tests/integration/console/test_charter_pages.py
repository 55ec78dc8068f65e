"""A coordinator and a landlord at the charter's pages: what they read, prepare, sign, and who may do what."""

import re
from typing import Any

import pytest

from registry.assessment.service import compute_previews
from registry.charter.schemas import Terms
from registry.platform.database import Database
from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support.charters import Charters, article
from tests.support.people import Browser
from tests.support.seats import Seats, words


@pytest.fixture
def charters(office: Office) -> Charters:
    return Charters(office.client, office.place)


@pytest.fixture
def here(office: Office) -> str:
    return f"/console/charter/{office.place.slug}"


@pytest.fixture
async def coordinator(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.place.coordinator.id, "coordinator_admin")


@pytest.fixture
async def signatory(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.owner.id, "landlord_admin")


def fields_of(page: str) -> dict[str, str]:
    """Return what the form of a page would send: inputs, ticked boxes, chosen options, texts."""
    import html

    form = page.partition("<main")[2]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in given and (given.get("type") != "checkbox" or " checked" in tag):
            found[given["name"]] = html.unescape(given.get("value", "on"))
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(r'<option value="([^"]*)"', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text)
    found.pop("form_token", None)
    return found


async def test_version_in_force_is_read_in_words_and_in_both_languages(
    here: str, signatory: Browser, charters: Charters
) -> None:
    await charters.proposed(articles=[article("1", "Premier.\nSecond.", terms=["freshness_days"])])
    await charters.enact(2)
    said = words(await signatory.open(here))
    assert "Version 2, in force" in said
    assert "Article 1 – Article 1 Premier. Second. Terms that it rests on: Freshness delay" in said
    assert "35 days A landlord confirms" in said
    assert "Neither a step-free entrance nor a lift: grade D at best, if Step-free entrance: no and Lift: no" in said
    french = words(await signatory.open(here, lang="fr"))
    assert "35 jours Un bailleur confirme" in french
