"""Whether facts may be stated as they are: each by what the vocabulary says of it, all beside each other."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic_core import InitErrorDetails

from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.vocabulary import contradictions
from registry.vocabulary.fact import Fact, Place
from registry.vocabulary.facts import FACTS_BY_CODE, HOME_FACTS, RESIDENCE_FACTS

_STATED_ON: Final[dict[Place, tuple[Fact, ...]]] = {"home": HOME_FACTS, "residence": RESIDENCE_FACTS}
UNIT: Final = Text(
    "GET /v1/vocabulary donne l'unité et les bornes de chaque mesure.",
    "GET /v1/vocabulary gives the unit and the bounds of each measure.",
)

_CODES: Final = Text("GET /v1/vocabulary liste les codes possibles.", "GET /v1/vocabulary lists the codes it may have.")
_WHERE: Final[dict[Place, Text]] = {
    "home": Text("PUT /v1/residences/{ref}/facts la prend.", "PUT /v1/residences/{ref}/facts takes it."),
    "residence": Text("PUT /v1/homes/{ref} la prend, sous « facts ».", "PUT /v1/homes/{ref} takes it, under 'facts'."),
}

Statement = Mapping[str, Any] | None


def refusals(stated: Mapping[str, Statement], place: Place) -> list[InitErrorDetails]:
    """Return what is wrong with facts as pydantic puts it, all of it at once.

    Args:
        stated: By code: ``value``, ``date`` and ``until``; ``None``: withdrawn.
        place: What they are stated of.
    """
    return list(_each(stated, place)) or list(_beside(stated))


def _each(stated: Mapping[str, Statement], place: Place) -> Iterator[InitErrorDetails]:
    for code, given in stated.items():
        about: tuple[str, ...] = (code,)
        value = given["value"] if given else None
        try:
            fact = _named(code, place)
            about = (code, "value")
            _checked(fact, "unknown" if value is None else value)
        except Wrong as wrong:
            yield InitErrorDetails(type="value_error", loc=about, input=value, ctx={"error": wrong})


def _beside(stated: Mapping[str, Statement]) -> Iterator[InitErrorDetails]:
    for found in contradictions.contradictory(stated):
        wrong = Wrong(found.text.fr, found.text.en, remedy=contradictions.REMEDY)
        said = stated[found.said.code]
        yield InitErrorDetails(
            type="value_error", loc=(found.said.code,), input=said and said["value"], ctx={"error": wrong}
        )


def _named(code: str, place: Place) -> Fact:
    fact = FACTS_BY_CODE.get(code)
    if fact is None:
        known = ", ".join(sorted(each.code for each in _STATED_ON[place]))
        raise Wrong(f"caractéristique inconnue ; connues : {known}", f"unknown fact; known: {known}")
    if place not in fact.stated_on and place == "home":
        raise Wrong(
            "se déclare d'une résidence, non d'un logement", "is stated of a residence, not of a home",
            remedy=_WHERE[place],
        )  # fmt: skip
    if place not in fact.stated_on:
        raise Wrong(
            "se déclare d'un logement, non d'une résidence", "is stated of a home, not of a residence",
            remedy=_WHERE[place],
        )  # fmt: skip
    return fact


def _checked(fact: Fact, value: str | int) -> None:
    if value == "unknown":
        return
    if fact.kind == "measure":
        _plausible(fact, value)
        return
    codes = [choice.code for choice in fact.choices] or ["yes", "no"]
    if value not in codes:
        shown = ", ".join(codes)
        raise Wrong(f"un de : {shown}, unknown", f"one of: {shown}, unknown", remedy=_CODES)


def _plausible(fact: Fact, value: str | int) -> None:
    assert fact.minimum is not None
    assert fact.maximum is not None
    if not isinstance(value, int):
        raise Wrong(f"un nombre entier en {fact.unit}", f"a whole number in {fact.unit}", remedy=UNIT)
    if not fact.minimum <= value <= fact.maximum:
        raise Wrong(
            f"mesure peu plausible ({fact.minimum} à {fact.maximum} {fact.unit}) ; vérifiez l'unité",
            f"not plausible ({fact.minimum} to {fact.maximum} {fact.unit}); check the unit",
            remedy=UNIT,
        )
