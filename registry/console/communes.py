"""Communes that somebody writes, where a territory has too many for a list: by name or INSEE code, between commas."""

from collections.abc import Iterable, Iterator

from registry.kernel.text import Text
from registry.territories.service import NamedCommune, Places, code_in


class Unclear(Exception):  # it becomes a fault of the form that holds the field
    """What was written names no commune of the territory, or several."""

    def __init__(self, written: str, message: Text) -> None:
        super().__init__(written)
        self.written = written
        self.message = message


def written(values: Iterable[str]) -> list[str]:
    """Return what each of some fields names."""
    return [each.strip() for value in values for each in value.split(",") if each.strip()]


def codes_of(values: Iterable[str], places: Places) -> Iterator[str]:
    """Yield the code of each commune that is written.

    Raises:
        Unclear: A name is that of no commune of the territory, or of several.
    """
    for each in written(values):
        found = places.named(each)
        if len(found) > 1:
            names = ", ".join(map(spelled, found))
            raise Unclear(each, Text(
                f"Plusieurs communes portent ce nom ({names}) : écrivez le code INSEE",
                f"Several communes have this name ({names}): write the INSEE code",
            ))  # fmt: skip
        code = found[0].code if found else code_in(each)
        if code is None:
            raise Unclear(each, Text(
                "Aucune commune du territoire ne porte ce nom : écrivez-le en entier, ou le code INSEE",
                "No commune of the territory has this name: write it in full, or the INSEE code",
            ))  # fmt: skip
        yield code


def spelled(commune: NamedCommune) -> str:
    """Return a commune as it can be written and is shown: its name and its code."""
    return f"{commune.name} ({commune.code})"


def shown(values: Iterable[str], places: Places) -> str:
    """Return what the field holds: of what is clear the name and the code, anything else as it was written."""
    found = [(each, places.named(each)) for each in written(values)]
    return ", ".join(spelled(named[0]) if len(named) == 1 else each for each, named in found)
