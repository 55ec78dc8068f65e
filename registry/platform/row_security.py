"""Whether row-level security holds a login back: the second wall between tenants stands on it (ADR 0002)."""

from typing import Final

from sqlalchemy import text

from registry.platform.database import Database

UNHELD: Final = """
    SELECT session_user::text, r.rolname::text, r.rolsuper FROM pg_roles r
    WHERE (r.rolsuper OR r.rolbypassrls) AND pg_has_role(session_user, r.oid, 'MEMBER')
    ORDER BY r.rolname <> session_user, r.rolname LIMIT 1
"""
"""The login, and a role that row-level security does not hold back: its own, or one that it may become."""


class LoginNotHeldBack(RuntimeError):
    """The process would serve with a login to which no policy applies."""


def described(login: str, role: str, *, superuser: bool) -> str:
    """Return what is wrong with a login, from a row of :data:`UNHELD`: ``registry_web, a superuser``."""
    becoming = "" if role == login else f"which may become {role}, "
    bypassing = "which bypasses row-level security" if role == login else "and that bypasses row-level security"
    return f"{login}, {becoming}{'a superuser' if superuser else bypassing}"


async def require_held_back(database: Database) -> None:
    """Refuse to work with a login that sees every organisation's rows.

    Raises:
        LoginNotHeldBack: It is a superuser or has BYPASSRLS, or may become a role that is or has.
    """
    async with database.engine.connect() as connection:
        row = (await connection.execute(text(UNHELD))).one_or_none()
    if row is not None:
        raise LoginNotHeldBack(
            f"the process logs in as {described(row[0], row[1], superuser=row[2])}: no policy would keep one"
            " organisation's rows from another; use the logins that 'registry database prepare' makes"
        )
