"""The columns of the CNIG standard: those of the crosswalk, and what their lists make of a fact."""

import csv

import pytest

from registry.vocabulary import cnig
from registry.vocabulary.cnig_columns import CNIG_COLUMNS, CnigColumn
from registry.vocabulary.facts import FACTS_BY_CODE, RESIDENCE_FACTS
from tests.support.networks import DATA

VALUES = {
    "entree.rampe": ("rampe_erp", "rampe_ERP"), "entree.typeOuverture": ("type_ouverture", "type_ouverture"),
    "entree.controleAcces": ("controle_acces", "controle_acces"), "escalier.mainCourante": ("cote", "cote"),
    "circulation.etatRevetement": ("etat_revetement", "etat"),
    "noeud_cheminement.bandeEveilVigilance": ("etat", "etat"),
}  # fmt: skip


@pytest.mark.parametrize("column", CNIG_COLUMNS, ids=lambda column: column.name)
def test_column_is_that_of_the_crosswalk_and_makes_what_the_fact_takes(column: CnigColumn) -> None:
    fact = FACTS_BY_CODE[column.code]
    assert fact in RESIDENCE_FACTS
    assert fact.crosswalks["cnig"] == column.name
    taken = {"yes", "no"} if fact.kind == "yes_no" else {choice.code for choice in fact.choices}
    assert {value for value in column.values.values() if value} <= taken
    assert (column.bound is None) or fact.kind == "yes_no"
    assert not column.labels or set(column.labels) == taken
    assert all(column.values[cnig.plain(label)] == code for code, label in column.labels.items())


def test_no_column_and_no_fact_is_there_twice() -> None:
    assert len({column.name for column in CNIG_COLUMNS}) == len({column.code for column in CNIG_COLUMNS})
    assert len({column.code for column in CNIG_COLUMNS}) == len(CNIG_COLUMNS)


@pytest.mark.parametrize("name", VALUES)
def test_every_value_of_both_published_lists_is_known(name: str) -> None:
    folder = DATA / "cnig-accessibilite"
    if not folder.is_dir():
        pytest.skip("the published lists are not here")
    column = next(column for column in CNIG_COLUMNS if column.name == name)
    labels, codes = VALUES[name]
    for file, list_, key in (("cnig-listes-de-valeurs.csv", labels, "valeur"), ("cnig-codes-2024.csv", codes, "code")):
        with (folder / file).open(newline="", encoding="utf-8-sig") as opened:
            written = {cnig.plain(row[key]) for row in csv.DictReader(opened) if row["liste"] == list_}
        assert written
        assert written - cnig.UNKNOWN_CODES <= column.values.keys()
