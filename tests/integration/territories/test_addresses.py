"""Streets and houses of the Base Adresse Nationale: loaded, found again, never in another commune."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from registry.kernel.errors import RegistryError
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.territories import service
from registry.territories.geocoding import Kind
from registry.territories.repository import addresses as repository
from registry.territories.service import Address, Located, Verdict
from registry.territories.spelling import plain_street
from tests.support import addresses as files
from tests.support import montpellier
from tests.support import territory as territories
from tests.support.commands import invoke
from tests.support.plans import Explainer, in_marks, nodes
from tests.support.territory import Territory, add_commune

STREETS = ("Rue des Acacias", "Impasse des Acacias", "Avenue du Général Leclerc", "Place Saint-Michel", "Rue Pasteur")


@pytest.fixture
async def place(database: Database, job_database: Database, client: Any, tmp_path: Path) -> Territory:
    """A territory in whose first commune five streets have the even numbers from 2 to 20, twenty metres apart."""
    made = await territories.create(database, job_database, client, communes=2)
    rows = [
        files.house(str(number), street, made.communes[0], made.point(number * 10, 100 * rank))
        for rank, street in enumerate(STREETS)
        for number in range(2, 21, 2)
    ]
    await files.load(job_database, files.write(tmp_path / "adresses-33.csv.gz", rows))
    return made


async def located(jobs: Database, *asked: Address) -> list[Located]:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return await service.locate(session=session, addresses=asked)


async def counted(jobs: Database, commune: str) -> tuple[int, int]:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        row = await session.execute(
            text(
                "SELECT count(DISTINCT s.id), count(*) FROM streets s JOIN addresses a ON a.street_id = s.id"
                " WHERE s.commune_code = :commune"
            ),
            {"commune": commune},
        )
        streets, houses = row.one()
        return streets, houses


@pytest.mark.parametrize(
    "street",
    ["Rue des Acacias", "RUE ACACIAS", "r. des acacias", "rue des Acacia", "rue des Acaias", "Rue  des ACACIÀS"],
)
async def test_house_is_found_however_its_street_is_written(
    job_database: Database, place: Territory, street: str
) -> None:
    (found,) = await located(job_database, Address(place.communes[0], street, "12", "33000"))
    assert (found.verdict, found.kind, found.label) == (Verdict.EXACT, Kind.HOUSE_NUMBER, "12 Rue des Acacias, 33000")
    assert found.point == pytest.approx(tuple(place.point(120, 0).values()))
    assert found.ban_id == f"{place.communes[0]}_0010_00012"


async def test_number_within_the_street_is_found(job_database: Database, place: Territory) -> None:
    (found,) = await located(job_database, Address(place.communes[0], "12 AV GAL LECLERC"))
    assert (found.verdict, found.label) == (Verdict.EXACT, "12 Avenue du Général Leclerc, 33000")


async def test_number_that_the_street_has_not_gives_the_nearest_and_is_doubtful(
    job_database: Database, place: Territory
) -> None:
    first, after = await located(
        job_database, Address(place.communes[0], STREETS[4], "13"), Address(place.communes[0], STREETS[4], "99")
    )
    assert (first.verdict, first.kind, first.label) == (Verdict.DOUBTFUL, Kind.STREET, "Rue Pasteur, 33000")
    assert first.point in {tuple(place.point(n, 400).values()) for n in (120, 140)}
    assert after.point == tuple(place.point(200, 400).values())


async def test_address_without_a_number_is_in_the_middle_of_its_street_and_doubtful(
    job_database: Database, place: Territory
) -> None:
    (found,) = await located(job_database, Address(place.communes[0], STREETS[4]))
    assert found.verdict is Verdict.DOUBTFUL
    assert found.point == tuple(place.point(100, 400).values())


@pytest.mark.parametrize("street", ["", "—", "zzzz", "Résidence Beau Soleil", "x" * 200])
async def test_garbage_is_nowhere(job_database: Database, place: Territory, street: str) -> None:
    (found,) = await located(job_database, Address(place.communes[0], street, "12"))
    assert found.verdict is Verdict.NONE


async def test_street_of_the_neighbour_commune_is_nowhere(job_database: Database, place: Territory) -> None:
    (found,) = await located(job_database, Address(place.communes[1], STREETS[0], "12"))
    assert found == Located(Verdict.NONE)


async def test_house_whose_position_is_outside_its_commune_is_nowhere(
    job_database: Database, place: Territory, tmp_path: Path
) -> None:
    commune = place.communes[1]
    rows = [files.house("1", "Rue Loin", commune, place.point(-30_000, 0)), files.house("2", "Rue Près", commune, {
        "lon": place.lon + 0.1, "lat": place.lat})]  # fmt: skip
    await files.load(job_database, files.write(tmp_path / "a.csv", rows))
    far, near = await located(job_database, Address(commune, "Rue Loin", "1"), Address(commune, "Rue Près", "2"))
    assert (far.verdict, near.verdict) == (Verdict.NONE, Verdict.EXACT)


async def test_commune_without_contour_is_held_by_the_distance_from_its_centre(
    job_database: Database, place: Territory
) -> None:
    commune = place.communes[0]
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(text("UPDATE communes SET contour = NULL WHERE code = :code"), {"code": commune})
        points = [place.point(0, 0), place.point(19_000, 0), place.point(21_000, 0)]
        inside = await repository.within_communes(session, [(commune, p["lon"], p["lat"]) for p in points])
        await session.execute(text("UPDATE communes SET centre = NULL WHERE code = :code"), {"code": commune})
        unknown = await repository.within_communes(session, [(commune, place.lon, place.lat), ("00000", 1, 1)])
    assert (inside, unknown) == ([True, True, False], [None, None])
    (found,) = await located(job_database, Address(commune, STREETS[0], "12"))
    assert found.verdict is Verdict.DOUBTFUL, "nobody knows where that commune is"


async def test_two_streets_of_one_name_are_told_apart_by_postcode_or_number_or_not_at_all(
    job_database: Database, place: Territory, tmp_path: Path
) -> None:
    commune = place.communes[1]
    at = {"lon": place.lon + 0.1, "lat": place.lat}
    rows = [
        *(files.house(str(n), "Rue de l'Église", commune, at, code_postal="33001") for n in (1, 2)),
        *(files.house(str(n), "Rue de l’Eglise", commune, at, code_postal="33002") for n in (2, 3)),
    ]
    await files.load(job_database, files.write(tmp_path / "a.csv", rows))
    asked = [("2", "33002"), ("3", None), ("2", None)]
    found = await located(job_database, *(Address(commune, "rue de l'église", *each) for each in asked))
    assert [one.verdict for one in found] == [Verdict.EXACT, Verdict.EXACT, Verdict.DOUBTFUL]
    assert [one.label for one in found[:2]] == ["2 Rue de l’Eglise, 33002", "3 Rue de l’Eglise, 33002"]


async def test_loading_again_replaces_the_communes_of_the_file_and_no_other(
    job_database: Database, place: Territory, tmp_path: Path
) -> None:
    first, second = place.communes
    assert await counted(job_database, first) == (5, 50)
    done = await files.load(
        job_database, files.write(tmp_path / "a.csv", [files.house("1", "Rue Neuve", second, place.point())])
    )
    assert (done.houses, done.communes) == (1, [second])
    assert await counted(job_database, first) == (5, 50)
    await files.load(job_database, files.write(tmp_path / "b.csv", [files.house("1", "Rue A", first, place.point())]))
    assert (await counted(job_database, first), await counted(job_database, second)) == ((1, 1), (1, 1))


async def test_retired_commune_code_is_that_of_the_commune_it_is_part_of(
    job_database: Database, place: Territory, tmp_path: Path
) -> None:
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("INSERT INTO former_communes VALUES (:old, 'Ancienne', 'fusion', :new)"),
            {"old": f"9{place.communes[1][1:4]}7", "new": place.communes[1]},
        )
    rows = [files.house("4", "Rue Vieille", f"9{place.communes[1][1:4]}7", {"lon": place.lon + 0.1, "lat": place.lat})]
    done = await files.load(job_database, files.write(tmp_path / "a.csv", rows))
    assert done.communes == [place.communes[1]]
    (found,) = await located(job_database, Address(place.communes[1], "rue vieille", "4"))
    assert found.verdict is Verdict.EXACT


async def test_rows_without_number_or_position_are_left_out_and_counted(
    job_database: Database, place: Territory, tmp_path: Path
) -> None:
    good = files.house("1", "Rue A", place.communes[1], place.point())
    bad = [{**good, "numero": "0"}, {**good, "numero": ""}, {**good, "lon": ""}, {**good, "nom_voie": ""}]
    done = await files.load(job_database, files.write(tmp_path / "a.csv", [good, *bad]))
    assert (done.houses, done.left_out) == (1, 4)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"code_insee": "X"}, "file-row-invalid", "a.csv, line 3: '0000X' is not an INSEE commune code"),
        ({"lon": "east"}, "file-row-invalid", "a.csv, line 3: could not convert"),
        ({"lon": "inf"}, "file-row-invalid", "a.csv, line 3: inf"),
        ({"lat": "91"}, "file-row-invalid", "not a longitude and a latitude"),
    ],
)
async def test_wrong_row_is_named_and_nothing_is_loaded(
    job_database: Database, place: Territory, tmp_path: Path, change: dict[str, str], code: str, said: str
) -> None:
    good = files.house("1", "Rue A", place.communes[0], place.point())
    with pytest.raises(RegistryError, match=said) as refused:
        await files.load(job_database, files.write(tmp_path / "a.csv", [good, {**good, **change}]))
    assert refused.value.code == code
    assert await counted(job_database, place.communes[0]) == (5, 50)


Spoil = Callable[[Path], object]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.write_text("a,b\n1,2\n"), "address-column-missing"),
        (lambda path: path.write_bytes(b""), "address-column-missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:60]), "file-not-recognised"),
        (lambda path: path.write_bytes("id;numéro".encode("latin-1")), "file-not-recognised"),
        (lambda path: path.write_bytes(b"\x1f\x8b" + b"x" * 50), "file-not-recognised"),
    ],
)
async def test_file_of_another_kind_is_refused_by_name(
    job_database: Database, place: Territory, tmp_path: Path, spoil: Spoil, code: str
) -> None:
    path = files.write(tmp_path / "a.csv.gz", [files.house("1", "Rue A", place.communes[1], place.point())])
    spoil(path)
    with pytest.raises(RegistryError) as refused:
        await files.load(job_database, path)
    assert refused.value.code == code


async def test_any_csv_is_loaded_by_the_names_of_its_columns(
    settings: Settings, job_database: Database, place: Territory, tmp_path: Path
) -> None:
    at = place.point(5, 5)
    row = {"num": "7", "sfx": "bis", "voie": "Quai Neuf", "E": str(at["lon"]), "N": str(at["lat"]).replace(".", ",")}
    path = files.write(tmp_path / "voies.csv", [row], columns=tuple(row), separator="\t")
    named = [f"--column={each}" for each in ("number=num", "repetition=sfx", "street=voie", "lon=E", "lat=N")]
    command = ["territories", "load-addresses", str(path), "--commune", place.communes[0], *named]
    done = await asyncio.to_thread(invoke, settings, *command)
    assert done.exit_code == 0, done.output
    assert "voies.csv: 1 houses in 1 communes" in done.output
    (found,) = await located(job_database, Address(place.communes[0], "quai neuf", "7 bis"))
    assert (found.verdict, found.label) == (Verdict.EXACT, "7b Quai Neuf")
    refused = await asyncio.to_thread(invoke, settings, *command[:3], "--column", "colour=x")
    assert refused.exit_code == 2


async def test_many_addresses_take_two_statements_a_thousand(job_database: Database, place: Territory) -> None:
    asked = [Address(place.communes[0], STREETS[n % 5], str(n % 20)) for n in range(1_500)]
    sent: list[str] = []

    def note(*given: Any) -> None:
        sent.append(given[2])

    async with job_database.transaction(Role.JOB, actor="tests") as session:
        event.listen(job_database.engine.sync_engine, "before_cursor_execute", note)
        try:
            found = await service.locate(session=session, addresses=asked)
        finally:
            event.remove(job_database.engine.sync_engine, "before_cursor_execute", note)
    assert len(sent) == 3, "two look-ups and one look at the communes"
    assert sum(one.verdict is Verdict.EXACT for one in found) == 1_500 * 9 // 20


async def test_look_up_reads_streets_and_houses_by_their_indexes(
    settings: Settings, owner_url: str, job_database: Database, place: Territory, tmp_path: Path
) -> None:
    rows = [
        files.house(str(n), f"Rue {chr(97 + n % 26)}{n} du Moulin {n * 7919 % 1000}", commune, place.point())
        for commune in (f"{place.communes[1]}", "98888", "98889")
        for n in range(1, 1_001)
    ]
    await files.load(job_database, files.write(tmp_path / "a.csv", rows))
    with psycopg.connect(owner_url) as owner:
        owner.execute("ANALYZE registry.streets, registry.addresses")
    assert settings.worker_database_url
    explainer = Explainer(settings.worker_database_url.get_secret_value(), "registry_job", None)
    statement = in_marks(repository._NEAR).replace(" % ", " %% ")
    asked = {"communes": [place.communes[1]], "plains": ["rue a52 moulin"], "numbers": [52], "repetitions": [""]}
    try:
        explained = explainer.explain(statement, asked)
    finally:
        explainer.close()
    scans = [node for node, _ in nodes(explained["Plan"]) if "Relation Name" in node or "Index Name" in node]
    used = {node["Index Name"] for node in scans if "Index Name" in node}
    assert used == {"ix_streets_commune_code_plain", "ix_streets_likeness", "ix_addresses_street_id_number"}
    assert not any(node["Node Type"] == "Seq Scan" for node in scans)


@pytest.mark.skipif(not montpellier.PRESENT, reason="the addresses of Montpellier are not at hand (shared data)")
async def test_real_city_with_one_letter_missing_is_right_99_times_in_100(job_database: Database) -> None:
    await add_commune(job_database, montpellier.COMMUNE, 3.8767, 43.6108, half=0.2)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        done = await service.load_addresses(session=session, file=montpellier.FILE)
    assert (done.houses, done.left_out) == (35_808, 497)
    chance = random.Random(20261126)
    houses = chance.sample(montpellier.houses(), 1_000)
    asked = [
        Address(montpellier.COMMUNE, montpellier.one_letter_missing(house.street, chance), house.number)
        for house in houses
    ]
    found = await located(job_database, *asked)
    right = [
        plain_street(house.street) in plain_street(one.label or "") for house, one in zip(houses, found, strict=True)
    ]
    assert sum(right) >= 990
    exact = [n for n, one in enumerate(found) if one.verdict is Verdict.EXACT]
    assert len(exact) >= 940
    assert sum(not right[n] for n in exact) <= 1, "what is used without a look is right"
