"""A landlord's private rows are read and written through the one function that says whose they are."""

import ast
import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.arch.source import Module, functions, modules, parsed

PRIVATE: Final = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|ONLY|TABLE)\s+(?:residences|buildings|homes|lift_outages|adaptations|feasible_works|reservation_conventions|idempotency_keys)\b"
)
GATE: Final = "registry.access.principal"

# Statements on private rows that work on what an event or a job names, not on what a caller asks for.
WITHOUT_A_CALLER: Final = {
    "registry.access.repository.expire_keys": "the job deletes by age, whoever the key belongs to",
    "registry.stock.repository.outages.expire": "the job deletes by age, whosever lift it was",
    "registry.assessment.repository.inputs.many": "the job assesses the residences of all landlords",
    "registry.assessment.repository.own._find": "the text alone: find() binds the organisation to it",
    "registry.listings.repository.own._find": "the text alone: find() binds the organisation to it",
    "registry.assessment.repository.counts._statement": "the text alone: own_counts() binds the organisation to it,"
    " counts() is the job's",
    "registry.assessment.repository.indexes.save": "the job: what was deleted meanwhile is left out",
    "registry.assessment.repository.previews.residences": "the job counts all landlords' residences under another grid,"
    " and keeps rounded figures only",
    "registry.assessment.repository.requests.of_homes": "called with the ids that the owner's transaction changed;"
    " row-level security holds that transaction to the owner",
    "registry.assessment.repository.requests.spread": "the job, for the residences of all landlords",
    "registry.census.repository.count": "the job counts all landlords' homes, and keeps rounded figures only",
    "registry.stock.repository.residences.move_to_successors": "the job, for the residences of all landlords",
    "registry.reports.repository.counts.homes": "the job counts all landlords' homes, and keeps protected figures only",
    "registry.reports.repository.counts.residences": "the job, as above, of residences",
    "registry.reports.repository.counts.landlords": "the job, as above: who has registered a home",
    "registry.listings.repository.projection.confirmed_since": "the job, for the homes of all landlords",
    "registry.listings.repository.projection.ended_lately": "the job, for the homes of all landlords",
    "registry.stock.repository.duplicates.flag": "the job compares the homes of all landlords: only it may see two",
    "registry.listings.repository.projection.project": "called with the ids that the owner's transaction changed;"
    " row-level security holds that transaction to the owner",
    "registry.listings.repository.residences.known": "the job groups the residences of all landlords",
    "registry.listings.repository.residences.otherwise": "the job, for the homes of all landlords",
    "registry.listings.repository.residences.request_placing": "called with the residences that the job assessed",
    "registry.listings.repository.residences.save": "the job, for the residences of all landlords",
    "registry.listings.repository.zones.dwellings": "the job counts all landlords' dwellings: cells need k of them",
    "registry.listings.repository.zones.land": "the job asks in which communes anybody has residences",
    "registry.listings.repository.zones.moving": "the job, for the homes of all landlords",
    "registry.listings.repository.zones.everything": "the job, for the homes of all landlords",
    "registry.listings.repository.zones.unentitled": "the job, for the homes of all landlords",
    "registry.mergers.repository.stock.counts": "the database's owner, whom policies hold to the two that merge",
    "registry.mergers.repository.stock.hold": "so, too",
    "registry.mergers.repository.stock.move": "so, too",
    "registry.listings.repository.figures.count": "the job counts the residences in which all landlords share homes",
    "registry.obligations.repository.measure.due": "the job asks whose homes changed, whoever's they are",
    "registry.obligations.repository.measure.measure": "the job measures all landlords' homes, and keeps sums only",
    "registry.stock.repository.changes.renumber": "the job, after a restore: everybody's numbers begin anew",
    "registry.stock.repository.positions.ask_again": "the job, once addresses are loaded; it forgets only when",
    "registry.stock.repository.positions.organisations_waiting": "the job asks whose residences wait, and no more",
    "registry.stock.repository.doors.page": "the job measures from the doors of all landlords",
    "registry.transfers.repository.deadlines.end": "the job, for the proposals of all landlords",
    "registry.transfers.repository.matches.statement": "the text alone; its values name the landlord of the case",
    "registry.transfers.repository.nearness.listed": "the job compares the homes of all landlords: only it sees both",
    "registry.transfers.repository.nearness.waiting": "the job, for the open cases of all landlords, without needs",
    "registry.transfers.repository.vacated.follow": "homes of which their own landlord tells, under the policies",
    "registry.transfers.repository.vacated.sweep": "the job, for the vacancies of all landlords",
    "registry.transfers.repository.alerts.match_changed": "the job, for the open cases of all landlords, without their"
    " needs",
    "registry.transfers.repository.alerts.meet_fresh": "the job, as above",
    "registry.surroundings.repository.distances.replace": "the job, for the residences of all landlords",
    "registry.stock.repository.homes.page_rows": "the text alone: page() binds the organisation to it",
}


def sql_of(node: ast.AST, constants: dict[str, ast.expr], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield every text that ``node`` may send: its own, and that of the constants it names, however deep."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
        elif isinstance(inner, ast.Name) and inner.id in constants and inner.id not in seen:
            yield from sql_of(constants[inner.id], constants, seen | {inner.id})


def constants_of(module: Module) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in module.tree.body:
        if isinstance(node, ast.Assign):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = node.value
    return found


def unscoped(module: Module) -> Iterator[str]:
    """Yield the functions that touch private rows and are not told whose, by type and in the statement."""
    constants = constants_of(module)
    for function in functions(module):
        sql = " ".join(" ".join(sql_of(ast.Module(function.body, []), constants)).split())
        if not PRIVATE.search(sql):
            continue
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        scopes = {a.arg for a in arguments if a.annotation and ast.unparse(a.annotation) == "OwnOrganisation"}
        used = {node.id for node in ast.walk(ast.Module(function.body, [])) if isinstance(node, ast.Name)}
        if not scopes & used or "organisation_id" not in sql:
            yield f"{module.name}.{function.name}"


def made_outside_the_gate(module: Module) -> Iterator[str]:
    """Yield every place but the gate that makes an ``OwnOrganisation``, calls it otherwise, or claims one by cast."""
    if module.name == GATE:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            claimed = called.endswith("cast") and node.args and "OwnOrganisation" in ast.unparse(node.args[0])
            if called.split(".")[-1] == "OwnOrganisation" or claimed:
                yield f"{module.name}:{node.lineno}"
        elif isinstance(node, ast.alias) and node.name == "OwnOrganisation" and node.asname:
            yield f"{module.name}:{node.lineno}"


def test_repository_function_on_private_rows_is_told_whose() -> None:
    found = {name for module in modules() if ".repository" in module.name for name in unscoped(module)}
    assert found == set(WITHOUT_A_CALLER)


def test_only_the_gate_makes_the_scope_of_private_rows() -> None:
    assert [place for module in modules() for place in made_outside_the_gate(module)] == []


HEAD: Final = 'Q = text("SELECT ref FROM homes WHERE organisation_id = :organisation")\n'


@pytest.mark.parametrize(
    "function",
    [
        "async def f(session, organisation: uuid.UUID): await session.execute(Q, {'organisation': organisation})",
        "async def f(session, organisation: OwnOrganisation): await session.execute(Q)",
        "async def f(session): await session.execute(R)\nR = text(f'{Q} LIMIT 1')",
        "async def f(session, own: OwnOrganisation): return session.execute('DELETE  FROM\\n homes', own)",
    ],
)
def test_function_that_is_not_told_whose_rows_it_reads_is_found(function: str) -> None:
    assert list(unscoped(parsed("m", HEAD + function))) == ["m.f"]


def test_function_that_is_told_passes() -> None:
    good = "async def f(session, own: OwnOrganisation): return session.execute(Q, {'organisation': own})"
    assert list(unscoped(parsed("m", HEAD + good))) == []


@pytest.mark.parametrize(
    "line",
    [
        "own = OwnOrganisation(given)",
        "own = principal.OwnOrganisation(given)",
        "own = cast('OwnOrganisation', given)",
        "own = typing.cast(OwnOrganisation, given)",
        "from registry.access.principal import OwnOrganisation as Own",
    ],
)
def test_scope_made_elsewhere_is_found(line: str) -> None:
    assert list(made_outside_the_gate(parsed("m", line))) == ["m:1"]
