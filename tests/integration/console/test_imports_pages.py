"""A landlord's people look at imports, confirm what waits, have what failed tried again, and send files."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from registry.sync.service.run import MAX_ATTEMPTS, Runner
from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, upload, words
from tests.support.stock import residence

PAGE = "/console/imports"
CSV = b"ref;residence_ref;typology;rooms;status\nH1;R1;T2;2;vacant\nH2;R1;T3;3;occupied\n"


@pytest.fixture
async def publisher(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.owner.id, "landlord_publisher")


@pytest.fixture
async def reader(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.owner.id, "landlord_reader")


async def waiting(office: Office) -> str:
    """Return an import that takes three of ten homes away."""
    homes = [office.home(f"H{n}") for n in range(10)]
    await office.bring(homes)
    return await office.bring(homes[:7])


async def failed(office: Office) -> str:
    def broken(*_: Any) -> Any:
        raise OSError("disk full")

    run = await office.send([office.home("H1")])
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(OSError, match="disk full"):
            await Runner(office.jobs, open_file=broken).run(office.owner.id, uuid.UUID(run))
    return run


@contextmanager
def statements(app: FastAPI) -> Iterator[list[str]]:
    """Give the statements on imports and sources that are sent meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "sync_" in statement:
            sent.append(statement)

    engine = app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def test_pages_send_the_same_statements_for_one_import_as_for_many(
    app: FastAPI, office: Office, publisher: Browser
) -> None:
    await office.bring([office.home("H1"), {"bad": "H2"}])
    counts = []
    for _ in range(2):
        with statements(app) as sent:
            await publisher.open(PAGE)
            of_list = len(sent)
            await publisher.open("/console")
        counts.append((of_list, len(sent) - of_list))
        for n in range(3):
            await office.declare(f"more-{n}")
            await office.bring([office.home("H1"), {"bad": "H2"}], source=f"more-{n}")
    assert counts == [(3, 2), (3, 2)]


async def test_imports_are_listed_newest_first_with_their_states_in_words(office: Office, publisher: Browser) -> None:
    applied, trial = await office.bring([office.home("H1")]), await office.bring([office.home("H1")], dry_run="true")
    page = await publisher.open(PAGE)
    assert page.status_code == 200, page.text
    assert page.text.index(trial) < page.text.index(applied)
    said = words(page)
    assert "Trial done, nothing was written" in said
    assert "new: 1, changed: 0, unchanged: 0, withdrawn: 0, rejected: 0" in said
    assert "Wait for your decision" not in said
    french = words(await publisher.open(PAGE, lang="fr"))
    assert "Essai terminé, rien n'est écrit" in french
    assert "nouveaux : 1, modifiés : 0, inchangés : 0, retirés : 0, refusés : 0" in french


async def test_list_is_filtered_by_state_and_goes_on_by_a_link(office: Office, publisher: Browser) -> None:
    runs = [await office.send([office.home("H1")]) for _ in range(21)]
    first = await publisher.open(PAGE, status="received")
    assert runs[0] not in first.text
    assert f'href="{PAGE}?status=received&amp;before={runs[1]}"' in first.text
    assert runs[0] in (await publisher.open(PAGE, status="received", before=runs[1])).text
    assert runs[20] not in (await publisher.open(PAGE, status="applied")).text
    assert runs[20] in (await publisher.open(PAGE, status="nonsense", before="nonsense")).text


async def test_what_waits_stands_on_top_and_is_confirmed(office: Office, publisher: Browser) -> None:
    run = await waiting(office)
    assert f'href="{PAGE}"' in (await publisher.open("/console")).text
    assert "Files that wait for a confirmation: 1" in words(publisher.page)
    assert "Wait for your decision" in words(await publisher.open(PAGE))
    page = words(await publisher.open(f"{PAGE}/{run}"))
    assert "3 of 10 homes would change, which is 30 %; the charter lets 20 % pass without a confirmation." in page
    assert "Applying, all at once – waits for a confirmation" in page
    assert "Withdrawn homes H7, H8, H9" in page
    answer = await publisher.send(f"{PAGE}/{run}", action="confirm")
    assert (answer.status_code, publisher.location) == (303, f"{PAGE}/{run}?done=confirm")
    assert "You confirmed; the file is applied shortly." in words(await publisher.open(publisher.location))
    await office.work()
    assert await office.status(run) == "applied"
    assert "Nothing needs you." in words(await publisher.open("/console"))


async def test_confirmation_of_what_does_not_wait_is_explained(office: Office, publisher: Browser) -> None:
    run = await office.bring([office.home("H1")])
    await publisher.open(f"{PAGE}/{run}")
    answer = await publisher.send(f"{PAGE}/{run}", action="confirm")
    assert answer.status_code == 422
    assert "waits for no confirmation" in publisher.alert
    await publisher.open(f"{PAGE}/{run}")
    assert (await publisher.send(f"{PAGE}/{run}", action="burn")).status_code == 400


async def test_failed_import_says_why_and_is_tried_again(office: Office, publisher: Browser) -> None:
    run = await failed(office)
    assert "Files that failed: 1" in words(await publisher.open("/console"))
    page = words(await publisher.open(f"{PAGE}/{run}"))
    assert "through no fault of the file" in page
    assert "Receiving – stopped here" in page
    await publisher.send(f"{PAGE}/{run}", action="retry")
    assert publisher.location == f"{PAGE}/{run}?done=retry"
    under_way = await publisher.open(publisher.location)
    assert "Reload this page" in words(under_way)
    assert f'hx-get="{PAGE}/{run}"' in under_way.text, "with a script the page asks by itself how it stands"
    assert await office.status(run) == "received"
    await office.work()
    assert "hx-get" not in (await publisher.open(f"{PAGE}/{run}")).text.partition("<main")[2], "it has ended"


async def test_refused_file_shows_each_value_with_rule_and_remedy(office: Office, publisher: Browser) -> None:
    run = await office.bring([office.home("H1"), {"bad": "=<b>H2"}])
    page = await publisher.open(f"{PAGE}/{run}")
    assert "<b>H2" not in page.text, "what a file says is text"
    said = words(page)
    assert "Records are rejected: nothing was applied" in said
    assert "2 * =<b>H2 Bad Mend it. record rejected" in said
    report = await publisher.open(f"{PAGE}/{run}/report")
    assert report.headers["content-disposition"] == f'attachment; filename="{run}.csv"'
    assert "2,*,'=<b>H2,record rejected,Bad,Mend it." in report.text
    report = await publisher.open(f"{PAGE}/{run}/report", **{"as": "json"})
    assert report.json()["notes"][0]["line"] == 2


async def test_refused_file_needs_nobody_once_a_newer_one_is_applied(office: Office, publisher: Browser) -> None:
    await office.bring([office.home("H1"), {"bad": "H2"}])
    assert "Files that were refused: 1" in words(await publisher.open("/console"))
    await office.bring([office.home("H1"), {"bad": "H2"}], dry_run="true")
    assert "Files that were refused: 1" in words(await publisher.open("/console"))
    await office.bring([office.home("H1")])
    assert "Nothing needs you." in words(await publisher.open("/console"))


async def test_difference_is_shown_before_and_after(office: Office, publisher: Browser) -> None:
    fact = {"lift": {"value": "yes", "source": "measured", "date": "2026-01-02"}}
    await office.bring([office.home("H1", rooms=2)])
    run = await office.bring([office.home("H1", rooms=3, status="works", facts=fact)], dry_run="true")
    page = words(await publisher.open(f"{PAGE}/{run}"))
    assert "H1 Main rooms 2 3" in page
    assert "Vacant In works" in page
    assert "H1 Lift not stated yes (measured, 2026-01-02)" in page


async def test_trial_then_the_real_file_are_sent_by_the_form(office: Office, publisher: Browser) -> None:
    await office.client.put("/v1/residences/R1", json=residence(office.place.communes[0]), headers=office.owner.headers)
    await publisher.open(PAGE)
    answer = await upload(publisher, PAGE, "C:\\parc\\homes.csv", CSV, source="erp", dry_run="true", mode="full")
    assert answer.status_code == 303, publisher.alert
    await Runner(office.jobs).run_waiting(office.owner.id)
    page = words(await publisher.open(publisher.location))
    assert "File homes.csv" in page
    assert "Trial done, nothing was written" in page
    assert "2 records read." in page
    await publisher.open(PAGE)
    await upload(publisher, PAGE, "homes.csv", CSV, source="erp")
    await Runner(office.jobs).run_waiting(office.owner.id)
    page = words(await publisher.open(publisher.location))
    assert "Applied" in page
    homes = await office.client.get("/v1/homes", headers=office.owner.headers)
    assert [home["ref"] for home in homes.json()["items"]] == ["H1", "H2"]


@pytest.mark.parametrize(
    ("name", "content", "fields", "said"),
    [
        ("homes.csv", b"", {"source": "erp"}, "No file is chosen, or it is empty"),
        ("", CSV, {"source": "erp"}, "No file is chosen"),
        ("homes.bin", CSV, {"source": "new"}, "The format is not that of the source, or is not known"),
        ("homes.csv", CSV, {"source": "default", "kind": "csv"}, "The format is not that of the source"),
        ("homes.csv", CSV, {"source": "erp", "kind": "exe"}, "The format is not that of the source"),
        ("homes.csv", CSV, {"source": "../../etc"}, "source"),
        ("homes.csv", CSV, {"source": "erp", "mode": "all"}, "full"),
    ],
)
async def test_what_cannot_be_sent_is_explained_and_nothing_is_kept(
    office: Office, publisher: Browser, name: str, content: bytes, fields: dict[str, str], said: str
) -> None:
    await office.declare("default")
    await publisher.open(PAGE)
    answer = await upload(publisher, PAGE, name, content, **fields)
    assert answer.status_code == 422
    assert said in publisher.alert
    assert "No file." in words(await publisher.open(PAGE))


async def test_form_with_a_file_that_is_not_ours_is_refused(office: Office, publisher: Browser) -> None:
    await publisher.open(PAGE)
    file = {"file": ("homes.csv", CSV)}
    for data, files in (
        ({"form_token": "forged", "source": "erp"}, file),
        ({"source": "erp"}, file),
        ({"form_token": publisher.hidden("form_token"), "source": "erp"}, None),
        ({"form_token": publisher.hidden("form_token"), "source": "e\0p"}, file),
    ):
        answer = await publisher.client.post(PAGE, data=data, files=files)
        assert answer.status_code == 403, answer.text
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await publisher.client.post(PAGE, content=b"--y", headers=broken)).status_code == 403
    run = await waiting(office)
    answer = await publisher.client.post(f"{PAGE}/{run}", data={"form_token": "forged", "action": "confirm"})
    assert answer.status_code == 403
    assert await office.status(run) == "waiting"


async def test_reader_sees_everything_and_does_nothing(office: Office, publisher: Browser, reader: Browser) -> None:
    run = await waiting(office)
    page = await reader.open(f"{PAGE}/{run}")
    assert "30 %" in words(page)
    assert 'name="action"' not in page.text
    assert (await reader.open(f"{PAGE}/{run}/report")).status_code == 200
    page = await reader.open(PAGE)
    assert 'type="file"' not in page.text
    answer = await reader.send(f"{PAGE}/{run}", action="confirm")
    assert answer.status_code == 403
    assert "This is for stock managers" in words(answer)
    await reader.open(PAGE)
    assert (await upload(reader, PAGE, "homes.csv", CSV, source="erp")).status_code == 403
    assert await office.status(run) == "waiting"


async def test_other_landlord_and_other_roles_see_nothing(office: Office, seats: Seats, register: Register) -> None:
    run = await waiting(office)
    other = await seats.take((await register()).id, "landlord_admin")
    for address in (f"{PAGE}/{run}", f"{PAGE}/{run}/report", f"{PAGE}/nonsense", f"{PAGE}/{uuid.uuid4()}"):
        answer = await other.open(address)
        assert answer.status_code == 404, address
        assert "This import is not among yours" in words(answer)
    await other.open("/console")
    assert (await other.send(f"{PAGE}/{run}", action="confirm")).status_code == 404
    assert run not in (await other.open(PAGE)).text
    assert await office.status(run) == "waiting"
    searcher = await seats.take(office.owner.id, "landlord_searcher")
    assert PAGE not in (await searcher.open("/console")).text
    for address in (PAGE, f"{PAGE}/{run}", f"{PAGE}/{run}/report"):
        assert (await searcher.open(address)).status_code == 403


async def test_survey_form_is_downloaded_with_ones_own_residences(
    office: Office, publisher: Browser, seats: Seats, register: Register
) -> None:
    await office.client.put("/v1/residences/R1", json=residence(office.place.communes[0]), headers=office.owner.headers)
    assert 'href="/console/survey-form"' in (await publisher.open(PAGE)).text
    form = await publisher.open("/console/survey-form")
    assert form.headers["content-disposition"] == 'attachment; filename="survey.csv"'
    assert "\r\nR1;" in form.text
    assert "circulation.largeurUtile (Width of the path, m)" in form.text
    other = await seats.take((await register()).id, "landlord_admin")
    assert "\r\nR1;" not in (await other.open("/console/survey-form")).text
    searcher = await seats.take(office.owner.id, "landlord_searcher")
    assert (await searcher.open("/console/survey-form")).status_code == 403


async def test_report_that_does_not_exist_yet_is_said_to_be_missing(office: Office, publisher: Browser) -> None:
    run = await office.send([office.home("H1")])
    assert (await publisher.open(f"{PAGE}/{run}/report")).status_code == 409
    page = await publisher.open(f"{PAGE}/{run}")
    assert f"{run}/report" not in page.text


async def test_long_report_is_shown_in_part_and_downloaded_whole(
    office: Office, publisher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await office.bring([office.home("H1"), *({"bad": f"bad-{n}"} for n in range(3))])
    monkeypatch.setattr("registry.console.pages.import_details.NOTES", 2)
    monkeypatch.setattr("registry.console.pages.import_details.LINES", 3)
    page = await publisher.open(f"{PAGE}/{run}")
    assert "The first 2; the report has all." in words(page)
    assert "The report is long: download it to see the differences." in words(page)
    assert "bad-2" not in page.text
    assert "bad-2" in (await publisher.open(f"{PAGE}/{run}/report")).text
