"""FastAPI sends what is no coroutine through its pool of threads: two switches of thread for a few lines of Python."""

import inspect
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts

from registry.api import health, v1
from registry.identity.routes import oauth as identity


def calls(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls(inner)


def runs_in_a_thread(call: Any) -> bool:
    made_of = call if inspect.isroutine(call) else type(call).__call__
    return not (inspect.iscoroutinefunction(made_of) or inspect.isasyncgenfunction(made_of))


def in_threads(*routers: APIRouter) -> dict[str, list[str]]:
    app = FastAPI(openapi_url=None)
    for router in routers:
        app.include_router(router)
    found = {
        context.path: [getattr(call, "__qualname__", repr(call)) for call in calls(dependant) if runs_in_a_thread(call)]
        for context in iter_route_contexts(app.routes)
        if (dependant := getattr(context, "dependant", None)) is not None and context.path is not None
    }
    assert found, "no route was looked at"
    return {path: names for path, names in found.items() if names}


def test_no_handler_and_no_dependency_runs_in_a_thread() -> None:
    assert in_threads(health.router, identity.router, v1.router) == {}


def test_plain_function_is_found() -> None:
    router = APIRouter()

    def plain() -> int:
        return 1

    async def outer(_inner: int = Depends(plain)) -> None: ...

    @router.get("/seen", dependencies=[Depends(outer)])
    async def read() -> None: ...

    assert in_threads(router) == {"/seen": ["test_plain_function_is_found.<locals>.plain"]}
