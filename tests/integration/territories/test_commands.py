"""``registry territories …`` as it is typed: the published forms of the files, and territories made of them."""

import gzip
import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import Result

from registry.platform.settings import Settings
from tests.support.commands import invoke
from tests.support.database import Server

Run = Callable[..., Result]
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def run(settings: Settings) -> Run:
    return partial(invoke, settings)


@pytest.fixture
def rows(server: Server, database_name: str) -> Query:
    def asked(query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(server.url(database_name), options="-c search_path=registry,public") as admin:
            return admin.execute(query, values).fetchall()

    return asked


_CODES = iter(random.SystemRandom().sample(range(10_000), 10_000))


def new_code() -> str:
    """Return a code that no other test of this process, which has a database of its own, has."""
    return f"B{next(_CODES):04d}"


def square(lon: float, lat: float, half: float = 0.01) -> dict[str, Any]:
    west, south, east, north = lon - half, lat - half, lon + half, lat + half
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def collection(*features: tuple[dict[str, Any], dict[str, Any] | None]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": given, "geometry": shape} for given, shape in features],
    }


def written(path: Path, content: object) -> Path:
    """Write JSON or text, gzipped where the name says so."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.strip()


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.stdout.strip() == ""
    return result.stderr


COMMUNE = (
    "SELECT name, departement, region, epci_code, population, round(ST_X(centre)::numeric, 3)::float,"
    " round(ST_Y(centre)::numeric, 3)::float, ST_GeometryType(contour), vintage FROM communes WHERE code = %s"
)


@pytest.mark.parametrize("name", ["communes.geojson", "communes.geojson.gz"])
def test_communes_are_loaded_from_geojson_plain_and_gzipped(run: Run, rows: Query, tmp_path: Path, name: str) -> None:
    first, second = new_code(), new_code()
    given = {"nom": "Première", "departement": "33", "population": 1200, "epci_siren": "243300316"}
    path = written(
        tmp_path / name,
        collection(
            ({"code_insee": first, **given}, square(-0.5, 44.8)), ({"code_insee": second, "nom": "Deuxième"}, None)
        ),
    )

    assert said(run("territories", "load", str(path), "--vintage", "2025")) == f"{name}: 2 rows into communes"

    assert rows(COMMUNE, first) == [("Première", "33", None, "243300316", 1200, -0.5, 44.8, "ST_MultiPolygon", 2025)]
    assert rows(COMMUNE, second) == [("Deuxième", second[:2], None, None, None, None, None, None, 2025)]
    assert said(run("territories", "load", str(path), "--vintage", "2026")) == f"{name}: 2 rows into communes"
    assert rows(COMMUNE, first)[0][-1] == 2026, "again without harm"


def test_communes_are_loaded_from_what_api_geo_answers(run: Run, rows: Query, tmp_path: Path) -> None:
    listed, mapped = new_code(), new_code()
    centre = {"type": "Point", "coordinates": [-0.6, 44.7]}
    known = {"codeDepartement": "33", "codeRegion": "75", "codeEpci": "243300316", "population": 800}
    plain = [{"nom": "Listée", "code": listed, "centre": centre, "contour": square(-0.61, 44.71), **known}]
    files = [
        written(tmp_path / "plain.json", plain),
        written(tmp_path / "mapped.json", collection(({"nom": "Cartée", "code": mapped, **known}, centre))),
    ]

    lines = said(run("territories", "load", *map(str, files), "--vintage", "2026")).splitlines()

    assert lines == ["plain.json: 1 rows into communes", "mapped.json: 1 rows into communes"]
    assert rows(COMMUNE, listed) == [("Listée", "33", "75", "243300316", 800, -0.6, 44.7, "ST_MultiPolygon", 2026)]
    assert rows(COMMUNE, mapped) == [("Cartée", "33", "75", "243300316", 800, -0.6, 44.7, None, 2026)]


def test_retired_codes_and_epci_are_loaded_from_csv(run: Run, rows: Query, tmp_path: Path) -> None:
    old, now, siren = new_code(), new_code(), f"29{new_code()[1:]}316"
    files = [
        written(tmp_path / "old.csv", f"\ufeffcode_ancien,nom,type,code_actuel\n{old},Ancienne,COMD,{now}\n"),
        written(tmp_path / "epci.csv.gz", f"siren,nom,type\n{siren},Métropole,METRO\n"),
    ]

    lines = said(run("territories", "load", *map(str, files))).splitlines()

    assert lines == ["old.csv: 1 rows into former_communes", "epci.csv.gz: 1 rows into epcis"]
    assert rows("SELECT name, current_code FROM former_communes WHERE code = %s", old) == [("Ancienne", now)]
    assert rows("SELECT name, kind FROM epcis WHERE code = %s", siren) == [("Métropole", "METRO")]


def test_quarters_of_a_layer_are_loaded_with_codes_given_or_made_of_their_names(
    run: Run, rows: Query, tmp_path: Path
) -> None:
    commune, layer = new_code(), f"l{new_code()}"
    path = written(
        tmp_path / "quarters.geojson.gz",
        collection(
            ({"nom": "Saint-Éloi / Sud", "insee": commune, "id": "Q1"}, square(-0.5, 44.8)),
            ({"nom": "Nord", "insee": commune, "id": "Q2"}, square(-0.5, 44.9)),
        ),
    )
    found = (
        "SELECT code, name, commune_code, vintage, ST_GeometryType(shape) FROM quarters WHERE layer = %s ORDER BY name"
    )

    line = said(run("territories", "load", str(path), "--layer", layer, "--vintage", "2026"))
    said(run("territories", "load", str(path), "--layer", f"{layer}-id", "--code-field", "id", "--vintage", "2026"))

    assert line == "quarters.geojson.gz: 2 rows into quarters"
    assert rows(found, layer) == [
        (f"{commune.lower()}-nord", "Nord", commune, 2026, "ST_MultiPolygon"),
        (f"{commune.lower()}-saint-eloi-sud", "Saint-Éloi / Sud", commune, 2026, "ST_MultiPolygon"),
    ]
    assert [row[0] for row in rows(found, f"{layer}-id")] == ["Q2", "Q1"]


HEADER = "code_insee,nom,departement,region,epci_siren,population,lon,lat"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("3306,Court,33,75,,10,-0.5,44.8", "'3306' is not an INSEE commune code"),
        ("33063,Texte,33,75,,beaucoup,-0.5,44.8", "beaucoup"),
        ("33063", "'nom' is missing"),
    ],
)
def test_wrong_line_is_named_with_what_to_do_and_its_file_changes_nothing(
    run: Run, rows: Query, tmp_path: Path, line: str, words: str
) -> None:
    good = new_code()
    path = written(tmp_path / "communes.csv", f"{HEADER}\n{good},Bonne,33,75,,10,-0.5,44.8\n{line}\n")

    message = refused(run("territories", "load", str(path)))

    assert message.startswith("communes.csv, line 3: "), message
    assert words in message, message
    assert "communes.csv:3" in message
    assert message.rstrip().endswith(
        "Correct it, or export the file anew, and load it again: nothing of it was loaded."
    )
    assert rows(COMMUNE, good) == []


def test_wrong_feature_is_named_by_its_place_among_the_features(run: Run, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [-0.5, 44.8]}
    good = ({"nom": "Bon", "insee": new_code()}, square(-0.5, 44.8))
    path = written(tmp_path / "quarters.geojson", collection(good, ({"nom": "Point", "insee": new_code()}, point)))

    message = refused(run("territories", "load", str(path), "--layer", "points"))

    assert message.startswith("quarters.geojson, feature 2: a quarter is a polygon, not a Point"), message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"a,b\n1,2\n", "File format not recognised"),
        ("x.json", b"{", "Unreadable JSON"),
        ("x.json", b'{"features": 3}', "File format not recognised"),
        ("x.csv", b"code_ancien,nom\n\xe9\xe9", "not UTF-8"),
        ("x.csv.gz", gzip.compress(b"siren,nom,type\n" * 100, mtime=0)[:40], "gzip"),
    ],
)
def test_file_of_no_known_form_is_refused(run: Run, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    message = refused(run("territories", "load", str(path)))

    assert words in message
    assert "Formats read: communes" in message


@pytest.fixture
def coordinator(run: Run) -> str:
    return new_organisation(run, "coordinator")


def new_organisation(run: Run, kind: str) -> str:
    made = run("organisation", "create", f"Org {new_code()}{new_code()}", "--kind", kind, "--json")
    return str(json.loads(said(made))["id"])


def create(run: Run, coordinator: str, slug: str, *options: str) -> Result:
    return run("territories", "create", "--slug", slug, "--name", "Le pays", "--coordinator", coordinator, *options)


def test_territory_is_created_of_communes_epci_and_departements_and_listed(
    run: Run, rows: Query, tmp_path: Path, coordinator: str
) -> None:
    codes = sorted(new_code() for _ in range(4))
    old, siren = new_code(), f"28{new_code()[1:]}316"
    lines = [
        f"{codes[0]},Une,33,75,,10,-0.5,44.8", f"{codes[1]},Deux,33,75,{siren},10,-0.5,44.8",
        f"{codes[2]},Trois,33,75,{siren},10,-0.5,44.8", f"{codes[3]},Quatre,33,75,,10,-0.5,44.8",
    ]  # fmt: skip
    said(run("territories", "load", str(written(tmp_path / "c.csv", "\n".join([HEADER, *lines]) + "\n"))))
    retired = written(tmp_path / "o.csv", f"code_ancien,nom,type,code_actuel\n{old},Ancienne,COMD,{codes[0]}\n")
    said(run("territories", "load", str(retired)))
    slug = f"pays-{codes[0].lower()}"

    assert said(create(run, coordinator, slug, "--commune", old, "--epci", siren)) == f"territory {slug} created"

    assert rows(
        "SELECT tc.commune_code FROM territory_communes tc JOIN territories t ON t.id = tc.territory_id"
        " WHERE t.slug = %s ORDER BY 1", slug,
    ) == [(code,) for code in codes[:3]]  # fmt: skip
    listed = [line.split("\t") for line in said(run("territories", "list")).splitlines()]
    assert [row for row in listed if row[0] == slug] == [
        [slug, "Le pays", coordinator_name(rows, coordinator), "EPSG:2154"]
    ]
    assert "has this id already" in refused(create(run, coordinator, slug, "--commune", codes[0]))


def coordinator_name(rows: Query, coordinator: str) -> str:
    ((name,),) = rows("SELECT name FROM organisations WHERE id = %s", coordinator)
    return str(name)


def test_territory_of_a_departement_has_all_its_communes(
    run: Run, rows: Query, tmp_path: Path, coordinator: str
) -> None:
    codes = sorted([new_code(), new_code()])
    lines = "".join(f"{code},Commune,2B,94,,10,9.4,42.7\n" for code in codes)
    said(run("territories", "load", str(written(tmp_path / "c.csv", f"{HEADER}\n{lines}"))))
    slug = f"corse-{codes[0].lower()}"

    said(create(run, coordinator, slug, "--departement", "2B"))

    found = rows(
        "SELECT tc.commune_code FROM territory_communes tc JOIN territories t ON t.id = tc.territory_id"
        " WHERE t.slug = %s", slug,
    )  # fmt: skip
    assert {(code,) for code in codes} <= set(found)


def test_territory_that_cannot_be_is_refused_with_the_reason(run: Run, coordinator: str) -> None:
    unknown, landlord = new_code(), new_organisation(run, "landlord")
    slug = f"rien-{unknown.lower()}"

    assert "Invalid territory id" in refused(create(run, coordinator, "Rien du tout", "--commune", unknown))
    assert f"communes: '{unknown}'" in refused(create(run, coordinator, slug, "--commune", unknown))
    assert "registry territories load FILE" in refused(create(run, coordinator, slug, "--epci", "000000000"))
    assert "kind 'coordinator'" in refused(create(run, landlord, slug, "--commune", unknown))
    assert slug not in said(run("territories", "list"))
