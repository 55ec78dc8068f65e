"""Files that are left in a directory: what is finished is received once and moved; nothing leads out of it."""

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from registry.kernel.text import Text
from registry.platform.crypto import keyring
from registry.platform.database import Database
from registry.platform.settings import Settings
from registry.sync.errors import FileTooLarge
from registry.sync.service.drops import Drops, finished
from registry.sync.service.notices import Notices
from tests.support.database import BASE_URL
from tests.support.members import Member
from tests.support.sources import DROP, Desk, Imports

WRITTEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Place:
    """A landlord's directory, and the worker that looks into it."""

    def __init__(self, desk: Desk, drops: Drops, imports: Imports) -> None:
        self.desk, self.drops, self.imports = desk, drops, imports
        self.directory = drops.root / str(desk.member.id) / "erp"

    async def declare(self, **more: object) -> None:
        answer = await self.desk.client.put("/v1/sources/erp", json={**DROP, **more}, headers=self.desk.member.headers)
        assert answer.is_success, answer.text
        self.directory.mkdir(parents=True, exist_ok=True)

    def leave(self, name: str, body: bytes = b"x", at: datetime = WRITTEN) -> Path:
        path = self.directory / name
        path.write_bytes(body)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    def names(self, *within: str) -> list[str]:
        return sorted(path.name for path in self.directory.joinpath(*within).iterdir())


@pytest.fixture
def place(
    client: httpx.AsyncClient, landlord: Member, job_database: Database, settings: Settings, tmp_path: Path
) -> Place:
    imports = Imports()
    drops = Drops(tmp_path, job_database, Notices(keyring(settings), BASE_URL), imports, settled_s=0)
    return Place(Desk(client, landlord), drops, imports)


async def test_finished_file_is_received_with_its_moment_and_moved(place: Place) -> None:
    await place.declare()
    place.leave("b.csv", b"second", WRITTEN.replace(day=2))
    place.leave("a.csv", b"third", WRITTEN.replace(day=3))
    place.leave("c.csv", b"first")
    assert await place.drops.take() == 3
    assert place.imports.bodies == [b"first", b"second", b"third"], "the oldest first"
    received = place.imports.received[0]
    assert (received.name, received.as_of, received.cause) == ("c.csv", WRITTEN, "drop")
    assert place.names() == ["done"]
    assert [name.rpartition("-")[2] for name in place.names("done")] == ["c.csv", "b.csv", "a.csv"]
    assert await place.drops.take() == 0, "once"


async def test_same_name_again_replaces_nothing_that_is_done(place: Place) -> None:
    await place.declare()
    for body in (b"one", b"two"):
        place.leave("homes.csv", body)
        await place.drops.take()
    assert [(place.directory / "done" / name).read_bytes() for name in place.names("done")] == [b"one", b"two"]


@pytest.mark.parametrize("name", ["x.csv.part", "x.PART", "x.csv.filepart", ".x.csv.swp", "x.csv~", "x.tmp"])
async def test_file_that_is_being_written_is_left_until_it_has_its_name(place: Place, name: str) -> None:
    await place.declare()
    path = place.leave(name)
    assert await place.drops.take() == 0
    path.rename(path.with_name("x.csv"))
    assert await place.drops.take() == 1


async def test_file_counts_from_its_last_change_whatever_time_it_claims(place: Place) -> None:
    await place.declare()
    place.leave("homes.csv", at=datetime(2020, 1, 1, tzinfo=UTC))
    (place.directory / "empty.csv").touch()
    directory = os.open(place.directory, os.O_RDONLY)
    try:
        assert finished(directory, 60) == []
        assert finished(directory, 0) == ["homes.csv"], "an empty one is not finished"
    finally:
        os.close(directory)


async def test_nothing_is_followed_out_of_the_directory(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    await place.declare()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "secret.csv").write_bytes(b"secret")
    (place.directory / "link.csv").symlink_to(elsewhere / "secret.csv")
    os.link(elsewhere / "secret.csv", place.directory / "hard.csv")
    os.mkfifo(place.directory / "pipe.csv")
    (place.directory / "sub").mkdir()
    assert await place.drops.take() == 0
    place.directory.rename(place.directory.with_name("real"))
    place.directory.symlink_to(elsewhere)
    assert await place.drops.take() == 0
    place.directory.unlink()
    place.directory.parent.rename(elsewhere / "organisation")
    place.directory.parent.symlink_to(elsewhere / "organisation")
    (elsewhere / "organisation" / "erp").mkdir()
    (elsewhere / "organisation" / "erp" / "x.csv").write_bytes(b"x")
    assert await place.drops.take() == 0
    assert place.imports.received == []
    assert (elsewhere / "secret.csv").exists()


async def test_done_that_leads_elsewhere_takes_nothing_out(
    place: Place, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await place.declare()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (place.directory / "done").symlink_to(elsewhere)
    place.leave("homes.csv")
    assert await place.drops.take() == 0
    assert list(elsewhere.iterdir()) == []


async def test_directory_of_no_source_of_another_kind_or_of_a_paused_one_is_not_looked_into(place: Place) -> None:
    await place.declare()
    stranger = place.drops.root / str(uuid.uuid4()) / "erp"
    stranger.mkdir(parents=True)
    (stranger / "homes.csv").write_bytes(b"x")
    place.leave("homes.csv")
    await place.declare(paused=True)
    assert await place.drops.take() == 0
    await place.declare(kind="push")
    assert await place.drops.take() == 0
    await place.declare()
    assert await place.drops.take() == 1
    assert (stranger / "homes.csv").exists()


async def test_file_that_cannot_be_received_is_set_aside_and_said_and_the_later_ones_follow(place: Place) -> None:
    await place.declare()
    place.leave("bad.csv")
    place.leave("good.csv", b"good", WRITTEN.replace(day=2))
    place.imports.refusal = FileTooLarge(Text("Trop.", "Too much."), field="path", value="x")
    assert await place.drops.take() == 0
    assert [name.rpartition("-")[2] for name in place.names("failed")] == ["bad.csv"]
    found = await place.desk.get("sources/erp")
    assert (found["failures"], found["last_failure"]["code"], found["next_run_at"]) == (1, "file-too-large", None)
    place.imports.refusal = None
    assert await place.drops.take() == 1
    assert place.imports.bodies == [b"good"]
    assert (await place.desk.get("sources/erp"))["failures"] == 0


async def test_defect_leaves_the_file_where_it_is(place: Place) -> None:
    await place.declare()
    place.leave("homes.csv")
    place.imports.refusal = ZeroDivisionError("a defect")
    assert await place.drops.take() == 0
    place.imports.refusal = None
    assert await place.drops.take() == 1


async def test_name_that_nobody_can_read_is_received_without_it(place: Place) -> None:
    await place.declare()
    place.leave(os.fsdecode(b"\xff\n" * 100 + b".csv"))
    assert await place.drops.take() == 1
    assert place.imports.received[0].name is None
    assert len(place.names("done")) == 1


async def test_directory_that_is_not_there_is_no_error(place: Place) -> None:
    await place.declare()
    place.directory.rmdir()
    assert await place.drops.take() == 0
