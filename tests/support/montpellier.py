"""The 36,305 house addresses of Montpellier (2014): real, loaded where they are at hand, never copied."""

import csv
import gzip
import random
from dataclasses import dataclass
from typing import Final

from registry.territories.service import AddressFile
from tests.support.tree import ROOT

PATH: Final = ROOT.parent / "shared" / "data" / "montpellier" / "adresses.csv.gz"
PRESENT: Final = PATH.exists()
COMMUNE: Final = "34172"
FILE: Final = AddressFile(
    PATH, {"id": "id_adresse", "repetition": "suffixe", "street": "voie", "postcode": "", "commune": ""}, COMMUNE
)


@dataclass(frozen=True)
class House:
    """A house as the city writes it."""

    number: str
    street: str
    lon: float
    lat: float


def houses() -> list[House]:
    """Return the houses; number 0 stands for none."""
    with gzip.open(PATH, "rt", encoding="utf-8") as lines:
        return [
            House(f"{row['numero']} {row['suffixe']}".strip(), row["voie"], float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(lines)
            if row["numero"] != "0"
        ]


def one_letter_missing(street: str, chance: random.Random) -> str:
    """Leave out one letter of the name, or of its type; never a space."""
    place = chance.choice([n for n, sign in enumerate(street) if sign.isalnum()])
    return street[:place] + street[place + 1 :]
