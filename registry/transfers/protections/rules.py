"""What the texts say for one household: under-occupation, refusals and their exemptions, the link with a commune.

Sources: CCH art. L.621-2, L.442-3-1, L.442-3-2, L.441, R.441-4, as :mod:`registry.transfers.protections.law` holds
them. Computed to inform and to protect; a refusal has no consequence here, and none is ever computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from registry.kernel.text import Text
from registry.transfers.protections.law import LegalRule
from registry.vocabulary.transfers import Exemption, Ground

State = Literal["yes", "no", "unknown"]
STAYS: Final = Text(
    "Un refus est une issue normale : qu'il tienne à l'attachement, au coût ou à autre chose, le dossier reste ouvert"
    " et la personne garde tous ses droits.",
    "A refusal is a normal outcome: whether for attachment, cost or anything else, the case stays open and the person"
    " keeps every right.",
)


@dataclass(frozen=True, slots=True)
class Household:
    """What is known of a household and of its home.

    Attributes:
        rooms: Habitable rooms of the present home, kitchen left out; ``None``: not known, or there is no home.
        housed: Whether there is a present home: a first entry has none.
        commune: INSEE code of the present home; ``None``: not known.
        wanted: INSEE codes of the communes that are wanted; none: wherever.
        facts: What the landlord says of the household for this computation; it is kept nowhere.
    """

    residents: int
    visiting_children: int = 0
    rooms: int | None = None
    housed: bool = True
    ground: Ground | None = None
    commune: str | None = None
    wanted: tuple[str, ...] = ()
    facts: Mapping[Exemption, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Protection:
    """What one text says for a household.

    Attributes:
        applies: Whether the text concerns it, its exemptions counted.
        because: What that rests on.
        exemptions: Each exemption of the text, and whether it holds.
    """

    rule: LegalRule
    applies: State
    because: Text
    exemptions: tuple[tuple[Exemption, State], ...] = ()


def protections(household: Household, rules: Mapping[str, LegalRule]) -> tuple[Protection, ...]:
    """Return what each text in force says for a household, in the order of the texts."""
    under = _under_occupation(household, rules["under_occupation"])
    return (
        under,
        _three_refusals(household, rules["three_refusals"], under),
        _no_longer_needed(household, rules["home_no_longer_needed"]),
        _local_link(household, rules["local_link"]),
        Protection(
            rules["adapted_home_priority"], "yes",
            Text(
                "Vaut pour tout logement construit ou aménagé pour des personnes handicapées.",
                "Holds for every home that was built or fitted out for people with a disability.",
            ),
        ),
    )  # fmt: skip


def _under_occupation(household: Household, rule: LegalRule) -> Protection:
    if not household.housed:
        return Protection(rule, "no", Text("Il n'y a pas de logement actuel.", "There is no present home."))
    counts = rule.values.visiting_children_count is not False
    people = household.residents + (household.visiting_children if counts else 0)
    if household.rooms is None:
        return Protection(
            rule, "unknown",
            Text(
                "Le nombre de pièces du logement actuel n'est pas connu.",
                "The number of rooms of the present home is not known.",
            ),
        )  # fmt: skip
    above = rule.values.rooms_above_residents if rule.values.rooms_above_residents is not None else 1
    return Protection(
        rule, "yes" if household.rooms - people > above else "no",
        Text(
            f"{household.rooms} pièce(s) habitable(s) pour {people} personne(s) : l'écart admis est de {above}.",
            f"{household.rooms} habitable room(s) for {people} person(s): {above} more is allowed.",
        ),
    )  # fmt: skip


def _three_refusals(household: Household, rule: LegalRule, under: Protection) -> Protection:
    exemptions = _exemptions(household, rule)
    if under.applies == "no":
        why = Text("Le logement n'est pas sous-occupé.", "The home is not under-occupied.")
        return Protection(rule, "no", why, exemptions)
    return _unless_exempt(rule, exemptions, known=under.applies)


def _no_longer_needed(household: Household, rule: LegalRule) -> Protection:
    exemptions = _exemptions(household, rule)
    if household.ground is not Ground.HOME_NO_LONGER_NEEDED:
        why = Text(
            "Le dossier n'est pas celui d'un logement adapté dont on n'a plus besoin.",
            "The case is not one of an adapted home that is no longer needed.",
        )
        return Protection(rule, "no", why, exemptions)
    return _unless_exempt(rule, exemptions, known="yes")


def _exemptions(household: Household, rule: LegalRule) -> tuple[tuple[Exemption, State], ...]:
    return tuple((each, household.facts.get(each, "unknown")) for each in rule.values.exemptions)


def _unless_exempt(rule: LegalRule, exemptions: tuple[tuple[Exemption, State], ...], known: State) -> Protection:
    states = {state for _, state in exemptions}
    if "yes" in states:
        why = Text("Le ménage en est exempté.", "The household is exempt.")
        return Protection(rule, "no", why, exemptions)
    if "unknown" in states or known == "unknown":
        why = Text(
            "Tant que les exemptions du ménage ne sont pas connues, rien ne peut être dit : il peut en être exempté.",
            "While not all exemptions are known nothing can be said: the household may be exempt.",
        )
        return Protection(rule, "unknown", why, exemptions)
    why = Text(
        "Aucune exemption ne s'applique. Le registre l'indique et n'en tire rien.",
        "No exemption holds. The registry says so, and does nothing about it.",
    )
    return Protection(rule, "yes", why, exemptions)


def _local_link(household: Household, rule: LegalRule) -> Protection:
    if household.commune is None:
        return Protection(
            rule, "unknown", Text("La commune actuelle n'est pas connue.", "The present commune is not known.")
        )
    if any(code != household.commune for code in household.wanted) or not household.wanted:
        return Protection(
            rule, "yes",
            Text(
                "Un logement d'une autre commune que l'actuelle est recherché, ou possible.",
                "A home of another commune than the present one is wanted, or possible.",
            ),
        )  # fmt: skip
    return Protection(
        rule, "no", Text("Seule la commune actuelle est recherchée.", "Only the present commune is wanted.")
    )
