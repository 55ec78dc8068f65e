"""The rules of a file by code: what the coordinator of a territory reads of its members' files, and no more of them.

A rule's text may cite a value, and a column has the name that its landlord gave it; a code says neither.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.kernel.text import Text


class RuleCode(StrEnum):
    """What a note of a run is about."""

    RECORD_UNREADABLE = "record-unreadable"
    VALUE_INVALID = "value-invalid"
    VALUE_MISSING = "value-missing"
    VALUE_DOUBTED = "value-doubted"
    COLUMN_ABSENT = "column-absent"
    COLUMN_PERSONAL = "column-personal"
    COLUMN_UNREAD = "column-unread"
    REF_TWICE = "ref-twice"
    COMMUNE_UNKNOWN = "commune-unknown"
    TERRITORY_UNKNOWN = "territory-unknown"
    RESIDENCE_UNKNOWN = "residence-unknown"
    BUILDINGS_TOO_MANY = "buildings-too-many"
    POSITION_OUTSIDE = "position-outside"


LABELS: Final[Mapping[RuleCode, Text]] = {
    RuleCode.RECORD_UNREADABLE: Text("ligne illisible", "record that cannot be read"),
    RuleCode.VALUE_INVALID: Text("valeur non admise", "value that is not allowed"),
    RuleCode.VALUE_MISSING: Text("valeur absente", "value missing"),
    RuleCode.VALUE_DOUBTED: Text("valeur à vérifier", "value to be checked"),
    RuleCode.COLUMN_ABSENT: Text("colonne de la correspondance absente", "column of the mapping that is absent"),
    RuleCode.COLUMN_PERSONAL: Text("colonne de données personnelles, non lue", "column of personal data, not read"),
    RuleCode.COLUMN_UNREAD: Text("colonne inconnue, non lue", "unknown column, not read"),
    RuleCode.REF_TWICE: Text("référence donnée deux fois", "reference given twice"),
    RuleCode.COMMUNE_UNKNOWN: Text("commune inconnue", "unknown commune"),
    RuleCode.TERRITORY_UNKNOWN: Text("territoire inconnu", "unknown territory"),
    RuleCode.RESIDENCE_UNKNOWN: Text("résidence inconnue", "unknown residence"),
    RuleCode.BUILDINGS_TOO_MANY: Text("trop de bâtiments dans une résidence", "too many buildings in a residence"),
    RuleCode.POSITION_OUTSIDE: Text("position hors de la commune", "position outside the commune"),
}
