"""A coordinator and a landlord at the charter's pages: what they read, prepare, sign, and who may do what."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from registry.assessment.service import compute_previews
from registry.charter.schemas import Terms
from registry.kernel.clock import now
from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support import members
from tests.support.charters import Charters, article
from tests.support.members import Member
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
    form = page.partition("<main")[2]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in given and (given.get("type") != "checkbox" or " checked" in tag):
            found[given["name"]] = html.unescape(given.get("value", "on"))
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text)
    found.pop("form_token", None)
    return found


async def test_version_in_force_is_read_in_words_and_in_both_languages(
    here: str, signatory: Browser, charters: Charters
) -> None:
    agreed = article("D1", "Une maille.", terms=["k"], part="data_sharing")
    await charters.proposed(articles=[agreed, article("1", "Premier.\nSecond.", terms=["freshness_days"])])
    await charters.enact(2)
    said = words(await signatory.open(here))
    assert "Version 2, in force" in said
    assert "Charter Article 1: Article 1 Premier. Second. Terms that it rests on: Freshness delay Data-sharing" in said
    assert "Data-sharing agreement What the terms say of sharing belongs to this agreement: Version of the voc" in said
    assert "See the terms Article D1: Article D1 Une maille. Terms that it rests on: Homes in a cell, at least" in said
    assert "no article of a data-sharing agreement" not in said
    assert "35 days A landlord confirms" in said
    assert "Neither a step-free entrance nor a lift: grade D at best, if Step-free entrance: no and Lift: no" in said
    french = words(await signatory.open(here, lang="fr"))
    assert "35 jours Un bailleur confirme" in french


async def test_coordinator_makes_edits_orders_proposes_and_enacts(
    here: str, office: Office, coordinator: Browser, signatory: Browser, charters: Charters
) -> None:
    assert "Make a draft from the version in force" in words(await coordinator.open(here))
    await coordinator.send(f"{here}/draft")
    assert coordinator.location == f"{here}/draft?done=made"
    for code in ("1", "2"):
        await coordinator.open(f"{here}/draft/articles")
        given = {"code": code, "part": "charter", "title_fr": f"Titre {code}", "title_en": f"Title {code}"}
        typed = {**given, "text_fr": "Un.\r\nDeux.", "text_en": "One.\r\nTwo.", "terms.k": "true"}
        await coordinator.send(f"{here}/draft/articles", revision=coordinator.hidden("revision"), **typed)
        assert coordinator.location == f"{here}/draft?done=saved"
    await coordinator.open(f"{here}/draft")
    await coordinator.send(f"{here}/draft/articles/2/move", revision=coordinator.hidden("revision"), to="up")
    await coordinator.open(f"{here}/draft/articles/1/remove")
    await coordinator.send(f"{here}/draft/articles/1/remove", revision=coordinator.hidden("revision"))
    page = await coordinator.open(f"{here}/draft/terms")
    given = {**fields_of(page.text), "freshness_days": "42", "hold_days": "25"}
    given.pop("shared_features.grab_bars")
    await coordinator.send(f"{here}/draft/terms", **given)
    assert coordinator.location == f"{here}/draft?done=saved"
    draft = await charters.ok(office.place.coordinator, "GET", "/charters/draft")
    assert [(each["code"], each["text"]["fr"], each["terms"]) for each in draft["articles"]] == [
        ("2", "Un.\nDeux.", ["k"])
    ]
    expected = Terms().model_dump(mode="json") | {"freshness_days": 42, "hold_days": 25}
    expected["shared_features"] = [each for each in expected["shared_features"] if each != "grab_bars"]
    assert draft["terms"] == expected

    said = words(await coordinator.open(f"{here}/draft/propose"))
    assert "The text will not change any more" in said
    await coordinator.send(f"{here}/draft/propose", revision=coordinator.hidden("revision"), reply_by="2020-01-01")
    assert "This date of reply is past" in coordinator.alert
    await coordinator.send(f"{here}/draft/propose", revision=coordinator.hidden("revision"), reply_by="2999-03-31")
    assert coordinator.location == f"{here}?done=proposed"

    said = words(await signatory.open(here))
    assert "A new version is proposed, and your organisation has not signed it." in said
    said = words(await signatory.open(f"{here}/comparison", version="2", **{"with": "1"}))
    assert "Freshness delay 35 days 42 days" in said
    assert "Charter Article 2: added" in said
    await signatory.open(f"{here}/versions/2/sign")
    given = {"text_sha256": signatory.hidden("text_sha256"), "signed_by": "Jeanne Essai", "signed_as": "Directrice"}
    await signatory.send(f"{here}/versions/2/sign", **given)
    assert "Confirm that the text was read" in signatory.alert
    assert "One signature is of both, the charter and the data-sharing agreement" in words(signatory.page)
    await signatory.send(f"{here}/versions/2/sign", **given | {"text_sha256": "0" * 64}, read="true")
    assert "digest" in signatory.alert
    await signatory.send(f"{here}/versions/2/sign", **given, read="true")
    assert signatory.location == f"{here}?done=presigned"

    said = words(await coordinator.open(f"{here}/versions/2/enact"))
    assert "Have signed, and hold to it at once (1)" in said
    assert "Have not signed (0)" in said
    await coordinator.send(f"{here}/versions/2/enact")
    assert coordinator.location == f"{here}?done=enacted"
    assert "Version 2, in force" in words(await signatory.open(here))
    assert "Jeanne Essai Directrice" in words(await coordinator.open(f"{here}/signatures"))


def stated(draft: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(each["code"], each.get("part")) for each in draft["articles"]]


async def test_articles_are_ordered_within_their_part_and_given_to_the_other(
    here: str, office: Office, coordinator: Browser, charters: Charters
) -> None:
    agreed = {"part": "data_sharing"}
    who = office.place.coordinator
    await charters.draft(articles=[article("D1", **agreed), article("1"), article("D2", **agreed), article("2")])
    page = await coordinator.open(f"{here}/draft")
    assert re.findall(r'aria-label="Article (\w+)"', page.text) == ["1", "2", "D1", "D2"]
    assert page.text.count('value="up"') == page.text.count('value="down"') == 2, "none beyond its part"
    for code, to in (("D2", "up"), ("1", "up"), ("D1", "down")):  # the last two stand there already
        await coordinator.open(f"{here}/draft")
        await coordinator.send(f"{here}/draft/articles/{code}/move", revision=coordinator.hidden("revision"), to=to)
        assert coordinator.page.status_code == 303
    draft = await charters.ok(who, "GET", "/charters/draft")
    assert [code for code, _ in stated(draft)] == ["D2", "1", "D1", "2"]

    page = await coordinator.open(f"{here}/draft/articles/1")
    typed = fields_of(page.text)
    assert typed["part"] == "charter"
    await coordinator.send(f"{here}/draft/articles/1", **typed | {"part": "annex"})
    assert coordinator.page.status_code == 422
    await coordinator.send(f"{here}/draft/articles/1", **typed | {"part": "data_sharing"})
    draft = await charters.ok(who, "GET", "/charters/draft")
    assert stated(draft)[1] == ("1", "data_sharing")
    assert fields_of((await coordinator.open(f"{here}/draft/articles/1")).text)["part"] == "data_sharing"


async def test_version_without_an_agreement_says_so_before_it_is_proposed_and_to_who_signs(
    here: str, office: Office, coordinator: Browser, signatory: Browser, charters: Charters
) -> None:
    said = "What a landlord signs of what is shared is therefore what the terms say, and nothing else."
    warned = f'<p class="attention">This version has no article of a data-sharing agreement. {said}</p>'
    await charters.draft(articles=[article("1")])
    for part in ("/draft", "/draft/propose"):
        assert warned in (await coordinator.open(f"{here}{part}")).text, part
    agreed = {"articles": [article("1"), article("D1", part="data_sharing")]}
    await charters.ok(office.place.coordinator, "PUT", "/charters/draft", json=agreed)
    for part in ("/draft", "/draft/propose"):
        assert said not in words(await coordinator.open(f"{here}{part}")), part
    await charters.ok(office.place.coordinator, "PUT", "/charters/draft", json={"articles": [article("1")]})
    await coordinator.open(f"{here}/draft/propose")
    await coordinator.send(f"{here}/draft/propose", revision=coordinator.hidden("revision"), reply_by="2999-03-31")
    assert coordinator.location == f"{here}?done=proposed", "warned of, not refused"
    page = await signatory.open(f"{here}/versions/2/sign")
    assert said in words(page)
    assert warned not in page.text


async def test_article_that_went_to_the_other_part_is_compared_with_both_named(
    here: str, signatory: Browser, charters: Charters
) -> None:
    await charters.proposed(articles=[article("1"), article("2")])
    await charters.enact(2)
    await charters.proposed(articles=[article("1", part="data_sharing"), article("2")])
    said = words(await signatory.open(f"{here}/comparison", version="3", **{"with": "2"}))
    assert (
        "Data-sharing agreement Article 1: changed In version 2 Charter Article 1: Article 1 Texte In version 3" in said
    )
    assert "Article 2" not in said


async def test_two_people_who_edit_lose_nothing_of_what_they_typed(
    here: str, coordinator: Browser, charters: Charters, office: Office
) -> None:
    await charters.draft(articles=[article("1", "Avant")])
    page = await coordinator.open(f"{here}/draft/articles/1")
    typed = {**fields_of(page.text), "text_fr": "De l'une"}
    await charters.ok(
        office.place.coordinator, "PUT", "/charters/draft",
        json={"articles": [article("1", "De l'autre", part="data_sharing")]},
    )  # fmt: skip
    await coordinator.send(f"{here}/draft/articles/1", **typed)
    assert "The draft has changed since you opened this page" in coordinator.alert
    said = words(coordinator.page)
    assert "What you typed De l'une What the draft says now De l'autre" in said
    assert "Part of the text What you typed Charter What the draft says now Data-sharing agreement" in said
    again = fields_of(coordinator.page.text)
    assert again["text_fr"] == "De l'une"
    await coordinator.send(f"{here}/draft/articles/1", **again)
    assert coordinator.location == f"{here}/draft?done=saved"

    page = await coordinator.open(f"{here}/draft/terms")
    typed = {**fields_of(page.text), "hold_days": "21"}
    await charters.ok(office.place.coordinator, "PUT", "/charters/draft", json={"terms": {"hold_days": 50}})
    await coordinator.send(f"{here}/draft/terms", **typed)
    assert "Length of a hold What you typed 21 What the draft says now 50" in words(coordinator.page)

    page = await coordinator.open(f"{here}/draft/grid")
    typed = {**fields_of(page.text), "grades.A": "90"}
    await charters.ok(office.place.coordinator, "DELETE", "/charters/draft", 204)
    await coordinator.send(f"{here}/draft/grid", **typed)
    assert "no draft of a charter" in coordinator.alert
    assert "Grade A from 90" in words(coordinator.page)


async def test_wrong_values_are_named_by_their_field_and_kept(
    here: str, coordinator: Browser, charters: Charters
) -> None:
    await charters.draft()
    page = await coordinator.open(f"{here}/draft/terms")
    given = {**fields_of(page.text), "k": "10", "answer_days": "dix"}
    await coordinator.send(f"{here}/draft/terms", **given)
    said = words(coordinator.page)
    assert "To be corrected before saving" in coordinator.alert
    assert "Homes in a cell, at least : Must be at least 11" in said
    assert "A whole number is expected" in said
    assert fields_of(coordinator.page.text)["answer_days"] == "dix"

    page = await coordinator.open(f"{here}/draft/grid")
    given = fields_of(page.text)
    for wrong, message in (
        ({"weights.L": "40"}, "The weights of L, P, A and S sum to 1.1 instead of 1"),
        ({"target_share": "120"}, "A percentage from 1 to 100 is expected"),
        ({"grades.B": "95"}, "Expected: A > B > C > D"),
        ({"common_parts.lift.weight": "beaucoup"}, "A number is expected"),
        ({"bands.3.up_to_m": "200", "bands.3.points": "10"}, "Bands go from the nearest to the farthest"),
        ({"knock_outs.2.label_fr": "Vide", "knock_outs.2.label_en": "Empty"}, "At least 1 item(s)"),
    ):
        await coordinator.send(f"{here}/draft/grid", **given | wrong)
        assert coordinator.page.status_code == 422
        assert message in words(coordinator.page), wrong
        assert 'aria-invalid="true"' in coordinator.page.text
    name, value = "common_parts.lift.weight", "2,5"
    await coordinator.send(f"{here}/draft/grid", **given | {name: value}, then="stay")
    assert coordinator.location == f"{here}/draft/grid?done=saved"


async def test_grid_sent_as_it_is_changes_nothing(
    here: str, coordinator: Browser, charters: Charters, office: Office
) -> None:
    made = await charters.draft()
    page = await coordinator.open(f"{here}/draft/grid")
    await coordinator.send(f"{here}/draft/grid", **fields_of(page.text), then="stay")
    assert coordinator.location == f"{here}/draft/grid?done=saved"
    again = await charters.ok(office.place.coordinator, "GET", "/charters/draft")
    assert again["text_sha256"] == made["text_sha256"]


async def bring_residences(office: Office, count: int) -> None:
    """Give the landlord residences of one home each, of which nothing is known."""
    lines = [office.home(f"H{n}", residence_ref=f"R{n}") for n in range(count)]
    for n, line in enumerate(lines):
        line["residence"]["ref"] = f"R{n}"
    await office.bring(lines)


async def test_preview_counts_what_a_grid_would_make_of_real_residences(
    here: str, office: Office, coordinator: Browser, charters: Charters
) -> None:
    await bring_residences(office, 24)
    await charters.draft(based_on=1)
    page = await coordinator.open(f"{here}/draft/grid")
    assert "No preview of this grid was computed" in words(page)
    given = fields_of(page.text) | {"completeness_floor": "0"}
    await coordinator.send(f"{here}/draft/grid", **given, then="preview")
    assert coordinator.location == f"{here}/draft/grid?done=saved#preview"
    page = await coordinator.open(f"{here}/draft/grid")
    assert "The preview waits for a free worker." in words(page)
    part = await coordinator.client.get(f"{here}/draft/grid", headers={"HX-Request": "true"})
    assert "<main" not in part.text
    assert 'hx-trigger="every 2s"' in part.text
    await compute_previews(office.jobs)
    page = await coordinator.open(f"{here}/draft/grid")
    assert "hx-trigger" not in page.text
    said = words(page)
    few = "fewer than 11"
    assert f"E {few} 25" in said
    assert f"Not assessable 25 {few}" in said
    assert f"All landlords {few} {few} {few} 25 {few}" in said
    assert f"{office.owner.name} {few} {few} {few} 25 {few}" in said
    await coordinator.open(f"{here}/draft/grid")
    await coordinator.send(f"{here}/draft/preview")
    assert await compute_previews(office.jobs) == 0, "one of the last hour is not counted again"


async def test_preview_is_refused_beyond_its_daily_number(
    here: str, coordinator: Browser, charters: Charters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.assessment.service.preview.DAILY", 1)
    await charters.draft(based_on=1)
    await coordinator.open(f"{here}/draft/grid")
    await coordinator.send(f"{here}/draft/preview")
    assert coordinator.page.status_code == 303
    page = await coordinator.open(f"{here}/draft/grid")
    await coordinator.send(f"{here}/draft/grid", **fields_of(page.text) | {"grades.A": "81"}, then="preview")
    assert coordinator.page.status_code == 429
    assert "Daily number of previews reached" in coordinator.alert


async def test_landlord_waits_withdraws_and_is_told_what_that_means(
    here: str, seats: Seats, register: Register
) -> None:
    other = await seats.take((await register()).id, "landlord_admin")
    assert "has not signed" in words(await other.open(here))
    await other.open(f"{here}/versions/1/sign")
    given = {"text_sha256": other.hidden("text_sha256"), "signed_by": "Ali Essai", "signed_as": "Directeur"}
    await other.send(f"{here}/versions/1/sign", **given, read="true")
    assert other.location == f"{here}?done=waits"
    assert "waits until the coordinator admits it" in words(await other.open(here))
    said = words(await other.open(f"{here}/withdraw"))
    assert "within five seconds" in said
    await other.send(f"{here}/withdraw")
    assert other.location == f"{here}?done=withdrawn"
    said = words(await other.open(f"{here}/signatures"))
    assert "Ali Essai Directeur" in said
    await other.open(f"{here}/withdraw")
    await other.send(f"{here}/withdraw")
    assert other.page.status_code == 303, "what has ended may be ended again"


async def test_who_may_not_prepare_sees_no_draft_and_signs_nothing(
    here: str, office: Office, seats: Seats, coordinator: Browser, signatory: Browser, charters: Charters
) -> None:
    await charters.draft(articles=[article("1", "Secret du projet")])
    for browser in (signatory, await seats.take(office.owner.id, "landlord_searcher")):
        assert "Secret" not in words(await browser.open(here))
        for part in ("/draft", "/draft/grid", "/draft/terms", "/draft/articles/1", "/draft/propose"):
            assert (await browser.open(f"{here}{part}")).status_code == 403, part
        assert (await browser.open(f"{here}/versions/2")).status_code == 404
    reader = await seats.take(office.place.coordinator.id, "coordinator_reader")
    assert "Secret" in words(await reader.open(f"{here}/versions/2"))
    assert (await reader.open(f"{here}/draft")).status_code == 403
    searcher = await seats.take(office.owner.id, "landlord_searcher")
    assert "Read and sign" not in words(await searcher.open(here))
    assert (await searcher.open(f"{here}/versions/1/sign")).status_code == 403
    assert (await coordinator.open(f"{here}/versions/1/sign")).status_code == 403
    other = await seats.take((await charters_of_another(office)).id, "coordinator_admin")
    for part in ("", "/draft", "/draft/grid", "/versions/1", "/signatures", "/comparison"):
        assert (await other.open(f"{here}{part}")).status_code == 404, part


async def charters_of_another(office: Office) -> Member:
    return await members.register(office.database, office.client, kind="coordinator")


async def test_what_binds_asks_who_proved_long_ago_who_they_are(
    here: str, coordinator: Browser, signatory: Browser, charters: Charters, monkeypatch: pytest.MonkeyPatch
) -> None:
    await charters.draft(based_on=1)
    await coordinator.open(f"{here}/draft")
    await signatory.open(f"{here}/versions/1/sign")
    later = now() + timedelta(minutes=10)
    monkeypatch.setattr("registry.identity.service.account.sessions.now", lambda: later)
    for browser, part in (
        (coordinator, "/draft/propose"), (coordinator, "/versions/1/enact"), (signatory, "/versions/1/sign"),
        (signatory, "/withdraw"),
    ):  # fmt: skip
        asked = browser.page
        await browser.send(f"{here}{part}", read="true", reply_by="2999-03-31")
        assert browser.location == f"/account/confirm?{urlencode({'next': here + part})}", part
        browser.page = asked
        await browser.open(f"{here}{part}")
        assert browser.location.startswith("/account/confirm?"), part
        browser.page = asked
    assert (await charters.ok(charters.territory.coordinator, "GET", "/charters/draft"))["version"] == 2
