"""What the texts say for one household: under-occupation, refusals and their exemptions, the link with a commune.

Sources: CCH art. L.621-2, L.442-3-1, L.442-3-2, L.441, R.441-4, as :mod:`registry.transfers.protections.law` holds
them. Computed to inform and to protect; a refusal has no consequence here, and none is ever computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from registry.kernel.text import Text
from registry.transfers.figures import Figures
from registry.transfers.protections.law import LegalRule, figures_of
from registry.vocabulary.transfers import LABELS, Exemption, Ground, LegalCondition

State = Literal["yes", "no", "unknown"]
Code = Exemption | LegalCondition
"""Something that a landlord may say of a household for one answer."""
STAYS: Final = Text(
    "Un refus est une issue normale : qu'il tienne à l'attachement, au coût ou à autre chose, le dossier reste ouvert"
    " et la personne garde tous ses droits.",
    "A refusal is a normal outcome: whether for attachment, cost or anything else, the case stays open and the person"
    " keeps every right.",
)


_ROOMS: Final = Text("Pièces du logement actuel", "Rooms of the present home")


@dataclass(frozen=True, slots=True)
class Household:
    """What is known of a household and of its home.

    Attributes:
        rooms: Habitable rooms of the present home, kitchen left out; ``None``: not known, or there is no home.
        housed: Whether there is a present home: a first entry has none.
        commune: INSEE code of the present home; ``None``: not known.
        wanted: INSEE codes of the communes that are wanted, those of the quarters that are wanted among them; none:
            wherever.
        facts: What the landlord says of the household for this computation; it is kept nowhere.
    """

    residents: int
    visiting_children: int = 0
    rooms: int | None = None
    housed: bool = True
    ground: Ground | None = None
    commune: str | None = None
    wanted: tuple[str, ...] = ()
    facts: Mapping[Code, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something of a household on which a text rests, in the words of that text, and whether it is so."""

    code: Code
    label: Text
    state: State


@dataclass(frozen=True, slots=True)
class Protection:
    """What one text says for a household.

    Attributes:
        applies: Whether the text concerns it, its exemptions counted.
        because: What that rests on.
        exemptions, conditions: Each one of the text.
    """

    rule: LegalRule
    applies: State
    because: Text
    exemptions: tuple[Fact, ...] = ()
    conditions: tuple[Fact, ...] = ()


def facts(household: Household, rules: Mapping[str, LegalRule]) -> tuple[Fact, ...]:
    """Return what may be said of a household for the texts in force, as it was said.

    One age is asked for, the lowest of the texts: who is not over it is over none of them.
    """
    named = {each for rule in rules.values() for each in (*rule.values.exemptions, *rule.values.conditions)}
    return tuple(_fact(household, each, _lowest_age(rules)) for each in (*Exemption, *LegalCondition) if each in named)


def protections(household: Household, rules: Mapping[str, LegalRule]) -> tuple[Protection, ...]:
    """Return what each text in force says for a household, in the order of the texts."""
    age = _lowest_age(rules)
    under = _under_occupation(household, rules["under_occupation"], figures_of(rules))
    return (
        under,
        _three_refusals(household, rules["three_refusals"], age, under),
        _no_longer_needed(household, rules["home_no_longer_needed"], age),
        _local_link(household, rules["local_link"]),
        Protection(
            rules["adapted_home_priority"], "yes",
            Text(
                "Vaut pour tout logement construit ou aménagé pour des personnes handicapées.",
                "Holds for every home that was built or fitted out for people with a disability.",
            ),
        ),
    )  # fmt: skip


def _under_occupation(household: Household, rule: LegalRule, figures: Figures) -> Protection:
    if not household.housed:
        return Protection(rule, "no", Text("Il n'y a pas de logement actuel.", "There is no present home."))
    if household.rooms is None:
        return Protection(
            rule, "unknown",
            Text(
                "Le nombre de pièces du logement actuel n'est pas connu.",
                "The number of rooms of the present home is not known.",
            ),
        )  # fmt: skip
    people = figures.people(household.residents, household.visiting_children)
    above = figures.rooms_above
    return Protection(
        rule, "yes" if figures.under_occupied(household.rooms, people) else "no",
        Text(
            f"{household.rooms} pièce(s) habitable(s) pour {people} personne(s) : l'écart admis est de {above}.",
            f"{household.rooms} habitable room(s) for {people} person(s): {above} more is allowed.",
        ),
    )  # fmt: skip


def _three_refusals(household: Household, rule: LegalRule, age: int | None, under: Protection) -> Protection:
    exemptions, conditions = _exemptions(household, rule, age), _conditions(household, rule)
    if under.applies == "no":
        why = Text("Le logement n'est pas sous-occupé.", "The home is not under-occupied.")
        return Protection(rule, "no", why, exemptions, conditions)
    return _concerned(rule, exemptions, conditions, (_ROOMS,) if under.applies == "unknown" else ())


def _no_longer_needed(household: Household, rule: LegalRule, age: int | None) -> Protection:
    exemptions, conditions = _exemptions(household, rule, age), _conditions(household, rule)
    if household.ground is not Ground.HOME_NO_LONGER_NEEDED:
        why = Text(
            "Le dossier n'est pas celui d'un logement adapté dont on n'a plus besoin.",
            "The case is not one of an adapted home that is no longer needed.",
        )
        return Protection(rule, "no", why, exemptions, conditions)
    return _concerned(rule, exemptions, conditions)


def _concerned(
    rule: LegalRule, exemptions: tuple[Fact, ...], conditions: tuple[Fact, ...], lacking: tuple[Text, ...] = ()
) -> Protection:
    """Return whether a text on refusals concerns a household; one exemption settles it, or a condition that fails.

    Args:
        rule: The text.
        exemptions: Of the text.
        conditions: Of the text.
        lacking: What else is not known.
    """
    facts = (*exemptions, *conditions)
    lacking = (*lacking, *(each.label for each in facts if each.state == "unknown"))
    unmet = [each.label for each in conditions if each.state == "no"]
    applies: State = "no"
    if any(each.state == "yes" for each in exemptions):
        why = Text("Le ménage en est exempté.", "The household is exempt.")
    elif unmet:
        why = Text("Ne vaut pas ici : {fr} : non.", "It does not hold here. {en}: no.").format(
            fr=unmet[0].fr, en=unmet[0].en
        )
    elif lacking:
        applies = "unknown"
        why = Text(
            "Rien ne peut être dit avant de savoir : {fr}. Dites-le pour ce calcul, ou complétez le dossier.",
            "Nothing can be said before it is known: {en}. Say so for this computation, or complete the case.",
        ).format(fr=" ; ".join(each.fr for each in lacking), en="; ".join(each.en for each in lacking))
    else:
        applies = "yes"
        why = Text(
            "Aucune exemption ne s'applique. Le registre l'indique et n'en tire rien.",
            "No exemption holds. The registry says so, and does nothing about it.",
        )
    return Protection(rule, applies, why, exemptions, conditions)


def _lowest_age(rules: Mapping[str, LegalRule]) -> int | None:
    return min((rule.values.over_age for rule in rules.values() if rule.values.over_age is not None), default=None)


def _fact(household: Household, code: Code, age: int | None) -> Fact:
    return Fact(code, LABELS[code].format(age=age), household.facts.get(code, "unknown"))


def _conditions(household: Household, rule: LegalRule) -> tuple[Fact, ...]:
    return tuple(_fact(household, each, None) for each in rule.values.conditions)


def _exemptions(household: Household, rule: LegalRule, asked: int | None) -> tuple[Fact, ...]:
    """Return each exemption of a text; who is over the age that was ``asked`` may still be under that of the text."""
    found = tuple(_fact(household, each, rule.values.over_age) for each in rule.values.exemptions)
    if rule.values.over_age == asked:
        return found
    return tuple(
        replace(each, state="unknown") if each.code is Exemption.OVER_65 and each.state == "yes" else each
        for each in found
    )


def _local_link(household: Household, rule: LegalRule) -> Protection:
    if not household.housed:
        return Protection(
            rule, "unknown",
            Text(
                "Première entrée : l'adresse actuelle de la personne, par un justificatif de domicile, établit si elle"
                " vient d'une autre commune que celle du logement proposé. Le registre ne la connaît pas.",
                "First entry: the person's present address, by a proof of residence, establishes whether they come from"
                " another commune than the proposed home's. The registry does not know it.",
            ),
        )  # fmt: skip
    if household.commune is None:
        return Protection(
            rule, "unknown",
            Text(
                "La commune actuelle n'est pas connue : le logement actuel, ajouté au dossier, l'établit.",
                "The present commune is not known: the present home, added to the case, establishes it.",
            ),
        )  # fmt: skip
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
