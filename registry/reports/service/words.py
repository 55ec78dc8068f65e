"""The words of a printed report, in French and English."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from registry.kernel.clock import date_in_france
from registry.kernel.text import Language, Text, day_said
from registry.reports.schemas import ReportTable, Words
from registry.reports.tables import Kind

TITLES: Final[Mapping[Kind, Text]] = {
    "accessible-housing": Text("Recensement de l'offre de logements accessibles", "Register of accessible housing"),
    "transfers": Text("Rapport des mutations", "Transfers report"),
}
UNDER_TITLES: Final[Mapping[Kind, Text]] = {
    "accessible-housing": Text(
        "Code général des collectivités territoriales, article L.2143-3",
        "Code général des collectivités territoriales (France), article L.2143-3",
    ),
    "transfers": Text(
        "Propositions, emménagements, logements adaptés libérés, besoins sans réponse",
        "Proposals, moves, vacated adapted homes, unmet demand",
    ),
}
"""The text of law, or what the report is about."""
WORDS: Final[dict[str, Text]] = {
    "year": Text("Année", "Year"),
    "edition": Text("Édition", "Edition"),
    "counted": Text("Compté le", "Counted on"),
    "charter": Text("Version de la charte", "Version of the charter"),
    "vocabulary": Text("Version du vocabulaire", "Version of the vocabulary"),
    "signatories": Text("Bailleurs adhérents", "Landlords that hold to the charter"),
    "declaring": Text("Dont bailleurs ayant déclaré un logement", "Of these, landlords that declared a home"),
    "commune": Text("Commune", "Commune"),
    "territory": Text("Territoire", "Territory"),
    "left_out": Text("n. d.", "n/s"),
    "left_out_long": Text("non diffusé", "not shown"),
    "definitions": Text("Définitions et sources", "Definitions and sources"),
    "figure": Text("Chiffre", "Figure"),
    "definition": Text("Définition", "Definition"),
    "source": Text("Source", "Source"),
    "table": Text("Tableau", "Table"),
}
_PROTECTED: Final = Text(
    "Un effectif de 1 à {most} n'est pas diffusé (n. d.), ni ceux qui permettraient de le déduire.",
    "A count from 1 to {most} is not shown (n/s), nor are those from which it would follow.",
)
_ROUNDED: Final = Text(
    " Les autres sont arrondis chacun au multiple de {step} le plus proche : les totaux peuvent s'en écarter.",
    " The others are each rounded to the nearest multiple of {step}: totals need not be the sum of what they total.",
)


def said(words: Words, language: Language) -> str:
    return words.fr if language == "fr" else words.en


def protection_of(table: ReportTable, language: Language) -> str:
    """Return how a table is protected, as a reader needs to know it."""
    rule = table.protection
    text = _PROTECTED.in_language(language).format(most=rule.least - 1)
    return text + (_ROUNDED.in_language(language).format(step=rule.step) if rule.step > 1 else "")


def day(moment: datetime | date, language: Language) -> str:
    """Return a date as people write it, in Paris."""
    local = date_in_france(moment) if isinstance(moment, datetime) else moment
    return day_said(local).in_language(language)


def figure(count: int | None, language: Language) -> str:
    """Return a figure with its thousands set apart, or the sign for what is not shown."""
    if count is None:
        return WORDS["left_out"].in_language(language)
    return f"{count:,}".replace(",", "\u202f") if language == "fr" else f"{count:,}"
