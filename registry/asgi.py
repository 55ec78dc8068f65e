"""The web application: it wires, nothing else."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from fastapi import FastAPI

from registry import __version__, wiring
from registry.api import handlers, health, problems, v1
from registry.api.openapi import describe, operation_id
from registry.console.basemap import basemap_for
from registry.console.browsers import cookies_for
from registry.console.pages import ROUTERS, home, imports, mappings
from registry.console.upstream import upstream_for
from registry.identity.routes import oauth as identity
from registry.identity.service import Authenticator, AuthorizationServer
from registry.identity.service.account import Sessions
from registry.listings.service.meter import Meter
from registry.listings.service.search import Search
from registry.listings.service.tiles import Tiles
from registry.platform import logging, row_security, schema_version
from registry.platform.crypto import Purpose, keyring
from registry.platform.database import Database, create_engine
from registry.platform.http import App, Edge
from registry.platform.outbound import Outbound
from registry.platform.settings import Settings, get_settings
from registry.surroundings.service import Grounds

BATCH_PATHS: Final = (
    "/v1/homes:batch",
    "/v1/adaptations/batch",
    "/v1/feasible-works/batch",
    "/v1/residence-facts/batch",
)
IMPORTS: Final = "/v1/imports"
log = structlog.get_logger()


def create_application(settings: Settings, database: Database) -> FastAPI:
    """Return the application inside the edge, for the server and for tests."""
    wiring.wire()
    meter = Meter(database, daily_homes=settings.listing_daily_homes)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await row_security.require_held_back(database)
        await schema_version.require_current(database)
        await app.state.authorization_server.start()
        counting = [asyncio.create_task(counter.run()) for counter in (meter, app.state.authorization_server.counts)]
        log.info("web_started", version=__version__)
        yield
        for task in counting:
            task.cancel()
        for task in counting:
            with suppress(asyncio.CancelledError):
                await task
        await database.dispose()

    app = FastAPI(
        title="Accessibility registry", version=__version__, lifespan=lifespan,
        docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json", redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )  # fmt: skip
    app.state.settings = settings
    app.state.database = database
    app.state.meter = meter
    app.state.cursor_key = keyring(settings).derive(Purpose.CURSORS)
    app.state.search = Search(database, meter, cursor_key=app.state.cursor_key)
    app.state.tiles = Tiles(database, meter)
    app.state.grounds = Grounds()
    app.state.authorization_server = AuthorizationServer(database, settings)
    app.state.authenticate = Authenticator(database, settings).authenticate
    app.state.keyring = keyring(settings)
    app.state.sessions = Sessions(app.state.keyring)
    app.state.cookies = cookies_for(settings)
    app.state.basemap = basemap_for(settings)
    app.state.upstream = upstream_for(settings, database, app.state.keyring)
    app.state.outbound = Outbound(frozenset(settings.jwks_hosts), private=settings.outbound_private)
    app.state.webhooks = Outbound(frozenset(settings.webhook_hosts), private=settings.outbound_private)
    app.state.pulls = Outbound(frozenset(settings.pull_hosts), private=settings.outbound_private)
    app.state.error_pages = problems.ErrorPages(home.wants_page, home.error_page)
    handlers.install(app)
    home.install(app)
    for first in v1.FIRST:
        app.include_router(first, prefix=v1.router.prefix, include_in_schema=False)
    for router in (health.router, identity.router, v1.router, *ROUTERS):
        app.include_router(router)
    describe(app)
    return app


def at_the_edge(app: FastAPI, settings: Settings) -> App:
    """Put correlation, limits, log and metrics around the application."""
    return Edge(
        app,
        max_body_bytes=settings.max_body_bytes,
        larger={
            **dict.fromkeys(BATCH_PATHS, settings.max_batch_bytes),
            **dict.fromkeys((IMPORTS, imports.PAGE, mappings.PAGE), settings.max_import_bytes),
        },
        refusal=problems.refusal,
    )


def create_app() -> App:
    """Return what the server runs: ``uvicorn registry.asgi:create_app --factory``."""
    settings = get_settings()
    logging.configure(settings.log_level)
    if settings.web_database_url is None:
        raise SystemExit("REGISTRY_WEB_DATABASE_URL is not set; 'registry doctor' explains what a process needs.")
    engine = create_engine(
        settings.web_database_url.get_secret_value(),
        pool_size=settings.pool_size,
        statement_timeout_ms=settings.statement_timeout_ms,
    )
    made = at_the_edge(create_application(settings, Database(engine)), settings)
    # What a process is made of stays until it ends. Left to the collector, each full collection would go through all of
    # it, 280,000 objects: 0.2 s in which nobody is answered.
    gc.collect()
    gc.freeze()
    gc.enable()
    return made
