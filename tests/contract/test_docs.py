"""The documents agree with the code: what they name exists, and what must be named is."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, Final

import pytest
import typer
import yaml
from typer.core import TyperGroup

from registry.charter.schemas import Terms
from registry.charter.schemas.versions import CharterDraft
from registry.cli import app
from registry.listings.filters import ListingQuery, ListingSearch
from registry.platform.preparation import LOGINS
from registry.platform.settings import Settings
from registry.vocabulary.facts import VERSION
from registry.vocabulary.grid import Grid
from tests.support.documents import Document, document, documents
from tests.support.tree import ROOT

ADR: Final = re.compile(r"registry/adr/(\d{4})-[a-z0-9-]+\.md")
SECTIONS: Final = ["Context", "Decision", "Consequences", "A change violates this when"]
NOT_OF_THE_API: Final = {"/v1", "/v1/openapi.json"}

every_document = pytest.mark.parametrize("written", documents(), ids=lambda written: written.name)


@every_document
def test_relative_link_leads_to_a_file_and_a_heading(written: Document) -> None:
    for link in written.links:
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (written.path.parent / target).resolve() if target else written.path
        assert path.exists(), link
        if anchor:
            assert anchor in document(path.relative_to(ROOT).as_posix()).anchors, link


@every_document
def test_code_in_it_can_be_read(written: Document) -> None:
    for code in written.blocks("python"):
        compile(code, written.name, "exec", dont_inherit=True)
    for code in written.blocks("json"):
        assert isinstance(json.loads(code), dict)


@every_document
def test_make_target_named_exists(written: Document) -> None:
    targets = set(re.findall(r"^([a-z-]+)(?=[ a-z-]*:)", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {words.split()[1] for words in spoken(written, "make")}
    assert named - targets == set()


def spoken(written: Document, program: str) -> Iterator[str]:
    """Yield each use of a program: a line of a shell block, or a piece of code in the prose."""
    lines = [line for language in ("sh", "bash") for code in written.blocks(language) for line in continued(code)]
    for line in [*lines, *re.findall(r"`([^`\n]+)`", written.prose)]:
        found = re.match(rf"(?:[A-Z_]+=\S+ +)*({program} +[a-z].*)", line)
        if found:
            yield found[1]


def continued(code: str) -> list[str]:
    return code.replace("\\\n", "").splitlines()


def options_of(words: list[str]) -> set[str]:
    """Return the options of the command that the words after ``registry`` name.

    Raises:
        LookupError: They name none, or stop before it.
    """
    command: Any = typer.main.get_command(app)
    for word in words:
        if not isinstance(command, TyperGroup):
            break
        if (command := command.get_command(typer.Context(command), word)) is None:
            raise LookupError(f"{words}: no command is named {word}")
    if isinstance(command, TyperGroup):
        raise LookupError(f"{words} stop at a group of commands")  # noqa: TRY004 -- a name is missing, not a type wrong
    return {option for parameter in command.params for option in parameter.opts} | {"--help"}


@every_document
def test_registry_command_named_exists_with_its_options(written: Document) -> None:
    for line in spoken(written, "registry"):
        words = shlex.split(line.replace("…", ""), comments=True)[1:]
        given = {word for word in words if word.startswith("--")}
        assert given - options_of(words) == set(), line


@pytest.mark.parametrize("words", [["charter", "tear-up"], ["charter"], []])
def test_command_that_does_not_exist_is_noticed(words: list[str]) -> None:
    with pytest.raises(LookupError):
        options_of(words)


def test_coordinators_read_the_same_commands_in_both_languages() -> None:
    def shapes(name: str) -> list[list[str]]:
        lines = [line for code in document(name).blocks("sh") for line in continued(code)]
        return [[word for word in shlex.split(line) if re.fullmatch(r"[a-z]+|--[a-z-]+", word)] for line in lines]

    assert shapes("docs/coordinator.md") == shapes("docs/coordinateur.md")


@pytest.mark.parametrize("name", ["docs/coordinator.md", "docs/coordinateur.md"])
def test_charter_terms_shown_to_coordinators_are_valid_and_all_explained(name: str) -> None:
    drafts: list[str] = []
    terms: list[str] = []
    for shown in document(name).blocks("json"):
        (drafts if "articles" in json.loads(shown) else terms).append(shown)
    assert [len(CharterDraft.model_validate_json(shown).articles or ()) for shown in drafts] == [2]
    assert [Terms.model_validate_json(shown) for shown in terms]
    explained = set(re.findall(r"`(\w+)`", " ".join(first_cells(document(name)))))
    assert set(Terms.model_fields) | set(Grid.model_fields) <= explained


@pytest.mark.parametrize("name", ["docs/coordinator.md", "docs/coordinateur.md"])
def test_ordinary_vocabulary_version_told_to_coordinators_is_the_current_one(name: str) -> None:
    row = next(line for line in document(name).text.splitlines() if line.startswith("| `vocabulary_version` |"))
    assert row.split("|")[-2].split()[-1] == VERSION


def first_cells(written: Document) -> list[str]:
    """Return the first cell of every row of the document's tables."""
    return [line.split("|")[1].strip() for line in written.text.splitlines() if line.startswith("| ")]


def test_variable_named_exists_and_setting_is_named() -> None:
    settings = {f"REGISTRY_{name.upper()}" for name in Settings.model_fields}
    passwords = {f"{login.upper()}_PASSWORD" for login in LOGINS}
    sources = [*(ROOT / "deploy").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "Makefile"]
    read = set(re.findall(r"\bREGISTRY_[A-Z_]+\b", "\n".join(path.read_text() for path in sources)))
    named = {name for written in documents() for name in re.findall(r"\bREGISTRY_[A-Z_]+\b", written.text)}
    assert named - settings - passwords - read == set()
    assert (settings | passwords) - named == set()


def test_settings_table_states_the_defaults() -> None:
    rows = [
        (row[1].strip().strip("`"), row[2].strip().strip("`"))
        for row in (line.split("|") for line in document("docs/operations.md").text.splitlines())
        if len(row) == 5 and "REGISTRY_" in row[1]
    ]
    assert {name: shown.removesuffix(", required") for name, shown in rows} == {
        f"REGISTRY_{name.upper()}": "none" if field.default in {None, ()} else str(field.default)
        for name, field in Settings.model_fields.items()
    }


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / "registry-v1.yaml").read_text())
    return read


@every_document
def test_path_named_is_in_the_api(written: Document, spec: dict[str, Any]) -> None:
    templates = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(path)) for path in spec["paths"]]
    for named in re.findall(r"(?<![\w.])/v1(?:/[\w.:/{}-]*)?", written.text.replace("$BASE", " ")):
        path = named.rstrip(".:")
        assert path in NOT_OF_THE_API or any(re.fullmatch(template, path) for template in templates), path


def test_integration_guide_explains_every_filter_and_no_other(spec: dict[str, Any]) -> None:
    text = document("docs/integration.md").text
    table = text[text.index("| filter | meaning |") :].partition("\n\n")[0]
    explained = {name for line in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert explained == set(ListingQuery.model_fields) | set(ListingSearch.model_fields)


def test_decisions_are_numbered_listed_and_complete() -> None:
    records = [written for written in documents() if ADR.fullmatch(written.name)]
    numbers = [int(written.path.name[:4]) for written in records]
    assert numbers == list(range(1, len(records) + 1))
    index = document("registry/adr/README.md")
    assert [link for link in index.links if link[0].isdigit()] == [written.path.name for written in records]
    for written in records:
        assert re.findall(r"^## (.+)$", written.text, re.MULTILINE) == SECTIONS, written.name
        assert written.text.startswith(f"# {written.path.name[:4]} "), written.name


def test_decision_cited_in_the_code_exists() -> None:
    numbers = {found[1] for written in documents() if (found := ADR.fullmatch(written.name))}
    cited: dict[str, set[str]] = {}
    for path in (ROOT / "registry").rglob("*.py"):
        for number in re.findall(r"\bADR (\d{4})\b", path.read_text()):
            cited.setdefault(number, set()).add(path.name)
    assert {number: files for number, files in cited.items() if number not in numbers} == {}
    assert cited


@pytest.mark.parametrize("name", ["README.md", "docs/integration.md", "docs/coordinator.md", "docs/coordinateur.md"])
def test_document_with_made_up_data_says_so(name: str) -> None:
    assert re.search(r"\bfictitious\b|\bfictifs\b", document(name).prose)


def test_changelog_has_an_unreleased_section() -> None:
    headings = re.findall(r"^## \[([^]]+)\]", document("CHANGELOG.md").text, re.MULTILINE)
    assert headings[0] == "Unreleased"
