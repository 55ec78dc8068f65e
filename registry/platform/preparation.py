"""What an administrator does once per cluster and per database: roles, extensions, the leak-proof operators.

Everything that needs a superuser is here and nowhere else; migrations need ownership only. Each statement can be
run again. On a managed PostgreSQL without superuser the steps marked *superuser* fall back: the search stays right
and loses its spatial index condition (ADR 0004), and the set_config door stays open (``registry doctor`` says so).
"""

import contextlib
from typing import Final, LiteralString

import psycopg
from psycopg import sql

SCHEMA: Final = "registry"
LEAST_SERVER: Final = 150_000
EXTENSIONS: Final = ("postgis", "btree_gist", "intarray", "pg_trgm")
LOGINS: Final = ("registry_owner", "registry_web", "registry_worker")
ROLES: Final = ("registry_landlord", "registry_coordinator", "registry_auth", "registry_job")
MAY_BECOME: Final = {
    "registry_web": ("registry_landlord", "registry_coordinator", "registry_auth"),
    "registry_worker": ("registry_job", "registry_landlord"),
}

# PostGIS's "&&" and intarray's "@@" are not marked LEAKPROOF, so under row-level security the planner may not use
# them as index conditions. These are the same C functions under names of our own, marked leak-proof: they raise
# errors only about a mixture of SRIDs, which the column's type already excludes. Marking PostGIS's own functions
# instead is lost by an extension update and by dump and restore.
LEAKPROOF_OPERATORS: Final[tuple[LiteralString, ...]] = (
    """
    CREATE FUNCTION registry.box_overlaps(geometry, geometry) RETURNS boolean
    AS '$libdir/postgis-3', 'gserialized_overlaps_2d' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 50
    """,
    """
    CREATE FUNCTION registry.tags_match(integer[], query_int) RETURNS boolean
    AS '$libdir/_int', 'boolop' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
    """,
    """
    CREATE OPERATOR registry.&& (
        LEFTARG = geometry, RIGHTARG = geometry, FUNCTION = registry.box_overlaps, COMMUTATOR = OPERATOR(registry.&&),
        RESTRICT = gserialized_gist_sel_2d, JOIN = gserialized_gist_joinsel_2d)
    """,
    """
    CREATE OPERATOR registry.@@ (
        LEFTARG = integer[], RIGHTARG = query_int, FUNCTION = registry.tags_match, RESTRICT = _int_matchsel)
    """,
    """
    CREATE OPERATOR CLASS registry.point_ops FOR TYPE geometry USING gist AS
        STORAGE box2df,
        OPERATOR 3 registry.&&,
        OPERATOR 13 public.<-> FOR ORDER BY pg_catalog.float_ops,
        FUNCTION 8 geometry_gist_distance_2d (internal, geometry, integer),
        FUNCTION 1 geometry_gist_consistent_2d (internal, geometry, integer),
        FUNCTION 2 geometry_gist_union_2d (bytea, internal),
        FUNCTION 3 geometry_gist_compress_2d (internal),
        FUNCTION 4 geometry_gist_decompress_2d (internal),
        FUNCTION 5 geometry_gist_penalty_2d (internal, internal, internal),
        FUNCTION 6 geometry_gist_picksplit_2d (internal, internal),
        FUNCTION 7 geometry_gist_same_2d (geometry, geometry, internal),
        FUNCTION 11 geometry_gist_sortsupport_2d (internal)
    """,
    """
    CREATE OPERATOR CLASS registry.tags_ops FOR TYPE integer[] USING gist AS
        STORAGE intbig_gkey,
        OPERATOR 20 registry.@@ (integer[], query_int),
        FUNCTION 1 g_intbig_consistent (internal, integer[], smallint, oid, internal),
        FUNCTION 2 g_intbig_union (internal, internal),
        FUNCTION 3 g_intbig_compress (internal),
        FUNCTION 4 g_intbig_decompress (internal),
        FUNCTION 5 g_intbig_penalty (internal, internal, internal),
        FUNCTION 6 g_intbig_picksplit (internal, internal),
        FUNCTION 7 g_intbig_same (intbig_gkey, intbig_gkey, internal),
        FUNCTION 10 (integer[]) g_intbig_options (internal)
    """,
)

# The same operator names without a superuser: right results, no index condition.
PLAIN_OPERATORS: Final[tuple[LiteralString, ...]] = (
    "CREATE OPERATOR registry.&& (LEFTARG = geometry, RIGHTARG = geometry, FUNCTION = public.geometry_overlaps)",
    "CREATE OPERATOR registry.@@ (LEFTARG = integer[], RIGHTARG = query_int, FUNCTION = public.boolop)",
)


# PostGIS answers these from the planner's statistics and from the index: whatever row-level security hides, they tell
# how many rows of anybody lie in a rectangle, and how far they reach. Nothing of ours calls them.
STATISTICS_READERS: Final = (
    "_postgis_index_extent",
    "_postgis_join_selectivity",
    "_postgis_selectivity",
    "_postgis_stats",
    "st_estimatedextent",
)
_READERS: Final = (
    "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND p.proname = ANY(%s)"
)
OPEN_STATISTICS: Final = (
    f"SELECT array_agg(DISTINCT p.proname::text ORDER BY p.proname::text) {_READERS}"
    " AND has_function_privilege('registry_landlord', p.oid, 'execute')"
)
"""The names among :data:`STATISTICS_READERS` that the service's roles may call; null where they are closed."""

# Named last, or a temporary table would be found before the real one of its name, and it outlives the transaction.
SEARCH_PATH: Final = sql.SQL("registry, public, pg_temp")


class PreparationRefused(RuntimeError):
    """The database does not let itself be prepared; the message says why and what to do."""


def prepare_cluster(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    """Create the roles (shared by all databases of the cluster) and set the logins' passwords.

    Args:
        connection: An autocommit connection that may create roles.
        passwords: One per name in :data:`LOGINS`; a login without one keeps the password it has.

    Raises:
        PreparationRefused: PostgreSQL is too old, or the connection may not create or change these roles.
    """
    version = connection.info.server_version
    if version < LEAST_SERVER:
        raise PreparationRefused(
            f"it is PostgreSQL {version // 10_000}, and {LEAST_SERVER // 10_000} or newer is needed"
        )
    try:
        _create_roles(connection, passwords)
    except psycopg.errors.InsufficientPrivilege as error:
        raise PreparationRefused(
            f"{connection.info.user} may not make the service's roles ({_said(error)})\n→ give an address whose role is"
            " a superuser, or has CREATEROLE and owns the database; roles of that name that somebody else made"
            " (registry_…) must be granted to it WITH ADMIN OPTION, or dropped"
        ) from None


def _create_roles(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    existing = {
        name for (name,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'registry\\_%'")
    }
    for role in ROLES:
        if role not in existing:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(sql.Identifier(role)))
    for login in LOGINS:
        verb = "ALTER" if login in existing else "CREATE"
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOINHERIT {}").format(
                sql.SQL(verb),
                sql.Identifier(login),
                sql.SQL("PASSWORD {}").format(passwords[login]) if login in passwords else sql.SQL(""),
            )
        )
    for login, roles in MAY_BECOME.items():
        for role in roles:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(login)))
    for role in (*LOGINS, *ROLES):
        connection.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(sql.Identifier(role), SEARCH_PATH))
    if not _is_superuser(connection):
        # Only a member may give a schema to registry_owner; from PostgreSQL 16 on, making a role makes nobody a member.
        connection.execute("GRANT registry_owner TO CURRENT_USER")


def prepare_database(connection: psycopg.Connection) -> list[str]:
    """Create extensions, the schema and the leak-proof operators in the connection's database.

    Returns:
        What a superuser would have done and this login could not, one sentence each; empty when all is done.

    Raises:
        PreparationRefused: An extension is not to be had, or the connection does not own the database.
    """
    _create_extensions(connection)
    try:
        _create_schema(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        name, user = connection.info.dbname, connection.info.user
        raise PreparationRefused(
            f"{user} does not own the database {name} ({_said(error)})\n→ as a superuser:"
            f' ALTER DATABASE "{name}" OWNER TO "{user}"'
        ) from None
    if not _has_operators(connection):
        _create_operators(connection)
    missing = []
    if not _are_leakproof(connection):
        missing.append("leak-proof operators: the search filters after row-level security, without its index")
    if not _close_set_config(connection):
        missing.append("set_config stays callable by every role: one wall less against injected SQL")
    if not _close_statistics(connection):
        missing.append("PostGIS's statistics stay readable by every role: one wall less against injected SQL")
    return missing


def _create_extensions(connection: psycopg.Connection) -> None:
    for extension in EXTENSIONS:
        try:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile):
            raise PreparationRefused(
                f"its server does not have the extension {extension}\n→ install it there (on Debian:"
                f" postgresql-{connection.info.server_version // 10_000}-postgis-3), or switch it on at the provider"
            ) from None
        except psycopg.errors.InsufficientPrivilege:
            raise PreparationRefused(
                f"{connection.info.user} may not create the extension {extension}\n→ as a superuser, in the database"
                f" {connection.info.dbname}: CREATE EXTENSION {extension}; then run this again"
            ) from None
    elsewhere = connection.execute(
        "SELECT extname, nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
        " WHERE extname = ANY(%s) AND nspname <> 'public'",
        [list(EXTENSIONS)],
    ).fetchall()
    if elsewhere:
        named = ", ".join(f"{extension} in {schema}" for extension, schema in elsewhere)
        raise PreparationRefused(f"its extensions must be in the schema public; it has {named}")


def _create_schema(connection: psycopg.Connection) -> None:
    database = sql.Identifier(connection.info.dbname)
    connection.execute("CREATE SCHEMA IF NOT EXISTS registry AUTHORIZATION registry_owner")
    connection.execute(
        sql.SQL("GRANT USAGE ON SCHEMA registry TO {}").format(
            sql.SQL(", ").join(map(sql.Identifier, (*LOGINS, *ROLES)))
        )
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO registry_web, registry_worker, registry_owner").format(database)
    )
    connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO registry_landlord, registry_job").format(database))


def _create_operators(connection: psycopg.Connection) -> None:
    """Create the leak-proof operators; without a superuser the plain ones."""
    try:
        with connection.transaction():
            for statement in LEAKPROOF_OPERATORS:
                connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        with connection.transaction():
            for statement in PLAIN_OPERATORS:
                connection.execute(statement)


def _close_set_config(connection: psycopg.Connection) -> bool:
    """Take set_config from everybody but registry_owner; tell whether it is closed now.

    Who may not do this is told by a warning, not by an error: so the outcome is looked at.
    """
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute("REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC")
        connection.execute("GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO registry_owner")
    return not _ask(
        connection, "SELECT has_function_privilege('registry_landlord', 'set_config(text, text, boolean)', 'execute')"
    )


def _close_statistics(connection: psycopg.Connection) -> bool:
    """Take :data:`STATISTICS_READERS` from everybody; tell whether they are closed now (as for set_config)."""
    functions = connection.execute(
        f"SELECT format('%%I.%%I(%%s)', nspname, proname, pg_get_function_identity_arguments(p.oid)) {_READERS}",
        [list(STATISTICS_READERS)],
    ).fetchall()
    for (function,) in functions:
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(sql.SQL(function)))
    row = connection.execute(OPEN_STATISTICS, [list(STATISTICS_READERS)]).fetchone()
    return row is not None and not row[0]


def _has_operators(connection: psycopg.Connection) -> bool:
    return _ask(
        connection,
        "SELECT EXISTS (SELECT FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace"
        " WHERE n.nspname = 'registry' AND o.oprname = '&&')",
    )


def _are_leakproof(connection: psycopg.Connection) -> bool:
    return _ask(
        connection,
        "SELECT count(*) = 2 AND bool_and(p.proleakproof) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'registry' AND p.proname IN ('box_overlaps', 'tags_match')",
    )


def _is_superuser(connection: psycopg.Connection) -> bool:
    return _ask(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")


def _ask(connection: psycopg.Connection, question: LiteralString) -> bool:
    row = connection.execute(question).fetchone()
    return row is not None and bool(row[0])


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip()
