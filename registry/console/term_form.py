"""The terms of a charter as a form: made from their words, their kinds and their bounds."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from registry.charter.schemas import Terms
from registry.charter.schemas.wording import FIELDS, WORDS, TermField
from registry.console.rendering import stated_number
from registry.console.texts import TEXTS
from registry.kernel.text import Language

TICKED: Final = "true"


class Choice(NamedTuple):
    """One of several; ``name`` is its own field where many may be chosen."""

    code: str
    name: str
    label: str
    chosen: bool


class Control(NamedTuple):
    """One term in a form, as it is shown."""

    name: str
    kind: str
    label: str
    hint: str
    value: str
    least: int | None
    most: int | None
    choices: list[Choice]
    invalid: bool


def values_of(terms: Terms) -> dict[str, str]:
    """Return the fields of the form for these terms; a box that is not ticked is absent."""
    stated = terms.model_dump(mode="json")
    values: dict[str, str] = {}
    for each in FIELDS:
        value: Any = stated
        for part in each.name.split("."):
            value = value[part]
        if each.kind == "many":
            values |= {f"{each.name}.{code}": TICKED for code in value}
        elif each.kind == "flag":
            values |= {each.name: TICKED} if value else {}
        else:
            values[each.name] = "" if value is None else str(value)
    return values


def typed_of(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the form that were sent, without what surrounds them."""
    names = set(labels_of("fr"))
    return {name: value.strip() for name, value in fields.items() if name in names}


def given_by(typed: Mapping[str, str], present: Terms) -> dict[str, Any]:
    """Return what was typed as the model reads it; the grid, which has another form, as it is."""
    given: dict[str, Any] = {"index_grid": present.index_grid}
    for each in FIELDS:
        term, _, part = each.name.partition(".")
        if part:
            given.setdefault(term, {})[part] = _given(each, typed, present)
        else:
            given[term] = _given(each, typed, present)
    return given


def _given(each: TermField, typed: Mapping[str, str], present: Terms) -> Any:
    if each.kind == "many":
        held = getattr(present, each.name)  # what stays keeps its place: an order is not a change
        codes = [*held, *(code for code in WORDS[each.name].choices if code not in held)]
        return [code for code in codes if f"{each.name}.{code}" in typed]
    if each.kind == "flag":
        return each.name in typed
    value = typed.get(each.name, "")
    if each.kind == "choice":
        return value
    if each.kind == "optional" and not value:
        return None
    plain = value.replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    return int(plain) if plain.isascii() and plain.removeprefix("-").isdigit() and len(plain) < 16 else value


def labels_of(language: Language) -> dict[str, str]:
    """Return what each field of the form is called."""
    labels: dict[str, str] = {}
    for each in FIELDS:
        words = WORDS[each.name]
        label = words.label.in_language(language)
        if each.kind == "many":
            labels |= {
                f"{each.name}.{code}": f"{label} – {choice.in_language(language)}"
                for code, choice in words.choices.items()
            }
        else:
            labels[each.name] = label
    return labels


def controls(typed: Mapping[str, str], language: Language, invalid: set[str]) -> list[Control]:
    """Return the form with what is typed in it."""
    return [_control(each, typed, language, invalid) for each in FIELDS]


def _control(each: TermField, typed: Mapping[str, str], language: Language, invalid: set[str]) -> Control:
    words, value = WORDS[each.name], typed.get(each.name, "")
    label, hint = words.label.in_language(language), words.meaning.in_language(language)
    if each.kind in {"number", "optional"} and words.unit:
        label = f"{label} ({words.unit.in_language(language).format('').strip()})"
        bounds = (
            TEXTS["drafts.bounds"]
            .in_language(language)
            .format(least=stated_number(each.least or 0, language), most=stated_number(each.most or 0, language))
        )
        hint = f"{hint} {bounds}"
    names = {code: f"{each.name}.{code}" if each.kind == "many" else each.name for code in words.choices}
    choices = [
        Choice(code, names[code], said.in_language(language), _chosen(each, code, typed))
        for code, said in words.choices.items()
    ]
    wrong = each.name in invalid or any(name.startswith(f"{each.name}.") for name in invalid)
    return Control(each.name, each.kind, label, hint, value, each.least, each.most, choices, wrong)


def _chosen(each: TermField, code: str, typed: Mapping[str, str]) -> bool:
    return f"{each.name}.{code}" in typed if each.kind == "many" else typed.get(each.name) == code
