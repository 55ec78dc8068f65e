"""Everything a person reads exists in French and in English; every error has a code of its own and a status."""

import ast
import importlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest

from registry.api.problems import STATUS, status_of
from registry.kernel import errors
from registry.kernel.errors import RegistryError
from registry.kernel.text import Text
from tests.arch.source import Module, imports, modules, parsed

BILINGUAL: Final = frozenset({"registry.kernel.text.Text", "registry.kernel.validation.Wrong"})
SAME_IN_BOTH: Final = frozenset(
    {
        "Absent", "Accessible", "Adaptable", "Article {code}", "Articles", "CCH art. R.441-4", "Charges", "Code",
        "Commune", "Communes", "Département", "Départements", "Départements (codes)", "Exemptions", "Latitude",
        "Longitude", "Organisation", "Points", "Restaurant", "Signatures", "Source", "Sources", "Vacant", "Version",
        "Version {version}", "Versions", "point",
    }
)  # fmt: skip


def every_error() -> list[type[RegistryError]]:
    """Return every error class of the product, once all of it is imported."""
    for module in modules():
        importlib.import_module(module.name)
    found: list[type[RegistryError]] = []
    waiting = [RegistryError]
    while waiting:
        below = [error for error in waiting.pop().__subclasses__() if error.__module__.startswith("registry.")]
        found += below
        waiting += below
    return found


def stated(node: ast.expr) -> str:
    """Return the fixed part of a text expression; what is filled in counts as one sign."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "�" for part in node.values)  # type: ignore[misc]  # parts are str
    return "�"


def one_sided(module: Module) -> Iterator[str]:
    """Yield the texts that lack a language, or say the same in both."""
    named = {name.split(".")[-1] for _, name in imports(module) if name in BILINGUAL}  # SQLAlchemy has a Text as well
    named |= {name.split(".")[-1] for name in BILINGUAL if name.rpartition(".")[0] == module.name}
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in named):
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in {"fr", "en"})]
        place = f"{module.name}:{node.lineno}"
        if len(given) != 2 or any(isinstance(node, ast.Starred) for node in given):
            yield f"{place}: not two texts"
            continue
        french, english = (stated(text).strip() for text in given)
        if not french or not english:
            yield f"{place}: empty"
        elif french == english and any(map(str.islower, french)) and french not in SAME_IN_BOTH:  # an acronym is a name
            yield f"{place}: {french!r} twice"


def test_every_error_has_a_title_and_a_code_of_its_own() -> None:
    found = every_error()
    assert len(found) > 30
    codes = Counter(error.code for error in found)
    assert [code for code, times in codes.items() if times > 1] == []
    untitled = [error.__name__ for error in found if not isinstance(vars(error).get("title"), Text)]
    assert untitled == []
    assert [error.__name__ for error in found if not all(part.strip() for part in error.title)] == []


def test_every_error_belongs_to_a_kind_with_a_status() -> None:
    kinds = {error for error in RegistryError.__subclasses__() if error.__module__.startswith("registry.")}
    assert {kind.__module__ for kind in kinds} == {errors.__name__}, "subclass a kind, not RegistryError"
    assert kinds <= set(STATUS)
    assert all(400 <= status_of(error) < 600 for error in every_error())


def test_every_text_is_said_in_both_languages() -> None:
    assert [place for module in modules() for place in one_sided(module)] == []


@pytest.mark.parametrize(
    "line",
    [
        "Text('Introuvable', '')",
        "Text('', f'{name}')",
        "Text('Introuvable')",
        "Text(*both)",
        "Text('Not found', 'Not found')",
        "Wrong(f'{x} is wrong', f'{x} is wrong')",
    ],
)
def test_text_in_one_language_is_found(line: str) -> None:
    head = "from registry.kernel.text import Text\nfrom registry.kernel.validation import Wrong\n"
    assert len(list(one_sided(parsed("m", head + line)))) == 1


def test_column_of_text_is_no_text_for_a_person() -> None:
    assert list(one_sided(parsed("m", "from sqlalchemy import Text\nText(collation='C')"))) == []


DATES: Final = "registry.kernel.text"
"""The one module that writes a day for people: an English reader may take 03/04 for the third of April or for March."""


def written_dates(module: Module) -> Iterator[str]:
    """Yield where a day is written for people; ``%Y-%m-%d`` is for machines."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            form = stated(node.format_spec)
            if any(part in form for part in ("%d/%m", "%-d", "%b", "%B")):
                yield f"{module.name}:{node.lineno}"


def test_days_are_written_for_people_in_one_place() -> None:
    assert [place for module in modules() if module.name != DATES for place in written_dates(module)] == []


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%-d %b %Y", "%B %Y", "%d/%m/%Y %H:%M"])
def test_day_written_elsewhere_is_found(form: str) -> None:
    assert list(written_dates(parsed("registry.somewhere", f'said = f"until {{day:{form}}}"\n')))


def test_day_for_machines_passes() -> None:
    assert not list(written_dates(parsed("registry.somewhere", 'said = f"{day:%Y-%m-%d}"\n')))
