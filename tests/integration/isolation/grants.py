"""What each database role may do with each table's rows: the second wall, stated on its own.

A cell holds, for S(elect), I(nsert), U(pdate) and D(elete), whose rows: ``o`` the bound organisation's own, ``t`` those
of the territories where its charter is in force, ``m`` either of the two, ``s`` those of
organisations with an adhesion there, in force or suspended, ``a`` everybody's, ``n`` nobody's. What is
not stated is refused. To add a table, add its line; if its rows belong to somebody by another column than
``organisation_id``, say how in :data:`OWNED`; and see to it that ``test_second_wall.py`` finds rows of two
organisations in it.
"""

from typing import Final, NamedTuple

ROLES: Final = ("landlord", "coordinator", "auth", "auth_bound", "job", "login")
"""``auth`` is bound to no organisation, as where people and clients prove who they are; ``auth_bound`` to one, as where
that one manages itself. ``login``: a process that has taken no role."""
DATABASE_ROLE: Final = {
    "landlord": "registry_landlord", "coordinator": "registry_coordinator", "auth": "registry_auth",
    "auth_bound": "registry_auth", "job": "registry_job", "login": "registry_web",
}  # fmt: skip

TABLE: Final = """
table                       landlord     coordinator  auth         auth_bound   job          login
accessible_distances        So           -            -            -            SaIaUaDa     -
access_tokens               -            -            SaIaUa       SoIoUo       SaUaDa       -
addresses                      Sa           -            -            -            SaIaDa       -
adhesions                   SmIoUo       StUt         Sa           Sa           SaUa         -
adaptations                 SoIoDo       -            -            -            Sa           -
alembic_version             -            -            -            -            -            Sa
assessment_requests         Io           -            -            -            SaIaDa       -
assessment_sweeps           Ia           Ia           -            -            SaIaDa       -
assertion_ids               -            -            SaIaDa       SaIaDa       SaDa         -
audit_events                SoIo         SoIo         SaIa         SaIa         SaIa         -
authorization_codes         -            -            SaIaUa       SoIoUo       SaDa         -
buildings                   SoIoUoDo     -            -            -            SaUa         -
census_counts               -            St           -            -            SaIaDa       -
change_feeds                Sa           Sa           -            -            SaUa         -
charters                    Sa           SaIoUoDo     Sa           Sa           SaUa         -
client_secrets              -            -            SaIaUa       SoIoUo       SaUa         -
communes                    Sa           Sa           Sa           Sa           SaIaUaDa     -
consents                    -            -            SaIaUa       SoIoUo       -            -
departements                Sa           Sa           Sa           Sa           SaIaUaDa     -
distance_runs               So           -            -            -            SaIaUaDa     -
dpop_proofs                 -            -            SaIa         SaIa         SaDa         -
epcis                       Sa           Sa           Sa           Sa           SaIaUaDa     -
fact_history                SoIoDo       -            -            -            Ia           -
failed_attempts             -            -            SaIaUa       SaIaUa       SaDa         -
feasible_works              SoIoDo       -            -            -            Sa           -
former_communes             Sa           Sa           Sa           Sa           SaIaUaDa     -
former_references           SoDo         -            -            -            -            -
grid_previews               -            StIt         -            -            SaUaDa       -
homes                       SoIoUoDo     -            -            -            SaUa         -
home_status_history         SoIoDo       -            -            -            SaIaDa       -
idempotency_keys            SoIoUoDo     SoIoUoDo     SnInUn       SoIoUo       SaDa         -
landlord_invitations        -            SoIoUo       SaUa         SnUn         SaUaDa       -
lift_outages                SoIoUo       -            -            -            SaDa         -
listing_cell_changes        St           St           -            -            SaDa         -
listing_cells               St           St           -            -            SaIaUaDa     -
listing_feed_usage          SoIoUo       SoIoUo       -            -            SaDa         -
listing_reads               So           So           SaIa         SaIa         SaUaDa       -
listing_searches            So           So           SaIaUa       SaIaUa       SaDa         -
listing_tombstones          StIo         StIt         -            -            SaIaDa       -
listings                    SmIoUoDo     SmDt         -            -            SaIaUaDa     -
listings_seen               So           So           SaIa         SaIa         SaDa         -
location_zones              Sa           -            -            -            SaIaUaDa     -
mails                       -            -            SaIaUa       SoIoUo       SaIaUaDa     -
memberships                 -            -            SaIaDa       SoIoDo       SaDn         -
network_edges               Sa           Sa           -            -            SaIa         -
network_nodes               Sa           Sa           -            -            SaIa         -
networks                    Sa           Sa           -            -            SaIaUaDa     -
oauth_clients               So           So           SaIaUa       SoIoUo       SaUa         -
obligation_reminders        -            -            -            -            SaIaUaDa     -
obligation_scores           Sm           St           -            -            SaIaUaDa     -
offboardings                -            -            SaInDn       SoIoDo       SaIaUaDa     -
organisations               Sa           Sa           SaIa         SaIa         SaIaUa       -
procrastinate_events        -            -            Ia           Ia           SaIaUaDa     -
procrastinate_jobs          -            -            SaIa         SaIa         SaIaUaDa     -
procrastinate_periodic_defers  -         -            -            -            SaIaUaDa     -
procrastinate_workers       -            -            -            -            SaIaUaDa     -
quarters                    Sa           Sa           Sa           Sa           SaIaUaDa     -
recovery_codes              -            -            SaIaUaDa     SnUnDn       -            -
refresh_tokens              -            -            SaIaUa       SoIoUo       SaDa         -
reservation_conventions     SoIoUoDo     -            -            -            -            -
residence_index_history     So           -            -            -            SaIaUaDa     -
residence_indexes           So           -            -            -            SaIaUaDa     -
residences                  SoIoUoDo     -            -            -            SaUa         -
service_sources                Sa           Sa           -            -            SaIaUaDa     -
services                       Sa           Sa           -            -            SaIaUaDa     -
sessions                    -            -            SaIaUa       SoIoUo       SaDa         -
shown_residences            So           -            -            -            SaIaUaDa     -
signatures                  SoIoUo       StUt         -            -            Sa           -
signing_keys                -            -            SaIaUaDa     SaIaUaDa     -            -
single_use_links            -            -            SaIaUa       SoIoUo       SaDa         -
stock_duplicates            So           -            -            -            SaIaUaDa     -
stock_sources               SoIoUoDo     -            -            -            Sa           -
sync_file_parts             SoIoUoDo     -            -            -            -            -
sync_files                  SoIoUoDo     -            -            -            SaDa         -
sync_mappings               SoIoUoDo     -            -            -            Sa           -
sync_runs                   SoIoUoDo     Ss           -            -            SaUaDa       -
sync_sources                SoIoUoDo     Ss           SaUa         SoUo         SaUa         -
stock_tombstones            SoIo         -            -            -            SaDa         -
standings                   So           St           -            -            SaIaUaDa     -
streets                        Sa           -            -            -            SaIaUaDa     -
territories                 Sa           SaIoUo       Sa           Sa           SaUa         -
territory_communes          Sa           SaIoDo       Sa           Sa           SaIaDa       -
territory_figures           St           St           -            -            SaIaUaDa     -
territory_reports           St          StItUt       -            -            SaUaDa       -
home_holds                  SoIoUo       -            -            -            SaUaDa       -
case_door_days              -            -            -            -            SaIaUaDa     -
case_doors                  So           -            -            -            SaIaUaDa     -
case_nearness               So           -            -            -            SaIaUaDa     -
case_alert_horizons         -            -            -            -            SaIaUaDa     -
case_alerts                 So           -            -            -            SaIaUaDa     -
moving_help                 SoIoUoDo     -            -            -            SaDa         -
transfer_moves              SoIoUo       -            -            -            SaDa         -
transfer_reminders          -            -            -            -            SaIaDa       -
transfer_cases              SoIoUoDo     St           -            -            SaUaDa       -
transfer_counts             St           St           -            -            SaIaDa       -
transfer_proposals          SoIoUo       St           -            -            SaUaDa       -
transfer_steps              SoIo         St           -            -            SaIaUaDa     -
transfer_tombstones         SoIo         -            -            -            SaUaDa       -
token_counts                -            -            SaIaUa       SoIoUo       SaDa         -
upstream_requests           -            -            SaIaUaDa     SnUnDn       SaDa         -
users                       -            -            SaIaUa       So           SaDn         -
vacated_homes               SoIoUo       -            -            -            SaIaUaDa     -
legal_rules                 Sa           Sa           -            -            SaIaUaDa     -
webhook_deliveries          Io           -            SaIaUa       SoIoUo       SaIaUaDa     -
webhook_endpoints           So           -            SaIaUaDa     SoIoUoDo     SaUaDn       -
zoning_requests             Ia           Ia           -            -            SaIaUaDa     -
zonings                     -            -            -            -            SaIaUaDa     -
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
    "transfer_reminders": "proposal_id IN (SELECT id FROM registry.transfer_proposals"
    " WHERE organisation_id = {organisation})",
    "users": "id IN (SELECT user_id FROM registry.memberships WHERE organisation_id = {organisation})",
}
"""How a row belongs to an organisation, where it has no ``organisation_id``."""
OF_NOBODY: Final = frozenset(
    {
        "alembic_version", "territory_reports", "assessment_sweeps", "census_counts",
        "change_feeds", "communes", "departements", "epcis", "former_communes", "quarters",
        "location_zones", "addresses", "streets", "zonings", "zoning_requests", "signing_keys", "procrastinate_events",
        "procrastinate_jobs",
        "procrastinate_periodic_defers", "procrastinate_workers", "dpop_proofs", "failed_attempts",
        "upstream_requests", "service_sources", "services", "listing_cells", "listing_cell_changes",
        "territory_figures", "grid_previews", "case_alert_horizons", "legal_rules",
        "transfer_counts",
    }
)  # fmt: skip
"""Public facts, and what the service keeps for itself: no row is an organisation's."""

HIDDEN_COLUMNS: Final = {
    ("landlord", "webhook_endpoints"): {"url", "secret", "previous_secret", "name"},
    ("landlord", "change_feeds"): {"history"},
    ("coordinator", "change_feeds"): {"history"},
    ("landlord", "adhesions"): {"signed_by"},
    ("landlord", "case_doors"): {"place", "quarter_codes"},
    ("landlord", "organisations"): {"siren", "created_at", "parent_id", "successor_id"},
    ("coordinator", "landlord_invitations"): {"digest"},
    ("landlord", "oauth_clients"): {"jwks", "keys_used"},
    ("coordinator", "organisations"): {"siren", "created_at", "parent_id", "successor_id"},
    ("coordinator", "sync_runs"): {
        "file_name",
        "file_sha256",
        "report_sha256",
        "format",
        "mapping_name",
        "counts",
        "guard",
        "error",
        "created_by",
        "confirmed_by",
        "difference",
    },
    ("coordinator", "sync_sources"): {
        "name",
        "format",
        "mapping_name",
        "pull",
        "secret",
        "schedule",
        "last_failure",
        "etag",
    },
    ("coordinator", "oauth_clients"): {"jwks", "keys_used"},
    ("coordinator", "transfer_cases"): {
        "ref", "need", "home_ref", "deadline", "consent_basis", "consent_version", "consent_until", "wanted",
        "rent_limit_cents", "rooms_least", "rooms_most", "communes", "quarters", "needs_lift", "matched",
        "reminded_until", "version", "updated_at",
    },
}  # fmt: skip
"""Columns of a readable table that a role may not read."""

HIDDEN_FROM_JOB: Final = {
    "access_tokens": {"jti", "organisation_id", "consent_id"},
    "assertion_ids": {"client_id", "jti"},
    "authorization_codes": {"digest", "code_challenge"},
    "client_secrets": {"digest"},
    "failed_attempts": {"subject", "network"},
    "home_status_history": {"available_on"},
    "landlord_invitations": {"digest"},
    "refresh_tokens": {"digest"},
    "sessions": {"digest", "user_id", "upstream_id_token", "upstream_subject"},
    "single_use_links": {"digest", "email"},
    "signatures": {"id", "text_sha256", "signed_by", "signed_as", "signed_at"},
    "sync_sources": {"secret"},
    "transfer_cases": {"ref", "need", "consent_basis", "consent_version"},
    "upstream_requests": {"digest", "browser", "sealed"},
    "users": {"name", "password_hash", "totp_seed", "upstream_subject"},
}
"""Columns that the job may not read of what it deletes in time, or warns of: whose credentials, and what they are."""

NEW: Final = {"adhesions": {"status": "pending"}}
"""What a row that is inserted says otherwise than one that is there: a landlord begins by waiting."""

FUNCTIONS_AS_OWNER: Final = {
    "audit_events_chain()": set(),
    # Ends what is left of an organisation that is no member any more, and of no other.
    "depart(uuid)": {"registry_job"},
    "bind(uuid,text)": {"registry_landlord", "registry_coordinator", "registry_auth", "registry_job"},
    "territories_in_force(uuid)": {"registry_auth"},
    # Numbers for the coordinator of the territory that it names, of its members alone.
    "homes_seen_today(integer)": {"registry_coordinator"},
    # Numbers of what its members have to look at, in its own territories.
    "doubtful_positions()": {"registry_coordinator"},
    "territories_searched(uuid,integer[])": {"registry_auth"},
    # Triggers of the listings: whoever writes these changes the numbers, and nobody otherwise.
    "count_listings()": set(),
    "recount_listings()": set(),
    # Until when a home is kept that its caller asks for, for whomever; the address of a home that was disclosed to it.
    "agreed_works(uuid[])": {"registry_landlord"},
    "home_kept_until(uuid)": {"registry_landlord"},
    "tell_address(uuid)": {"registry_landlord"},
    # Which listings of others are of vacated homes, where its caller takes part.
    "vacated_lately(timestamp with time zone)": {"registry_landlord"},
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
        assert all(set(cell) <= set("SIUD") and set(cell.values()) <= set("otmans") for cell in read), name
        found[name] = Grants(name, dict(zip(ROLES, read, strict=True)))
    return found
