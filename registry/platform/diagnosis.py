"""What ``registry doctor`` looks at: each part of the set-up, whether it is right, and what to do where it is not."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import httpx
import psycopg
from pydantic import SecretStr

from registry.platform import schema_version
from registry.platform.crypto import MasterKeyMissing, keyring
from registry.platform.database import Database, create_engine
from registry.platform.mail import MailNowhere, transport
from registry.platform.outbound import Outbound, TargetRefused
from registry.platform.preparation import EXTENSIONS, MAY_BECOME, OPEN_STATISTICS, SCHEMA, STATISTICS_READERS
from registry.platform.row_security import UNHELD, described
from registry.platform.settings import Settings

LEAST_SERVER: Final = 150_000
WORKER_QUIET_S: Final = 60
PROVIDER_WAIT_S: Final = 5
_TILE_BYTES: Final = 1 << 20


class Finding(NamedTuple):
    """One part. ``remedy``: what to do where it is not good, or what follows where it only costs something."""

    part: str
    good: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.good else "FAIL"
        remedy = f"\n       → {self.remedy}" if self.remedy else ""
        return f"{mark} {self.part}: {self.what}{remedy}"


def _good(part: str, what: str, remedy: str = "") -> Finding:
    return Finding(part, good=True, what=what, remedy=remedy)


def _bad(part: str, what: str, remedy: str) -> Finding:
    return Finding(part, good=False, what=what, remedy=remedy)


async def everything(settings: Settings) -> list[Finding]:
    """Look at everything that these settings name; a part that cannot be reached hides the parts behind it."""
    found = [_master_key(settings), _mail(settings)]
    urls = {
        "registry_owner": settings.owner_database_url,
        "registry_web": settings.web_database_url,
        "registry_worker": settings.worker_database_url,
    }
    reached = {}
    for login, url in urls.items():
        finding = await _login(login, url)
        found.append(finding)
        if finding.good and url is not None:
            reached[login] = url.get_secret_value()
    if web := reached.get("registry_web"):
        found += [finding async for finding in _database(web)]
        found.append(await schema(web))
        if (worker := reached.get("registry_worker")) and found[-1].good:
            found.append(await _worker(worker))
    if settings.upstream_issuer is not None:
        found.append(await _provider(settings.upstream_issuer))
    found.append(await _basemap(settings))
    return found


def _master_key(settings: Settings) -> Finding:
    try:
        keyring(settings)
    except MasterKeyMissing as error:
        return _bad(
            "master key",
            str(error),
            "set REGISTRY_MASTER_KEY to 32 random bytes in base64, and keep it: without it no signing key opens again",
        )
    return _good("master key", "32 bytes")


def _mail(settings: Settings) -> Finding:
    try:
        transport(settings)
    except MailNowhere as error:
        return _bad(
            "mail",
            str(error),
            "name the SMTP server, or REGISTRY_MAIL_DIRECTORY if something collects the files: no worker starts before",
        )
    if settings.smtp_host:
        return _good("mail", f"SMTP by {settings.smtp_host}:{settings.smtp_port}")
    return _good("mail", f"files in {settings.mail_directory}")


async def _login(login: str, url: SecretStr | None) -> Finding:
    variable = f"REGISTRY_{login.removeprefix('registry_').upper()}_DATABASE_URL"
    if url is None:
        return _bad(f"login {login}", f"{variable} is not set", "'make run' writes it into .local/env")
    try:
        async with await psycopg.AsyncConnection.connect(url.get_secret_value(), connect_timeout=5) as connection:
            user, version = await _one(
                connection, "SELECT session_user::text, current_setting('server_version_num')::integer"
            )
            unheld = await (await connection.execute(UNHELD)).fetchone()
    except psycopg.OperationalError as error:
        return _bad(
            f"login {login}",
            " ".join(str(error).split()),
            f"start PostgreSQL ('make run', or the server of {variable}); a wrong password:"
            " 'registry database prepare' sets it",
        )
    if user != login or unheld:
        return _bad(
            f"login {login}",
            f"{variable} logs in as {described(user, unheld[1], superuser=unheld[2]) if unheld else user}",
            f"use the login {login}: another one is not held back by row-level security"
            if user != login
            else "take SUPERUSER and BYPASSRLS from it (ALTER ROLE … NOSUPERUSER NOBYPASSRLS): no policy holds it back",
        )
    if version < LEAST_SERVER:
        return _bad(f"login {login}", f"PostgreSQL {version // 10_000}", "PostgreSQL 15 or newer is needed")
    return _good(f"login {login}", f"PostgreSQL {version // 10_000}.{version % 10_000}")


async def _database(url: str) -> AsyncIterator[Finding]:
    async with await psycopg.AsyncConnection.connect(url, connect_timeout=5) as connection:
        listed = await connection.execute("SELECT extname, extversion FROM pg_extension")
        installed: dict[str, str] = dict(await listed.fetchall())
        shown = ", ".join(f"{name} {installed.get(name, 'absent')}" for name in EXTENSIONS)
        if all(name in installed for name in EXTENSIONS):
            yield _good("extensions", shown)
        else:
            yield _bad("extensions", shown, "'registry database prepare' creates them")
        for login, roles in MAY_BECOME.items():
            (allowed,) = await _one(
                connection,
                "SELECT array_agg(r.rolname::text ORDER BY r.rolname) FROM pg_auth_members m"
                " JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles l ON l.oid = m.member WHERE l.rolname = %s",
                login,
            )
            part, shown = f"roles of {login}", ", ".join(allowed or ("none",))
            if set(allowed or ()) == set(roles):
                yield _good(part, shown)
            else:
                needed = f"it must be able to become {', '.join(roles)} and nothing else"
                yield _bad(part, shown, f"{needed}: 'registry database prepare'")
        (leakproof,) = await _one(
            connection,
            "SELECT count(*) = 2 AND coalesce(bool_and(p.proleakproof), false) FROM pg_proc p"
            " JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = %s AND p.proname IN ('box_overlaps', 'tags_match')",
            SCHEMA,
        )
        if leakproof:
            yield _good("leak-proof operators", "present")
        else:
            yield _good(
                "leak-proof operators",
                "absent: searches filter after row-level security",
                "a superuser's 'registry database prepare' on an empty database makes them (ADR 0004)",
            )
        (open_door,) = await _one(
            connection,
            "SELECT has_function_privilege('registry_landlord', 'set_config(text, text, boolean)', 'execute')",
        )
        if open_door:
            yield _bad(
                "set_config",
                "callable by the service's roles",
                "a superuser's 'registry database prepare' closes it: injected SQL could bind another organisation",
            )
        else:
            yield _good("set_config", "closed to the service's roles")
        (readable,) = await _one(connection, OPEN_STATISTICS, list(STATISTICS_READERS))
        if readable:
            yield _bad(
                "statistics",
                f"{', '.join(readable)} callable by the service's roles",
                "a superuser's 'registry database prepare' closes them: they count rows that row-level security hides",
            )
        else:
            yield _good("statistics", "PostGIS's readers are closed to the service's roles")


async def schema(url: str) -> Finding:
    """Compare the database's schema with the one that this version needs."""
    database = Database(create_engine(url))
    try:
        found = await schema_version.current(database)
    finally:
        await database.dispose()
    needed = schema_version.expected()
    if found == needed:
        return _good("schema", needed)
    return _bad("schema", f"{found or 'none'}, needed {needed}", schema_version.remedy(found))


async def _worker(url: str) -> Finding:
    async with await psycopg.AsyncConnection.connect(
        url, options="-c role=registry_job", connect_timeout=5
    ) as connection:
        (age,) = await _one(
            connection,
            "SELECT extract(epoch FROM now() - max(last_heartbeat))::integer FROM registry.procrastinate_workers",
        )
    if age is None:
        return _bad("worker", "none has ever run", "'registry worker' starts one: zones and audit need it")
    heard = f"last heard of {age} s ago"
    return _good("worker", heard) if age <= WORKER_QUIET_S else _bad("worker", heard, "'registry worker' starts one")


async def _provider(issuer: str) -> Finding:
    """Ask the OpenID provider for its description, as the sign-in page does: no proxy, no redirect."""
    part, address = "OpenID provider", f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        async with asyncio.timeout(PROVIDER_WAIT_S), httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(address, headers={"Accept": "application/json"})
            named = answer.raise_for_status().json()["issuer"]
    except (httpx.HTTPError, httpx.InvalidURL, LookupError, TypeError, ValueError, TimeoutError) as error:
        said = str(error).splitlines()[0] if isinstance(error, httpx.HTTPError) and str(error) else ""
        return _bad(
            part,
            f"{address} does not describe it: {type(error).__name__}{': ' + said if said else ''}",
            "people cannot sign in there: is REGISTRY_UPSTREAM_ISSUER right, and may this machine reach it by https?",
        )
    if named != issuer:
        return _bad(part, f"it names itself {named!r}", "set REGISTRY_UPSTREAM_ISSUER to that, to the letter")
    return _good(part, issuer)


async def _basemap(settings: Settings) -> Finding:
    """Ask for the tile of the base map that Paris lies in, as the console would."""
    part, template = "base map", settings.basemap_url
    if template is None:
        return _good(part, "none is set: the map has communes and quarters as its ground")
    host = (urlsplit(template).hostname or "").lower()
    outbound = Outbound(
        frozenset({host}), private=settings.outbound_private, max_bytes=_TILE_BYTES, verify=ssl.create_default_context()
    )
    try:
        body = await outbound.get(template.format(z=6, x=32, y=22), accept="image/png")
    except TargetRefused as refused:
        what = str(refused)
    else:
        if body.startswith(b"\x89PNG"):
            return _good(part, f"{host} answers; its tiles are kept in {settings.basemap_directory}")
        what = "its answer is no PNG"
    return _bad(
        part,
        f"{host}: {what}",
        "the map goes on without it: is REGISTRY_BASEMAP_URL right, and may this machine reach it by https?",
    )


async def _one(connection: psycopg.AsyncConnection[Any], query: Any, *values: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = await (await connection.execute(query, values or None)).fetchone()
    assert row is not None
    return row
