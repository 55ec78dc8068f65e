"""The families of services, and what other vocabularies call them."""

import csv

import pytest

from registry.vocabulary.catalogue import vocabulary
from registry.vocabulary.services import ACCESLIBRE, FAMILIES, FINESS, OSM, OSM_KEYS, Family, family_of_tags, plain
from tests.support.services import ACTIVITIES, DATA


def test_every_family_has_its_texts_in_both_languages() -> None:
    assert set(FAMILIES) == set(Family)
    assert all(part for each in FAMILIES.values() for part in (*each.label, *each.help))


def test_numbers_of_families_are_those_that_arrays_hold() -> None:
    assert [(family.value, family.code) for family in Family] == [
        (1, "food"), (2, "pharmacy"), (3, "doctor_and_care"), (4, "transport_stop"), (5, "post_bank_administration"),
        (6, "social_life"), (7, "park_bench"), (8, "home_help"), (9, "other"),
    ]  # fmt: skip


def test_vocabulary_shows_every_family() -> None:
    assert [each["number"] for each in vocabulary()["service_families"]] == [family.value for family in Family]


@pytest.mark.skipif(not ACTIVITIES.exists(), reason="the shared data are not here")
def test_every_activity_of_acceslibre_is_of_a_family_or_of_none_on_purpose() -> None:
    with ACTIVITIES.open(encoding="utf-8") as file:
        named = {plain(row["activite"]) for row in csv.DictReader(file)}
    assert len(named) == 201
    assert named == set(ACCESLIBRE)


@pytest.mark.skipif(not ACTIVITIES.exists(), reason="the shared data are not here")
def test_every_category_of_the_hospital_file_is_mapped() -> None:
    with (DATA / "services" / "etablissements-sante-nouvelle-aquitaine.csv").open(encoding="utf-8") as file:
        assert {row["categorie"] for row in csv.DictReader(file)} <= set(FINESS)


@pytest.mark.parametrize(
    ("tags", "family"),
    [
        ({"shop": "bakery"}, Family.FOOD),
        ({"shop": "shoes"}, Family.OTHER),
        ({"shop": "vacant"}, None),
        ({"amenity": "pharmacy", "shop": "chemist"}, Family.PHARMACY),
        ({"amenity": "bench"}, Family.PARK_BENCH),
        ({"leisure": "garden"}, None),
        ({"leisure": "garden", "access": "yes"}, Family.PARK_BENCH),
        ({"shop": "newsagent;post_relay"}, Family.POST_BANK_ADMINISTRATION),
        ({"highway": "bus_stop"}, Family.TRANSPORT_STOP),
        ({"amenity": "parking"}, None),
        ({"name": "Redon"}, None),
    ],
)
def test_object_of_openstreetmap_is_of_the_family_of_its_tags(tags: dict[str, str], family: Family | None) -> None:
    assert family_of_tags(tags) is family


def test_every_key_of_the_crosswalk_is_looked_for() -> None:
    assert {key for key, _ in OSM} == set(OSM_KEYS)
