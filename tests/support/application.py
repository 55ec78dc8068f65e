"""The application on a database that nothing else uses: what is done to it is done to all its organisations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx
from fastapi import FastAPI

from registry import wiring
from registry.asgi import at_the_edge, create_application
from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from tests.support.database import BASE_URL, Server


class Serving(NamedTuple):
    """The application with its life cycle, a caller of it without credentials, and both logins' databases."""

    settings: Settings
    app: FastAPI
    client: httpx.AsyncClient
    web: Database
    jobs: Database


@asynccontextmanager
async def serving(server: Server, name: str) -> AsyncIterator[Serving]:
    """Serve the database ``name``, which is there already; the application has an engine of its own."""
    wiring.wire()
    settings = server.settings(name)
    assert settings.web_database_url
    assert settings.worker_database_url
    url = settings.web_database_url.get_secret_value()
    web, jobs = (Database(create_engine(login)) for login in (url, settings.worker_database_url.get_secret_value()))
    app = create_application(settings, Database(create_engine(url, statement_timeout_ms=30_000)))
    transport = httpx.ASGITransport(at_the_edge(app, settings), raise_app_exceptions=False)
    try:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client,
        ):
            yield Serving(settings, app, client, web, jobs)
    finally:
        await web.dispose()
        await jobs.dispose()
