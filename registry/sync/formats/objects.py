"""What a JSON object states of a home: judged by the stock's model, each value once.

A file states the same values over and over: what the model makes of one is remembered. Only an object with something
wrong is judged as a whole, to say all that is.
"""

from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from registry.kernel.errors import Fault
from registry.kernel.validation import Wrong, fault_of
from registry.stock.schemas import HomeLine, ResidenceFacts
from registry.sync.formats.table import FACT_DATE, FILLERS, PLAIN, REMEMBERED, checked
from registry.sync.formats.values import UNKNOWN
from registry.vocabulary.contradictions import REMEDY, contradictory
from registry.vocabulary.facts import FACTS_BY_CODE

_MISSING: Final = object()
_HOME: Final = TypeAdapter(HomeLine)


class Homes:
    """Reads the homes of one file."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def read(self, given: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]] | list[Fault]:
        """Return what is stated of a home, as its model dumps it, and what is stated to be empty; or what is wrong."""
        home: dict[str, Any] = {}
        cleared: tuple[str, ...] = ()
        try:
            for name, value in given.items():
                dumped = self._facts(value) if name == "facts" else self._attribute(name, value)
                if dumped is None:
                    cleared += (name,)
                else:
                    home[name] = dumped
        except (ValidationError, Wrong, TypeError, AttributeError, KeyError):
            return _faults(given)
        if "ref" not in home:
            return _faults(given)
        if denied := [*contradictory(home.get("facts", {}))]:
            return [
                Fault(f"facts.{each.said.code}", given["facts"][each.said.code], each.text, REMEDY) for each in denied
            ]
        return home, cleared

    def _attribute(self, name: str, value: Any) -> Any:
        plain = PLAIN.get(name)
        if plain is not None and value.__class__ is str and plain.fullmatch(value):
            return value
        key = (name, value, value.__class__)  # 1, 1.0 and true are one key without their class
        found = self._known.get(key, _MISSING)
        if found is _MISSING:
            checked(name, value)
            judged = _HOME.validate_python({**FILLERS, name: value})
            found = self._remember(key, _HOME.dump_python(judged, mode="json")[name])
        return found

    def _facts(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            FACTS_BY_CODE[code].code: None if fact is None else self._fact(code, fact) for code, fact in given.items()
        }

    def _fact(self, code: str, fact: dict[str, Any]) -> dict[str, Any] | None:
        """Return a fact with what is stated of it; ``None`` where it is unknown."""
        key = (code, *fact.items(), fact.get("value").__class__)
        found = self._known.get(key, _MISSING)
        if found is _MISSING:
            judged = _HOME.validate_python({**FILLERS, "facts": {code: {"date": FACT_DATE, **fact}}})
            dumped = _HOME.dump_python(judged, mode="json")["facts"][code]
            stated = None if dumped["value"] == UNKNOWN else {name: dumped[name] for name in fact}
            found = self._remember(key, stated)
        return found  # type: ignore[no-any-return]  # what is remembered under this key

    def _remember(self, key: Any, value: Any) -> Any:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[key] = value
        return value


def residence_facts(given: Any) -> dict[str, Any] | list[Fault]:
    """Return the facts that are stated of a residence, as they are kept; or what is wrong."""
    if given == {}:
        return {}
    try:
        judged = ResidenceFacts.model_validate({"facts": _filled(given) if isinstance(given, dict) else given})
    except ValidationError as error:
        return [fault_of(each) for each in error.errors()]
    dumped = judged.model_dump(mode="json", exclude_none=True)["facts"]
    return {
        code: None
        if fact is None or dumped[code]["value"] == UNKNOWN
        else {name: dumped[code][name] for name in fact if name in dumped[code]}
        for code, fact in given.items()
    }


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    return {code: {"date": FACT_DATE, **fact} if isinstance(fact, dict) else fact for code, fact in facts.items()}


def _faults(given: dict[str, Any]) -> list[Fault]:
    """Return all that is wrong with an object."""
    facts = given.get("facts")
    if isinstance(facts, dict):
        given = {**given, "facts": _filled(facts)}
    faults = []
    try:
        _HOME.validate_python({**FILLERS, "ref": None, **given})
    except ValidationError as error:
        faults = [fault_of(each) for each in error.errors()]
    try:
        if isinstance(ref := given.get("ref"), str):
            checked("ref", ref)
    except Wrong as wrong:
        faults.append(Fault("ref", ref, wrong.text))
    except ValidationError:
        pass  # said already
    return [fault._replace(value=facts) if fault.field.partition(".")[0] == "facts" else fault for fault in faults]
