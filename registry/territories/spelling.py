"""How an address is written, and what makes two spellings one: for comparing, never for showing.

Street types are abbreviated as the tax authority's street file (Fantoir/Topo, DGFiP) and RPLS's ``TYPVOIE`` abbreviate
them, titles as people do. A text that is normalised twice stays as it is.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})

TYPES: Final = {
    "all": "allee", "allees": "allee", "av": "avenue", "ave": "avenue", "aven": "avenue", "bd": "boulevard",
    "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard", "bvd": "boulevard", "car": "carrefour",
    "che": "chemin", "chem": "chemin", "chm": "chemin", "chs": "chaussee", "cor": "corniche", "crs": "cours",
    "ctre": "centre", "dom": "domaine", "dsc": "descente", "esp": "esplanade", "fbg": "faubourg", "fg": "faubourg",
    "gal": "galerie", "ham": "hameau", "imp": "impasse", "lot": "lotissement", "mte": "montee", "pas": "passage",
    "pass": "passage", "pl": "place", "pln": "plaine", "pro": "promenade", "prom": "promenade", "qu": "quai",
    "qua": "quartier", "quart": "quartier", "r": "rue", "res": "residence", "resid": "residence", "rle": "ruelle",
    "rpt": "rond point", "rte": "route", "sen": "sentier", "sent": "sentier", "sq": "square", "squ": "square",
    "tra": "traverse", "trav": "traverse", "vla": "villa", "vlge": "village", "zac": "zone amenagement concerte",
}  # fmt: skip
"""Abbreviations of a street's type, which is its first word."""
TITLES: Final = {
    "adj": "adjudant", "adm": "amiral", "cap": "capitaine", "cdt": "commandant", "cmdt": "commandant",
    "cne": "capitaine", "col": "colonel", "doct": "docteur", "dr": "docteur", "gal": "general", "gen": "general",
    "gle": "generale", "ing": "ingenieur", "lt": "lieutenant", "mal": "marechal", "mar": "marechal", "mgr":
    "monseigneur", "nd": "notre dame", "pdt": "president", "pr": "professeur", "pres": "president", "prof":
    "professeur", "sgt": "sergent", "st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes",
}  # fmt: skip
"""Abbreviations in a street's name, from its second word on."""
_ARTICLES: Final = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"})
_REPETITIONS: Final = {"bis": "b", "ter": "t", "quater": "q", "quinquies": "c"}
_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,4})(?![0-9]) ?(bis|ter|quater|quinquies|[a-z](?!\w| [0-9]))?")
_LEADING: Final = re.compile(
    r"\s*([0-9]{1,5}(?:\s?[-/&]\s?[0-9]{1,5})*(?:\s?(?:bis|ter|quater|[a-z])\b)?)[\s,]+([^\W\d].*)",
    re.IGNORECASE | re.DOTALL,
)
_WITHOUT_ABBREVIATION: Final = frozenset({
    "cite", "clos", "cour", "mail", "parc", "parvis", "pont", "port", "porte", "quai", "rond", "ruelle", "venelle",
    "voie",
})  # fmt: skip
_KNOWN_TYPES: Final = _WITHOUT_ABBREVIATION | set(TYPES) | {full.split()[0] for full in TYPES.values()}


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A number and its repetition in lower case ("b" for "bis"), empty where there is none."""

    number: int
    repetition: str = ""


@lru_cache(maxsize=16_384)  # the same words stand in many addresses
def plain(value: str) -> str:
    """Return ``value`` in lower case, without accents, with one space for whatever is no letter or digit (a-z, 0-9)."""
    parts = unicodedata.normalize("NFKD", value.translate(_LIGATURES)).lower()
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


@lru_cache(maxsize=16_384)
def plain_street(value: str) -> str:
    """Return what is compared of a street's type and name: plain, abbreviations in full, without articles.

    "Av. du Gal de Gaulle" and "AVENUE GENERAL DE GAULLE" are one. A name of articles alone stays as it is.
    """
    words = plain(value).split()
    if not words:
        return ""
    written = [TYPES.get(words[0], TITLES.get(words[0], words[0])), *(TITLES.get(word, word) for word in words[1:])]
    kept = [word for word in written if word not in _ARTICLES]
    return " ".join(kept or written)


def house_number(value: str | None) -> HouseNumber | None:
    """Return the first number of "12", "12 bis", "7B", "1-5" (a building from 1 to 5 begins at 1), if there is one."""
    found = _NUMBER.match(plain(value or ""))
    if found is None:
        return None
    repetition = (found[2] or "").lower()
    return HouseNumber(int(found[1]), _REPETITIONS.get(repetition, repetition))


def split_number(number: str | None, street: str) -> tuple[str | None, str]:
    """Take a number out of the street where it stands there and nowhere else: "12 IMPASSE DENANS".

    Only before a type of street: "8 mai 1945" is a name.
    """
    found = None if number else _LEADING.fullmatch(street)
    if found is None or next(iter(plain(found[2]).split()), "") not in _KNOWN_TYPES:
        return number, street
    return found[1].strip(), found[2]
