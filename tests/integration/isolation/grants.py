"""What each database role may do with each table's rows: the second wall, stated on its own.

A cell holds, for S(elect), I(nsert), U(pdate) and D(elete), whose rows: ``o`` the bound organisation's own, ``t`` those
of the territories where its charter is in force, ``m`` either of the two, ``a`` everybody's. What is not stated is
refused. To add a table, add its line; if its rows belong to somebody by another column than ``organisation_id``, say
how in :data:`OWNED`; and see to it that ``test_second_wall.py`` finds rows of two organisations in it.
"""

from typing import Final, NamedTuple

ROLES: Final = ("landlord", "coordinator", "auth", "job", "login")
"""``login``: a process that has taken no role."""

TABLE: Final = """
table                       landlord     coordinator  auth         job          login
adhesions                   SmIoUo       StUt         Sa           Sa           -
alembic_version             -            -            -            -            Sa
assertion_ids               -            -            SaIaDa       -            -
audit_events                SoIo         SoIo         SaIa         SaIa         -
buildings                   SoIoUoDo     -            -            Sa           -
charters                    Sa           SaIoUo       Sa           Sa           -
client_secrets              -            -            SaIaUa       -            -
communes                    Sa           Sa           Sa           SaIaUaDa     -
epcis                       Sa           Sa           Sa           SaIaUaDa     -
former_communes             Sa           Sa           Sa           SaIaUaDa     -
homes                       SoIoUoDo     -            -            Sa           -
idempotency_keys            SoIoUoDo     -            -            SaDa         -
listing_reads               So           So           SaIa         SaUaDa       -
listing_searches            So           So           SaIaUa       SaDa         -
listings                    SmIoUoDo     SmDt         -            SaIaUaDa     -
listings_seen               So           So           SaIa         SaDa         -
location_zones              Sa           -            -            SaIaUaDa     -
oauth_clients               So           So           SaIaUa       -            -
organisations               Sa           Sa           SaIa         SaIaUa       -
procrastinate_events        -            -            -            SaIaUaDa     -
procrastinate_jobs          -            -            -            SaIaUaDa     -
procrastinate_periodic_defers  -         -            -            SaIaUaDa     -
procrastinate_workers       -            -            -            SaIaUaDa     -
quarters                    Sa           Sa           Sa           SaIaUaDa     -
residences                  SoIoUoDo     -            -            Sa           -
signing_keys                -            -            SaIaUa       -            -
territories                 Sa           SaIoUo       Sa           Sa           -
territory_communes          Sa           SaIoDo       Sa           Sa           -
zoning_requests             Ia           Ia           -            SaIaUaDa     -
zonings                     -            -            -            SaIaUaDa     -
"""

_OF_TERRITORY: Final = "territory_id IN (SELECT id FROM registry.territories WHERE coordinator_id = {organisation})"
_OF_CLIENT: Final = "client_id IN (SELECT client_id FROM registry.oauth_clients WHERE organisation_id = {organisation})"
OWNED: Final = {
    "assertion_ids": _OF_CLIENT,
    "charters": _OF_TERRITORY,
    "client_secrets": _OF_CLIENT,
    "organisations": "id = {organisation}",
    "territories": "coordinator_id = {organisation}",
    "territory_communes": _OF_TERRITORY,
}
"""How a row belongs to an organisation, where it has no ``organisation_id``."""
OF_NOBODY: Final = frozenset(
    {
        "alembic_version", "communes", "epcis", "former_communes", "quarters", "location_zones",
        "zonings", "zoning_requests", "signing_keys", "procrastinate_events", "procrastinate_jobs",
        "procrastinate_periodic_defers", "procrastinate_workers",
    }
)  # fmt: skip
"""Public facts, and what the service keeps for itself: no row is an organisation's."""

HIDDEN_COLUMNS: Final = {
    ("landlord", "adhesions"): {"signed_by"},
    ("landlord", "organisations"): {"siren", "created_at"},
    ("landlord", "oauth_clients"): {"jwks"},
    ("coordinator", "organisations"): {"siren", "created_at"},
    ("coordinator", "oauth_clients"): {"jwks"},
}
"""Columns of a readable table that a role may not read."""

FUNCTIONS_AS_OWNER: Final = {
    "audit_events_chain()": set(),
    "bind(uuid,text)": {"registry_landlord", "registry_coordinator", "registry_auth", "registry_job"},
    "territories_in_force(uuid)": {"registry_auth"},
    # PostGIS's, of the administrator: they would tell how far everybody's places reach.
    "st_estimatedextent(text,text)": set(),
    "st_estimatedextent(text,text,text)": set(),
    "st_estimatedextent(text,text,text,boolean)": set(),
}
"""Every SECURITY DEFINER function, and who may execute it besides its owner."""


class Grants(NamedTuple):
    """One line: whose rows, by role and command; nothing where the command is refused."""

    table: str
    cells: dict[str, dict[str, str]]


def lines(table: str = TABLE) -> dict[str, Grants]:
    """Read the table."""
    header, *rest = [line.split() for line in table.splitlines() if line.strip()]
    assert tuple(header[1:]) == ROLES
    found = {}
    for name, *cells in rest:
        read = [{} if cell == "-" else dict(zip(cell[::2], cell[1::2], strict=True)) for cell in cells]
        assert len(read) == len(ROLES), name
        assert all(set(cell) <= set("SIUD") and set(cell.values()) <= set("otma") for cell in read), name
        found[name] = Grants(name, dict(zip(ROLES, read, strict=True)))
    return found
