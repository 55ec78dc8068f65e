"""The rule of reciprocity, a standing and its remedy in words and numbers."""

from datetime import date
from typing import Final

from registry.kernel.text import Text, day_said

NO_RULE: Final = Text(
    "La charte ne lie pas le droit de rechercher à ce que vous publiez.",
    "The charter does not make the right to search depend on what you publish.",
)


def percent(met: int, counted: int) -> int | None:
    """Return a share in whole per cent, rounded down, so that what is below a floor never reads as the floor."""
    return met * 100 // counted if counted else None


def asked(counted: int, floor_percent: int) -> Text:
    """Return what the charter asks of a landlord that shares something, ``counted``, or nothing."""
    if not counted:
        return Text(
            "Votre organisation ne partage aucun logement ici : son recensement doit être déclaré, c'est-à-dire que"
            " chacune de ses résidences du territoire est enregistrée avec ses logements ou leur nombre.",
            "Your organisation shares no home here: its census must be declared, that is, each of its residences in the"
            " territory is registered with its homes or their number.",
        )
    return Text(
        f"Au moins {floor_percent} % de ce qui est demandé de vos logements partagés doit être renseigné.",
        f"At least {floor_percent} % of what is asked of your shared homes must be stated.",
    )


def measured(met: int, counted: int, *, census: bool = False) -> Text:
    """Return what was measured: facts stated of those asked or, where nothing is shared, the census."""
    if not counted and census:
        return Text("Votre recensement est déclaré.", "Your census is declared.")
    if not counted:
        return Text("Votre recensement n'est pas déclaré.", "Your census is not declared.")
    share = percent(met, counted)
    return Text(
        f"{share} % est renseigné : {met} caractéristique(s) sur {counted}.",
        f"{share} % is stated: {met} fact(s) of {counted}.",
    )


def remedy(counted: int, territory: str) -> Text:
    """Return what mends a standing that is not met."""
    if not counted:
        return Text(
            "Enregistrez vos résidences du territoire avec leurs logements, ou avec le nombre de leurs logements"
            " (declared_homes). Le droit de rechercher revient dans la minute.",
            "Register your residences of the territory with their homes, or with the number of their homes"
            " (declared_homes). The right to search comes back within a minute.",
        )
    return Text(
        "Renseignez ce qui manque : la page « Obligations » de la console et GET"
        f" /v1/territories/{territory}/standing/completeness énumèrent les logements et les caractéristiques qui leur"
        " manquent. Le droit de rechercher revient dans la minute.",
        "State what is missing: the page 'Obligations' of the console and GET"
        f" /v1/territories/{territory}/standing/completeness list the homes and the facts that they lack. The right to"
        " search comes back within a minute.",
    )


def follows(state: str, bars_on: date | None) -> Text:
    """Return what a standing leads to, and on which day."""
    day = day_said(bars_on) if bars_on else Text("–", "–")
    if state == "warned":
        return Text(
            f"Si rien ne change, vous ne rechercherez plus dans ce territoire à partir du {day.fr}. Publier reste"
            " possible, et vos logements restent partagés.",
            f"If nothing changes, you no longer search in this territory from {day.en} on. Publishing stays possible,"
            " and your homes stay shared.",
        )
    if state == "barred":
        return Text(
            f"Depuis le {day.fr}, vous ne recherchez plus dans ce territoire. Publier reste possible, et vos logements"
            " restent partagés.",
            f"Since {day.en} you do not search in this territory. Publishing stays possible, and your homes"
            " stay shared.",
        )
    return Text("Rien : vous pouvez rechercher.", "Nothing: you may search.")
