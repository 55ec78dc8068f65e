"""The bench of the console judges: a page above its budget fails it, and a refusal is not taken for a fast page."""

from typing import Any

import httpx
import pytest

from tests.perf.console import LIMIT_MS, Figures, NotMeasured, _page, all_seen, slow


class Idle:
    """A process that used no time."""

    def processor_s(self) -> float:
        return 0.0


async def timed(answers: list[int], monkeypatch: pytest.MonkeyPatch) -> Figures | None:
    """Time a page that answers with these statuses, and with 200 from then on."""
    left = iter(answers)
    transport = httpx.MockTransport(lambda _: httpx.Response(next(left, 200), content=b"page"))
    monkeypatch.setattr("tests.perf.stage.database_s", lambda _: 0.0)
    web: Any = Idle()
    async with httpx.AsyncClient(base_url="http://console.test", transport=transport) as client:
        return await _page(client, "/console", 20, web, web)


def figures(*milliseconds: float) -> Figures:
    return Figures([each / 1_000 for each in milliseconds], 1, 0.0, 0.0)


def test_page_above_the_budget_is_named() -> None:
    fast, late = figures(*[LIMIT_MS / 2] * 100), figures(*[LIMIT_MS / 2] * 90, *[LIMIT_MS * 2] * 10)
    measured = {("/console", "landlord_admin"): fast, ("/console/map", "landlord_admin"): late}
    assert slow(measured) == ["/console/map as landlord_admin: 200 ms"]
    del measured["/console/map", "landlord_admin"]
    assert slow(measured) == []


@pytest.mark.parametrize("status", [403, 404])
async def test_page_that_is_refused_is_not_measured(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await timed([status], monkeypatch) is None


async def test_page_that_is_shown_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await timed([200], monkeypatch)
    assert found is not None
    assert (len(found.seconds), found.length) == (20, 4)


@pytest.mark.parametrize("answers", [[303], [500], [200] * 10 + [429], [200] * 10 + [404]])
async def test_other_answer_is_an_error_of_the_bench(answers: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotMeasured, match=f"/console answered {answers[-1]}"):
        await timed(answers, monkeypatch)


def test_page_that_is_refused_to_everybody_is_an_error_of_the_bench() -> None:
    with pytest.raises(NotMeasured, match="/console/map"):
        all_seen(["/console", "/console/map"], {("/console", "landlord_admin"): figures(1, 1)})
